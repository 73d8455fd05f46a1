using System.Text.Json.Nodes;
using OpenPassage.Server.Tests.Complete.Management;

namespace OpenPassage.Server.Tests.Complete;

/// <summary>Advice where accounts may be known: as the start of a sign-in tells.</summary>
public class LoginAdviceTests(CompleteSite site) : IClassFixture<CompleteSite>
{
    private readonly Visitor visitor = new(site);

    internal static JsonObject Body(string? identifier) => new()
    {
        ["identifier"] = identifier,
        ["capabilities"] = new JsonObject { ["local"] = true, ["autofill"] = true, ["phone"] = true, ["immediate"] = false },
    };

    internal static (string, string) Told(Reply reply)
    {
        var answer = reply.Expect(200).Json.AsObject();
        Assert.Equal(["advice", "reason"], answer.Select(member => member.Key));
        return ((string)answer["advice"]!, (string)answer["reason"]!);
    }

    [Fact]
    public async Task It_goes_by_the_passkeys_that_the_start_offers()
    {
        var email = CompleteSite.NewEmail();
        (await visitor.FinishSignUpAsync(
            (await visitor.StartSignUpAsync(email)).Expect(200), bend: ceremony => ceremony.Transports = ["usb", "nfc"])).Expect(200);
        var before = site.Rows();

        Assert.Equal(("security_key", "on_security_key"), Told(await visitor.PostAsync("authenticate/advice", Body(email))));
        Assert.Equal(("autofill", "nobody_named"), Told(await visitor.PostAsync("authenticate/advice", Body(null))));

        var started = (await visitor.PostAsync("login/webauthn/start", Body(email))).Expect(200).Json;
        Assert.Equal("security_key", (string)started["advice"]!["advice"]!);
        Assert.Null((await visitor.StartLoginAsync(email)).Expect(200).Json["advice"]);
        Assert.Equal(before, site.Rows());
    }

    [Fact]
    public async Task Where_the_start_refuses_so_does_advice()
    {
        var email = await visitor.SignUpAsync();
        (await new Office(site).DeactivateAsync(visitor.UserId)).Expect(200);
        foreach (var identifier in (string[])[email, CompleteSite.NewEmail(), "nobody"])
        {
            var started = await visitor.StartLoginAsync(identifier);
            var told = await visitor.PostAsync("authenticate/advice", Body(identifier));
            Assert.Equal((started.Status, started.Text), (told.Status, told.Text));
            Assert.NotEqual(200, told.Status);
        }
    }

    [Fact]
    public async Task An_account_without_a_passkey_takes_the_other_way()
    {
        var email = CompleteSite.NewEmail();
        (await visitor.PostAsync("users", new JsonObject { ["identifier"] = email })).Expect(200);

        Assert.Equal(("fallback", "no_passkey"), Told(await visitor.PostAsync("authenticate/advice", Body(email))));
    }

    [Fact]
    public async Task Whoever_is_signed_in_hears_whether_to_add_a_passkey()
    {
        const string Advice = "currentuser/devices/advice";
        await visitor.SignUpAsync();
        var body = new JsonObject { ["capabilities"] = new JsonObject { ["local"] = true } };
        var before = site.Rows();

        var told = Told(await visitor.SendAsync(HttpMethod.Post, Advice, body.DeepClone()));
        Assert.Equal("ask_now", told.Item1);
        body["asked_days_ago"] = 1;
        Assert.Equal(("later", "asked_of_late"), Told(await visitor.SendAsync(HttpMethod.Post, Advice, body.DeepClone())));
        Assert.Equal(before, site.Rows());

        Assert.Equal((401, "invalid_access_token"), (await visitor.SendAsync(HttpMethod.Post, Advice, body, token: "none")).Refused);
    }
}
