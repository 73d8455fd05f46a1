using System.Text.Json.Nodes;
using OpenPassage.Flex;

namespace OpenPassage.Browser.Tests.Sdk;

/// <summary>Every code, given by a browser that is made to fail so. Only <c>cancelled</c> needs a stand-in for the person's hand.</summary>
public sealed class ErrorTests(SdkSite site) : IClassFixture<SdkSite>
{
    private readonly PassageFlex backend = site.Backend;
    private readonly string person = $"person-{Guid.NewGuid():N}";

    [Fact]
    public async Task Aborted()
    {
        var page = await site.OpenAsync();
        var authenticator = await VirtualAuthenticator.AddAsync(page);
        await page.EnrolAsync(backend, person);
        await authenticator.SetPresenceAsync(false);

        Is(
            "aborted",
            await page.RunAsync(
                "{ const end = new AbortController(); const outcome = passkey.authenticate({ signal: end.signal }); end.abort(); "
                    + "return outcome; }"));
        // The second click replaces the first.
        Is(
            "aborted",
            await page.RunAsync("{ const first = passkey.authenticate(); passkey.authenticate().catch(() => {}); return first; }"));
    }

    [Fact]
    public async Task Already_registered()
    {
        var page = await site.OpenAsync();
        await VirtualAuthenticator.AddAsync(page);
        await page.EnrolAsync(backend, person);

        Is("already_registered", await page.RegisterAsync(await backend.Auth.CreateRegisterTransactionAsync(person, "Ada")));
    }

    [Theory]
    [InlineData("")]
    [InlineData("delete Document.prototype.featurePolicy")]
    public async Task Blocked_in_a_frame_that_was_given_no_permission(string before)
    {
        var page = await site.OpenAsync(before: before);
        await VirtualAuthenticator.AddAsync(page);
        await page.EvaluateAsync(
            "(src) => document.body.append(Object.assign(document.createElement('iframe'), { src }))",
            site.Origin.Replace("localhost", "framed.localhost", StringComparison.Ordinal));
        await page.WaitForFunctionAsync("frames.length === 1");
        var frame = page.Frames[1];
        await frame.WaitForFunctionAsync("window.flex");
        // The frame's origin is none of the app's: the answer that it cannot read is not what this is about.
        await page.RouteAsync("**/webauthn/start", route => route.FulfillAsync(new()
        {
            ContentType = "application/json",
            Headers = new Dictionary<string, string> { ["Access-Control-Allow-Origin"] = "*", ["Access-Control-Allow-Headers"] = "*" },
            Body = """{"handshake":{"id":"x","challenge":{"publicKey":{"challenge":"AAAA","rpId":"localhost"}}}}""",
        }));

        Is("blocked", await frame.RunAsync("passkey.authenticate()"));
    }

    /// <summary>The emulated browser shows no prompt that could be closed: here it is one that says what a closed prompt says.</summary>
    [Fact]
    public async Task Cancelled()
    {
        var page = await site.OpenAsync(
            before: "navigator.credentials.get = () => new Promise((_, reject) => { window.close = () => reject("
                + "new DOMException('The operation either timed out or was not allowed.', 'NotAllowedError')); });");
        await page.Clock.InstallAsync();
        await page.EvaluateAsync("() => { window.result = outcome(() => flex.passkey.authenticate()); }");
        await page.WaitForFunctionAsync("window.close.length === 0 && String(window.close).includes('reject')");

        await page.Clock.FastForwardAsync("00:02");
        await page.EvaluateAsync("close()");

        Is("cancelled", await page.EvaluateAsync<Outcome>("() => result"));
    }

    [Fact]
    public async Task Failed()
    {
        var page = await site.OpenAsync();
        await VirtualAuthenticator.AddAsync(page);
        await page.BendStartAsync(options => options["pubKeyCredParams"]![0]!.Parent!.ReplaceWith(
            new JsonArray(new JsonObject { ["type"] = "public-key", ["alg"] = -65000 })));

        Is("failed", await page.RegisterAsync(await backend.Auth.CreateRegisterTransactionAsync(person, "Ada")));
    }

    [Fact]
    public async Task Insecure_context()
    {
        var page = await site.OpenAsync(origin: site.Origin.Replace("localhost", "insecure.test", StringComparison.Ordinal));

        Is("insecure_context", await page.AuthenticateAsync());
        Assert.Equal("insecure_context", await page.EvaluateAsync<string>("() => flex.passkey.obstacle().code"));
    }

    [Fact]
    public async Task Network()
    {
        var page = await site.OpenAsync();
        await page.RouteAsync("**/webauthn/start", route => route.AbortAsync());

        Is("network", await page.AuthenticateAsync());
    }

    [Fact]
    public async Task Network_for_a_page_that_is_none_of_the_apps()
    {
        var page = await site.OpenAsync(origin: site.ForeignOrigin);

        Is("network", await page.AuthenticateAsync());
    }

    [Fact]
    public async Task No_passkey()
    {
        var page = await site.OpenAsync();
        await VirtualAuthenticator.AddAsync(page);

        Is("no_passkey", await page.AuthenticateAsync());
    }

    [Fact]
    public async Task Refused()
    {
        var page = await site.OpenAsync();
        await VirtualAuthenticator.AddAsync(page);

        var refused = await page.RegisterAsync("no such transaction");

        Assert.Equal(
            ("refused", 404, "transaction_not_found", true),
            (refused.Code, refused.StatusCode, refused.ServerCode, refused.IsPassageError));
        Assert.StartsWith("The transaction is unknown", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Refused_by_something_that_speaks_no_json()
    {
        var page = await site.OpenAsync();
        await page.RouteAsync("**/webauthn/start", route => route.FulfillAsync(new()
        {
            Status = 502,
            Body = "<h1>Bad gateway</h1>",
            Headers = new Dictionary<string, string> { ["Access-Control-Allow-Origin"] = "*" },
        }));

        var refused = await page.AuthenticateAsync();

        Is("refused", refused);
        Assert.Equal(502, refused.StatusCode);
    }

    [Fact]
    public async Task Timed_out()
    {
        var page = await site.OpenAsync();
        var authenticator = await VirtualAuthenticator.AddAsync(page);
        await page.EnrolAsync(backend, person);
        await authenticator.SetPresenceAsync(false);
        await page.BendStartAsync(options => options["timeout"] = 600);

        Is("timed_out", await page.AuthenticateAsync());
    }

    [Fact]
    public async Task Unsupported()
    {
        var page = await site.OpenAsync(before: "delete window.PublicKeyCredential");

        Is("unsupported", await page.AuthenticateAsync());
    }

    [Fact]
    public async Task Unsupported_authenticator()
    {
        var page = await site.OpenAsync();
        await VirtualAuthenticator.AddAsync(page);
        await page.BendStartAsync(
            options => options["pubKeyCredParams"] = new JsonArray(new JsonObject { ["type"] = "some-other-key", ["alg"] = -7 }));

        Is("unsupported_authenticator", await page.RegisterAsync(await backend.Auth.CreateRegisterTransactionAsync(person, "Ada")));
    }

    [Fact]
    public async Task User_verification_unavailable()
    {
        var page = await site.OpenAsync();
        await VirtualAuthenticator.AddAsync(page, more: [("hasUserVerification", false), ("isUserVerified", false)]);

        Is("user_verification_unavailable", await page.RegisterAsync(await backend.Auth.CreateRegisterTransactionAsync(person, "Ada")));
    }

    [Fact]
    public async Task Wrong_origin()
    {
        var page = await site.OpenAsync();
        await VirtualAuthenticator.AddAsync(page);
        await page.BendStartAsync(options => options["rpId"] = "example.com");
        Is("wrong_origin", await page.AuthenticateAsync());

        var numbers = await site.OpenAsync(origin: site.Origin.Replace("localhost", "127.0.0.1", StringComparison.Ordinal));
        var refused = await numbers.AuthenticateAsync();
        Assert.Equal("wrong_origin", refused.Code);
        Assert.Contains(site.Origin, refused.Message, StringComparison.Ordinal);
    }

    /// <summary>The code, the sentence that the guide has for it, and a link that leads there.</summary>
    private void Is(string code, Outcome outcome)
    {
        Assert.Equal(("PassageError", code, true), (outcome.Name, outcome.Code, outcome.IsPassageError));
        Assert.Equal(ErrorGuide.Sentences[code], outcome.Message);
        Assert.Equal(new Uri(site.Server.Address, $"openpassage/errors#{code}").ToString(), outcome.Docs);
        Assert.Null(outcome.Value);
    }
}
