using System.Text.Json.Nodes;

namespace OpenPassage.Server.Tests.Complete;

public class ClosedSignUpTests(ClosedSignUpTests.Site site) : IClassFixture<ClosedSignUpTests.Site>
{
    public sealed class Site : CompleteSite
    {
        protected override IEnumerable<string> AppSettings => ["PublicSignup=false"];
    }

    [Fact]
    public async Task A_stranger_is_told_so_in_words_that_elements_show()
    {
        var email = CompleteSite.NewEmail();
        var before = site.Rows();

        foreach (var path in (string[])["users", "register/webauthn/start"])
        {
            var reply = await new Visitor(site).PostAsync(path, new JsonObject { ["identifier"] = email });
            Assert.Equal((403, "operation_not_allowed"), reply.Refused);
            Assert.StartsWith("Public signup", reply.Error, StringComparison.Ordinal);
        }

        Assert.Equal(before, site.Rows());
    }
}

public class VerifiedSignUpTests(VerifiedSignUpTests.Site site) : IClassFixture<VerifiedSignUpTests.Site>
{
    public sealed class Site : CompleteSite
    {
        protected override IEnumerable<string> AppSettings => ["RequireIdentifierVerification=true", "AllowedIdentifier=email"];
    }

    [Fact]
    public async Task An_address_that_is_not_proven_gets_no_passkey()
    {
        var (visitor, email) = (new Visitor(site), CompleteSite.NewEmail());
        (await visitor.PostAsync("users", new JsonObject { ["identifier"] = email })).Expect(200);

        Assert.Equal((403, "identifier_not_verified"), (await visitor.StartSignUpAsync(email)).Refused);
    }

    [Fact]
    public async Task What_the_app_does_not_sign_up_with_makes_no_account()
        => Assert.Equal(
            (400, "invalid_request"),
            (await new Visitor(site).PostAsync("users", new JsonObject { ["identifier"] = "+14155552671" })).Refused);
}
