using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.Playwright;

namespace OpenPassage.Browser.Tests.Official.Complete;

/// <summary>Signing up and in with Passage's own <c>passage-js</c> 4.1.2, in the order in which its elements call it.</summary>
[Collection(nameof(CompleteSite))]
public sealed class PassageJsPasskeys(CompleteSite site)
{
    private static readonly JsonSerializerOptions Plain = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private readonly string person = $"person+{Guid.NewGuid():N}@example.com";

    private string Lookup => $"GET /users?identifier={Uri.EscapeDataString(person)}";

    [Fact]
    public async Task A_person_signs_up_with_a_passkey_and_is_signed_in()
    {
        var page = await site.OpenAsync();
        await VirtualAuthenticator.AddAsync(page.Page);

        Assert.Equal(JsonValueKind.Null, (await page.DoAsync("passage.app.userExists(given[0])", person)).ValueKind);
        var made = await page.DoAsync("passage.app.createUser(given[0], { home_town: 'London' })", person);
        Assert.Equal("pending", made.GetProperty("status").GetString());
        Assert.Equal(person, made.GetProperty("email").GetString());
        Assert.False(made.GetProperty("webauthn").GetBoolean());
        var result = await page.DoAsync("passage.passkey.register(given[0], { authenticatorAttachment: 'platform' })", person);

        var sent = page.TakeRequests();
        Assert.Equal(
            [Lookup, "POST /users", "POST /register/webauthn/start", "POST /register/webauthn/finish"], sent.Select(ClientPage.NameOf));
        Assert.Equal(
            $$$"""{"identifier":"{{{person}}}","user_metadata":{"home_town":"London"}}""", ClientPage.BodyOf(sent[1]).ToJsonString(Plain));
        Assert.Equal(
            $$"""{"identifier":"{{person}}","authenticator_attachment":"platform"}""", ClientPage.BodyOf(sent[2]).ToJsonString(Plain));
        var finish = ClientPage.BodyOf(sent[3]);
        Assert.Equal(["handshake_id", "handshake_response", "user_id"], finish.Select(member => member.Key).Order());
        var userId = made.GetProperty("id").GetString()!;
        Assert.Equal(userId, (string?)finish["user_id"]);
        await AssertIsAStrangersAsync(sent);

        await page.AssertKeepsAsync(result);
        Assert.Equal(
            (string?)finish["handshake_response"]!["id"],
            JsonDocument.Parse((await page.StoredAsync("psg_cred_obj"))!).RootElement.GetProperty(userId).GetString());
        Assert.True((await page.DoAsync("passage.passkey.hasLocalPasskey(given[0])", userId)).GetBoolean());
        Assert.True((await page.DoAsync("passage.session.authGuard()")).GetBoolean());
        Assert.Equal(userId, (await page.DoAsync("passage.currentUser.userInfo()")).GetProperty("id").GetString());
    }

    [Fact]
    public async Task A_sign_up_that_was_left_goes_on_with_the_same_account_and_one_that_is_done_is_refused()
    {
        var page = await site.OpenAsync();
        await VirtualAuthenticator.AddAsync(page.Page);
        var first = await page.DoAsync("passage.app.createUser(given[0])", person);

        await page.ReloadAsync();
        var known = await page.DoAsync("passage.app.userExists(given[0])", person);
        Assert.Equal("pending", known.GetProperty("status").GetString());
        var again = await page.DoAsync("passage.app.createUser(given[0])", person);
        Assert.Equal(first.GetProperty("id").GetString(), again.GetProperty("id").GetString());
        page.TakeSent();
        await page.DoAsync("passage.passkey.register(given[0])", person);
        Assert.Equal($$"""{"identifier":"{{person}}"}""", ClientPage.BodyOf(page.TakeRequests()[0]).ToJsonString(Plain));

        foreach (var call in (string[])["passage.app.createUser(given[0])", "passage.passkey.register(given[0])"])
        {
            var refused = await page.CallAsync(call, person);
            Assert.Equal(("PassageError", 400, "user: already exists."), (refused.Name, refused.StatusCode, refused.Message));
        }
    }

    [Fact]
    public async Task A_passkey_signs_in_with_an_identifier_without_one_and_by_autofill()
    {
        var page = await site.OpenAsync();
        await VirtualAuthenticator.AddAsync(page.Page, "internal", ("defaultBackupEligibility", true), ("defaultBackupState", true));
        var userId = await SignUpAsync(page);
        await page.DoAsync("passage.session.signOut()");
        page.TakeSent();

        var known = await page.DoAsync("passage.app.userExists(given[0])", person);
        Assert.Equal("active", known.GetProperty("status").GetString());
        Assert.True(known.GetProperty("webauthn").GetBoolean());
        Assert.Equal("passkey", Assert.Single(known.GetProperty("webauthnTypes").EnumerateArray()).GetString());
        await page.AssertKeepsAsync(await page.DoAsync("passage.passkey.login(given[0])", person));
        var sent = page.TakeRequests();
        Assert.Equal([Lookup, "POST /login/webauthn/start", "POST /login/webauthn/finish"], sent.Select(ClientPage.NameOf));
        Assert.Equal($$"""{"identifier":"{{person}}"}""", ClientPage.BodyOf(sent[1]).ToJsonString(Plain));
        Assert.Equal(userId, (string?)ClientPage.BodyOf(sent[2])["user_id"]);
        await AssertIsAStrangersAsync(sent);

        await page.DoAsync("passage.session.signOut()");
        page.TakeSent();
        await page.AssertKeepsAsync(await page.DoAsync("passage.passkey.login()"));
        await AssertNamesNobodyAsync(page);

        await page.DoAsync("passage.session.signOut()");
        await page.ReloadAsync();
        page.TakeSent();
        await page.AssertKeepsAsync(await page.DoAsync("passage.passkey.login(undefined, { isConditionalMediation: true })"));
        await AssertNamesNobodyAsync(page);

        var info = await page.DoAsync("passage.currentUser.userInfo()");
        Assert.Equal((userId, 4), (info.GetProperty("id").GetString(), info.GetProperty("loginCount").GetInt32()));
    }

    [Fact]
    public async Task Somebody_unknown_is_no_error_to_a_lookup_and_is_one_to_a_sign_in()
    {
        var page = await site.OpenAsync();
        await VirtualAuthenticator.AddAsync(page.Page);

        Assert.Equal(JsonValueKind.Null, (await page.DoAsync("passage.app.userExists(given[0])", person)).ValueKind);
        var unknown = await page.CallAsync("passage.passkey.login(given[0])", person);
        Assert.Equal(("PassageError", 404), (unknown.Name, unknown.StatusCode));
        var malformed = await page.CallAsync("passage.app.userExists('nobody@')");
        Assert.Equal(("PassageError", 400), (malformed.Name, malformed.StatusCode));
        await page.DoAsync("passage.app.createUser(given[0])", person);
        Assert.Equal(409, (await page.CallAsync("passage.passkey.login(given[0])", person)).StatusCode);
        await page.AssertKeepsNothingAsync();
    }

    [Fact]
    public async Task A_person_whom_the_device_does_not_recognise_sends_nothing_more()
    {
        var page = await site.OpenAsync();
        var authenticator = await VirtualAuthenticator.AddAsync(page.Page);
        await SignUpAsync(page);
        await page.DoAsync("passage.session.signOut()");
        await authenticator.SetUserVerifiedAsync(false);
        page.TakeSent();

        var refused = await page.CallAsync("passage.passkey.login(given[0])", person);

        Assert.Equal(("PassageError", 702), (refused.Name, refused.StatusCode));
        Assert.Equal(["POST /login/webauthn/start"], page.TakeSent());
        await page.AssertKeepsNothingAsync();
    }

    [Fact]
    public async Task A_spoiled_signature_signs_nobody_in()
    {
        var page = await site.OpenAsync();
        var authenticator = await VirtualAuthenticator.AddAsync(page.Page);
        await SignUpAsync(page);
        await page.DoAsync("passage.session.signOut()");
        await authenticator.SpoilSignaturesAsync();

        var refused = await page.CallAsync("passage.passkey.login()");

        Assert.Equal(("PassageError", 401), (refused.Name, refused.StatusCode));
        Assert.EndsWith(".", refused.Message, StringComparison.Ordinal);
        await page.AssertKeepsNothingAsync();
    }

    [Fact]
    public async Task The_app_says_all_that_the_client_reads_and_is_asked_once()
    {
        var page = await site.OpenAsync();
        await VirtualAuthenticator.AddAsync(page.Page);

        var info = await page.DoAsync("passage.app.info().then(() => passage.passkey.checkPasskeyOrigin()).then(() => passage.app.info())");
        Assert.Equal(["GET "], page.TakeSent());
        Assert.Equal((ServerProcess.AppId, site.Origin), (info.GetProperty("id").GetString(), info.GetProperty("authOrigin").GetString()));
        Assert.Equal(("both", "either"), (Text("allowedIdentifier"), Text("requiredIdentifier")));
        Assert.Equal(("en", "/home", "/"), (Text("defaultLanguage"), Text("redirectUrl"), Text("loginUrl")));
        Assert.StartsWith("-----BEGIN", Text("rsaPublicKey"));
        Assert.Equal(["passkeys"], info.GetProperty("authMethods").EnumerateObject().Select(method => method.Name));
        Assert.Equal(
            ["home_town", "seats", "rank"],
            info.GetProperty("userMetadataSchema").EnumerateArray().Select(field => field.GetProperty("fieldName").GetString()));

        Assert.True((await page.DoAsync("passage.passkey.checkPasskeyOrigin()")).GetBoolean());
        var create = await page.DoAsync("passage.passkey.createCredentialAvailable()");
        Assert.True(create.GetProperty("isAvailable").GetBoolean());
        Assert.True((await page.DoAsync("passage.passkey.getCredentialAvailable()")).GetProperty("isAvailable").GetBoolean());

        string? Text(string name) => info.GetProperty(name).GetString();
    }

    [Fact]
    public async Task A_page_of_another_origin_is_shut_out_by_the_browser_itself()
    {
        var page = await site.OpenElsewhereAsync();
        await VirtualAuthenticator.AddAsync(page.Page);

        foreach (var call in (string[])["passage.passkey.login()", "passage.app.createUser('somebody@example.com')"])
        {
            var refused = await page.CallAsync(call);
            Assert.NotNull(refused.Name);
            Assert.Equal(JsonValueKind.Undefined, refused.Value.ValueKind);
            Assert.Equal(0, refused.StatusCode);
        }

        await page.AssertKeepsNothingAsync();
    }

    private async Task<string> SignUpAsync(ClientPage page)
    {
        var made = await page.DoAsync("passage.app.createUser(given[0])", person);
        await page.DoAsync("passage.passkey.register(given[0])", person);
        return made.GetProperty("id").GetString()!;
    }

    private static async Task AssertNamesNobodyAsync(ClientPage page)
    {
        var sent = page.TakeRequests();
        Assert.Equal(["POST /login/webauthn/start", "POST /login/webauthn/finish"], sent.Select(ClientPage.NameOf));
        Assert.Empty(ClientPage.BodyOf(sent[0]));
        Assert.False(ClientPage.BodyOf(sent[1]).ContainsKey("user_id"));
        await AssertIsAStrangersAsync(sent);
    }

    /// <summary>No cookie and no token: only <c>/currentuser</c> gets one.</summary>
    private static async Task AssertIsAStrangersAsync(IEnumerable<IRequest> sent)
    {
        foreach (var request in sent)
        {
            var headers = await request.AllHeadersAsync();
            Assert.Equal("@passageidentity/passage-js 4.1.2", headers["passage-version"]);
            Assert.Equal("2.0.9", headers["passage-element-version"]);
            Assert.DoesNotContain("authorization", headers.Keys);
            Assert.DoesNotContain("cookie", headers.Keys);
        }
    }
}
