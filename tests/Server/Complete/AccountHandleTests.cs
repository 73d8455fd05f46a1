using System.Buffers.Text;
using System.Text;
using System.Text.Json.Nodes;
using OpenPassage.Server.Tests.Complete.Management;

namespace OpenPassage.Server.Tests.Complete;

/// <summary>Threat 36: the user handle, which authenticators keep and show to whoever holds them.</summary>
public class AccountHandleTests(CompleteSite site) : IClassFixture<CompleteSite>
{
    private readonly Visitor visitor = new(site);

    [Fact]
    public async Task It_stays_the_same_whatever_becomes_of_the_account()
    {
        var email = CompleteSite.NewEmail();
        (await visitor.PostAsync("users", new JsonObject { ["identifier"] = email })).Expect(200);
        var first = HandleOf((await visitor.StartSignUpAsync(email)).Expect(200));
        Assert.Equal(first, HandleOf((await visitor.StartSignUpAsync(email)).Expect(200)));
        await visitor.SignUpAsync(email);
        Assert.Equal(first, Encoding.UTF8.GetString(Assert.Single(visitor.Authenticator.Passkeys).UserHandle));

        var (office, renamed) = (new Office(site), CompleteSite.NewEmail());
        (await office.UpdateAsync(visitor.UserId, new JsonObject { ["email"] = renamed, ["phone"] = Office.NewPhone() })).Expect(200);
        (await office.DeactivateAsync(visitor.UserId)).Expect(200);
        (await office.ActivateAsync(visitor.UserId)).Expect(200);
        (await visitor.SignInAsync(renamed)).Expect(200);

        Assert.Equal(first, HandleOf((await visitor.StartDeviceAsync()).Expect(200)));
    }

    [Fact]
    public async Task It_is_drawn_and_not_derived_from_anything_that_names_a_person()
    {
        var email = CompleteSite.NewEmail();
        await visitor.SignUpAsync(email);
        var handle = HandleOf((await visitor.StartDeviceAsync()).Expect(200));

        Assert.Matches("^[A-Za-z0-9]{32}$", handle);
        Assert.NotEqual(visitor.UserId, handle[..visitor.UserId.Length]);
        // The same address elsewhere, and here once more.
        var elsewhere = new Visitor(site, CompleteSite.OtherAppId);
        await elsewhere.SignUpAsync(email);
        (await new Office(site).DeleteAsync(visitor.UserId)).Expect(200);
        var again = new Visitor(site);
        await again.SignUpAsync(email);
        string[] all =
        [
            handle, HandleOf((await elsewhere.StartDeviceAsync()).Expect(200)), HandleOf((await again.StartDeviceAsync()).Expect(200)),
        ];
        Assert.Equal(all, all.Distinct());
    }

    private static string HandleOf(Reply started) => Encoding.UTF8.GetString(Base64Url.DecodeFromChars(
        (string)started.Json["handshake"]!["challenge"]!["publicKey"]!["user"]!["id"]!));
}
