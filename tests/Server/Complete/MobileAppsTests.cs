using System.Buffers.Text;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using OpenPassage.Authenticator;

namespace OpenPassage.Server.Tests.Complete;

/// <summary>Requests as Passage's SDKs for Swift and Kotlin write them, and what those demand of the answers.</summary>
public class MobileAppsTests(MobileAppsTests.Site site) : IClassFixture<MobileAppsTests.Site>
{
    private const string Fingerprint =
        "AA:BB:CC:DD:EE:FF:00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF:00:11:22:33:44:55:66:77:88:99";

    private static readonly string AndroidOrigin = "android:apk-key-hash:"
        + Base64Url.EncodeToString(Convert.FromHexString(Fingerprint.Replace(":", "", StringComparison.Ordinal)));

    private const string AppleOrigin = "https://shop.example";

    public sealed class Site : CompleteSite
    {
        protected override IEnumerable<string> AppSettings =>
        [
            "AppleApps:0=ABCDE12345.example.shop.app",
            "AndroidApps:0:Package=example.shop.app",
            $"AndroidApps:0:CertificateFingerprints:0={Fingerprint}",
        ];
    }

    // ---- Swift ----

    [Fact]
    public async Task An_Apple_app_signs_up_in_and_out()
    {
        var (email, phone) = (CompleteSite.NewEmail(), new SoftwareAuthenticator { Transports = [] });

        var started = (await SwiftAsync("POST", "register/webauthn/start", $$"""
            {"identifier":"{{email}}","authenticator_attachment":"platform"}
            """)).Expect(200);
        var options = started.Json["handshake"]!["challenge"]!["publicKey"]!;
        // What the SDK cannot do without, and decodes by hand.
        Assert.Equal("shop.example", (string)options["rp"]!["id"]!);
        Assert.Equal(email, (string)options["user"]!["name"]!);
        Assert.All(
            (string[])[(string)options["challenge"]!, (string)options["user"]!["id"]!], text => Assert.True(Base64Url.IsValid(text)));
        var answer = (await SwiftAsync(
            "POST", "register/webauthn/finish", SwiftFinish(started, SwiftMade(phone, started), withUser: true))).Expect(200);
        AssertSignedIn(answer);

        var token = (string)answer.Json["auth_result"]!["auth_token"]!;
        AssertCurrentUser((await SwiftAsync("GET", "currentuser", token: token)).Expect(200).Json["user"]!);
        foreach (var identifier in (string?[])[email, null])
        {
            var begun = (await SwiftAsync(
                "POST", "login/webauthn/start", identifier is null ? "{}" : $$"""{"identifier":"{{identifier}}"}""")).Expect(200);
            Assert.Equal("shop.example", (string)begun.Json["handshake"]!["challenge"]!["publicKey"]!["rpId"]!);
            var used = SwiftUsed(phone, begun, handle => Encoding.UTF8.GetString(handle));
            answer = (await SwiftAsync(
                "POST", "login/webauthn/finish", SwiftFinish(begun, used, withUser: identifier is not null))).Expect(200);
            AssertSignedIn(answer);
        }

        var refresh = (string)answer.Json["auth_result"]!["refresh_token"]!;
        (await SwiftAsync("DELETE", $"tokens?refresh_token={refresh}")).Expect(200);
        Assert.Equal(
            (401, "invalid_refresh_token"), (await SwiftAsync("POST", "tokens", $$"""{"refresh_token":"{{refresh}}"}""")).Refused);
    }

    /// <summary>
    /// S is the text that the options gave as <c>user.id</c>, B the bytes it stands for. Swift's SDK keeps the text itself as the handle,
    /// browsers keep B; Swift hands a handle back as text, browsers as base64url.
    /// </summary>
    public static TheoryData<string, bool, Func<byte[], string>> Handles => new()
    {
        { "made and used in a browser", false, Base64UrlOf },
        { "made in a browser, used in an Apple app", false, Encoding.UTF8.GetString },
        { "made and used in an Apple app", true, Encoding.UTF8.GetString },
        { "made in an Apple app, used in a browser", true, Base64UrlOf },
        { "the same, padded", true, handle => Base64UrlOf(handle).PadRight((Base64UrlOf(handle).Length + 3) / 4 * 4, '=') },
    };

    [Theory]
    [MemberData(nameof(Handles))]
    public async Task A_passkey_signs_in_whichever_client_made_it_and_whichever_uses_it(
        string way, bool keepsTheText, Func<byte[], string> write)
    {
        Assert.NotEmpty(way);
        var visitor = new Visitor(site) { Origin = null };
        var email = CompleteSite.NewEmail();
        var signUp = (await visitor.StartSignUpAsync(email)).Expect(200);
        var made = visitor.Authenticator.Create(Page.OptionsOf(signUp), AppleOrigin).ToJsonObject(ResponseShape.FlexJs);
        visitor.Keep((await visitor.PostAsync(
            "register/webauthn/finish", Visitor.Finish(signUp, (string)signUp.Json["user"]!["id"]!, made))).Expect(200));
        var passkey = Assert.Single(visitor.Authenticator.Passkeys);
        if (keepsTheText)
            passkey.UserHandle = Encoding.UTF8.GetBytes(Base64Url.EncodeToString(passkey.UserHandle));

        foreach (var identifier in (string?[])[email, null])
        {
            var begun = (await visitor.StartLoginAsync(identifier)).Expect(200);
            var used = SwiftUsed(visitor.Authenticator, begun, write);
            var answer = await SwiftAsync("POST", "login/webauthn/finish", SwiftFinish(begun, used, withUser: identifier is not null));
            AssertSignedIn(answer.Expect(200));
            visitor.Keep(answer);
            Assert.Equal((string)signUp.Json["user"]!["id"]!, visitor.UserId);
        }

        // Of somebody else, in the same form, it is refused.
        var other = new Visitor(site);
        await other.SignUpAsync();
        var theirs = other.Authenticator.Passkeys[0].UserHandle;
        var anybody = (await visitor.StartLoginAsync(null)).Expect(200);
        var stolen = SwiftUsed(visitor.Authenticator, anybody, _ => write(
            keepsTheText ? Encoding.UTF8.GetBytes(Base64Url.EncodeToString(theirs)) : theirs));
        Assert.Equal(
            (401, "discoverable_login_failed"),
            (await SwiftAsync("POST", "login/webauthn/finish", SwiftFinish(anybody, stolen, withUser: false))).Refused);
    }

    [Theory]
    [InlineData("")]
    [InlineData(null)]
    [InlineData("absent")]
    public async Task Of_a_user_who_is_named_the_handle_may_be_missing(string? handle)
    {
        var (email, phone) = (CompleteSite.NewEmail(), new SoftwareAuthenticator());
        var signUp = (await SwiftAsync("POST", "register/webauthn/start", $$"""{"identifier":"{{email}}"}""")).Expect(200);
        (await SwiftAsync("POST", "register/webauthn/finish", SwiftFinish(signUp, SwiftMade(phone, signUp), withUser: true))).Expect(200);
        var begun = (await SwiftAsync("POST", "login/webauthn/start", $$"""{"identifier":"{{email}}"}""")).Expect(200);
        var used = SwiftUsed(phone, begun, _ => handle);
        if (handle == "absent")
            used["response"]!.AsObject().Remove("userHandle");

        AssertSignedIn((await SwiftAsync("POST", "login/webauthn/finish", SwiftFinish(begun, used, withUser: true))).Expect(200));
    }

    // ---- Kotlin ----

    [Fact]
    public async Task An_Android_app_signs_up_in_and_goes_on()
    {
        var (email, phone) = (CompleteSite.NewEmail(), new SoftwareAuthenticator { Attachment = "platform" });
        (await KotlinAsync("POST", "users", $$"""{"identifier":"{{email}}","user_metadata":null}""")).Expect(200);

        // Credential Manager takes the options as they are and hands its own JSON back.
        var started = (await KotlinAsync("POST", "register/webauthn/start", $$"""
            {"identifier":"{{email}}","authenticator_attachment":null}
            """)).Expect(200);
        var made = phone.Create(Page.OptionsOf(started), AndroidOrigin).ToJsonObject(ResponseShape.Browser);
        Assert.NotNull(made["response"]!["transports"]);
        var answer = (await KotlinAsync("POST", "register/webauthn/finish", KotlinFinish(started, made, withUser: true))).Expect(200);
        AssertSignedIn(answer);

        foreach (var identifier in (string?[])[email, null])
        {
            var begun = (await KotlinAsync("POST", "login/webauthn/start", new JsonObject { ["identifier"] = identifier }.ToJsonString()))
                .Expect(200);
            var used = phone.Get(Page.OptionsOf(begun), AndroidOrigin).ToJsonObject(ResponseShape.Browser);
            answer = (await KotlinAsync("POST", "login/webauthn/finish", KotlinFinish(begun, used, withUser: false))).Expect(200);
            AssertSignedIn(answer);
        }

        var token = (string)answer.Json["auth_result"]!["auth_token"]!;
        var another = (await KotlinAsync(
            "POST", "currentuser/devices/start", """{"authenticator_attachment":"any"}""", token)).Expect(200);
        Assert.Null(another.Json["handshake"]!["challenge"]!["publicKey"]!["authenticatorSelection"]!["authenticatorAttachment"]);
        var second = new SoftwareAuthenticator().Create(Page.OptionsOf(another), AndroidOrigin).ToJsonObject(ResponseShape.Browser);
        var device = (await KotlinAsync(
            "POST", "currentuser/devices/finish", KotlinFinish(another, second, withUser: true), token)).Expect(200).Json["device"]!;
        Assert.Equal((string)second["id"]!, (string)device["cred_id"]!);
        (await KotlinAsync("PATCH", $"currentuser/devices/{device["id"]}", """{"friendly_name":"Pixel"}""", token)).Expect(200);
        (await KotlinAsync("DELETE", $"currentuser/devices/{device["id"]}", token: token)).Expect(200);
    }

    [Fact]
    public async Task What_an_app_has_begun_no_page_finishes_nor_another_app()
    {
        var (email, phone) = (CompleteSite.NewEmail(), new SoftwareAuthenticator());
        var started = (await KotlinAsync("POST", "register/webauthn/start", $$"""{"identifier":"{{email}}"}""")).Expect(200);

        foreach (var origin in (string[])[CompleteSite.Origin, "https://evil.example", $"{AndroidOrigin[..^1]}A"])
        {
            var made = phone.Create(Page.OptionsOf(started), origin).ToJsonObject(ResponseShape.Browser);
            Assert.Equal(
                (401, "webauthn_login_failed"),
                (await KotlinAsync("POST", "register/webauthn/finish", KotlinFinish(started, made, withUser: true))).Refused);
        }
    }

    // ---- both ----

    /// <summary>They overwrite the token that they hold by the one in the answer: if there is none, by null.</summary>
    [Fact]
    public async Task Every_answer_with_tokens_has_a_refresh_token()
    {
        var visitor = new Visitor(site);
        await visitor.SignUpAsync();
        var first = visitor.RefreshToken;
        for (var generation = 0; generation < 3; generation++)
        {
            var shown = visitor.RefreshToken;
            var answer = (await SwiftAsync("POST", "tokens", $$"""{"refresh_token":"{{shown}}"}""")).Expect(200);
            AssertSignedIn(answer);
            visitor.Keep(answer);
            // One that asks again because its answer was lost.
            var again = (await KotlinAsync("POST", "tokens", $$"""{"refresh_token":"{{shown}}"}""")).Expect(200);
            AssertSignedIn(again);
            Assert.Equal(visitor.RefreshToken, (string)again.Json["auth_result"]!["refresh_token"]!);
        }

        Assert.NotEqual(first, visitor.RefreshToken);
    }

    [Fact]
    public async Task Whoever_exists_is_told_in_the_words_that_both_compare()
    {
        var email = await new Visitor(site).SignUpAsync();

        foreach (var path in (string[])["users", "register/webauthn/start"])
        {
            foreach (var text in (string[])[email, email.ToUpperInvariant()])
            {
                var reply = await SwiftAsync("POST", path, $$"""{"identifier":"{{text}}"}""");
                Assert.Equal((400, "invalid_request"), reply.Refused);
                Assert.Equal("user: already exists.", reply.Error);
            }
        }
    }

    [Fact]
    public async Task Whoever_does_not_exist_is_null_and_no_error()
    {
        foreach (var identifier in (string[])["nobody@shop.example", "%2B14155550199"])
        {
            foreach (var reply in (Reply[])[
                await SwiftAsync("GET", $"users?identifier={identifier}"), await KotlinAsync("GET", $"users?identifier={identifier}")])
                Assert.Equal("""{"user":null}""", reply.Expect(200).Text);
        }

        var email = await new Visitor(site).SignUpAsync();
        AssertPublicUser((await KotlinAsync("GET", $"users?identifier={Uri.EscapeDataString(email)}")).Expect(200).Json["user"]!);
    }

    /// <summary>Each is a case of its own in their error types.</summary>
    [Fact]
    public async Task What_goes_wrong_has_the_code_that_they_branch_on()
    {
        Assert.Equal((404, "user_not_found"), (await SwiftAsync("POST", "login/webauthn/start", """
            {"identifier":"nobody@shop.example"}
            """)).Refused);
        var pending = CompleteSite.NewEmail();
        (await SwiftAsync("POST", "users", $$"""{"identifier":"{{pending}}"}""")).Expect(200);
        Assert.Equal(
            (409, "user_has_no_passkeys"),
            (await SwiftAsync("POST", "login/webauthn/start", $$"""{"identifier":"{{pending}}"}""")).Refused);
        foreach (var path in (string[])["users", "register/webauthn/start", "login/webauthn/start"])
            Assert.Equal((400, "invalid_request"), (await SwiftAsync("POST", path, """{"identifier":"INVALID_EMAIL"}""")).Refused);
        foreach (var path in (string[])["currentuser", "currentuser/devices", "currentuser/user-metadata"])
        {
            Assert.Equal((401, "invalid_access_token"), (await SwiftAsync("GET", path)).Refused);
            Assert.Equal((401, "invalid_access_token"), (await SwiftAsync("GET", path, token: "expired")).Refused);
        }

        Assert.Equal((401, "invalid_refresh_token"), (await KotlinAsync("POST", "tokens", """{"refresh_token":"x"}""")).Refused);
        (await SwiftAsync("DELETE", "tokens?refresh_token=x")).Expect(200);

        // A passkey that the server does not know.
        var stranger = new SoftwareAuthenticator();
        var elsewhere = new Visitor(site, CompleteSite.OtherAppId) { Authenticator = stranger };
        await elsewhere.SignUpAsync();
        var begun = (await SwiftAsync("POST", "login/webauthn/start", "{}")).Expect(200);
        var used = SwiftUsed(stranger, begun, Encoding.UTF8.GetString);
        Assert.Equal(
            (401, "discoverable_login_failed"),
            (await SwiftAsync("POST", "login/webauthn/finish", SwiftFinish(begun, used, withUser: false))).Refused);

        using var unknown = new HttpRequestMessage(HttpMethod.Get, "v1/apps/no-such-app/users?identifier=a%40shop.example");
        Assert.Equal((404, "app_not_found"), (await Reply.ReadAsync(await site.Http.SendAsync(unknown))).Refused);
    }

    private static string Base64UrlOf(byte[] bytes) => Base64Url.EncodeToString(bytes);

    // Foundation's keys for a registration: no transports, and the text of user.id instead of its bytes as the handle.
    private static JsonObject SwiftMade(SoftwareAuthenticator phone, Reply started)
    {
        var ceremony = phone.Create(Page.OptionsOf(started), AppleOrigin);
        ceremony.Passkey.UserHandle = Encoding.UTF8.GetBytes(Base64Url.EncodeToString(ceremony.Passkey.UserHandle));
        var json = ceremony.ToJsonObject(ResponseShape.FlexJs);
        json.Remove("transports");
        return json;
    }

    private static JsonObject SwiftUsed(SoftwareAuthenticator phone, Reply begun, Func<byte[], string?> handle)
    {
        var ceremony = phone.Get(Page.OptionsOf(begun), AppleOrigin);
        var json = ceremony.ToJsonObject(ResponseShape.FlexJs);
        json["response"]!["userHandle"] = handle(ceremony.Passkey.UserHandle);
        return json;
    }

    // Swift leaves members without a value out, Kotlin writes null.
    private static string SwiftFinish(Reply started, JsonObject response, bool withUser)
    {
        var body = Visitor.Finish(started, withUser ? (string)started.Json["user"]!["id"]! : null, (JsonObject)response.DeepClone());
        if (!withUser)
            body.Remove("user_id");
        return body.ToJsonString();
    }

    private static string KotlinFinish(Reply started, JsonObject response, bool withUser)
        => Visitor.Finish(started, withUser ? (string)started.Json["user"]!["id"]! : null, (JsonObject)response.DeepClone()).ToJsonString();

    private Task<Reply> SwiftAsync(string method, string path, string? body = null, string token = "")
        => SendAsync(method, path, body, token, ("Passage-Version", "swift 1.0.0"));

    private Task<Reply> KotlinAsync(string method, string path, string? body = null, string token = "")
        => SendAsync(method, path, body, token, ("Passage-Version", "kotlin 2.0.3"), ("Base-Path", $"{site.Address}v1"));

    private async Task<Reply> SendAsync(
        string method, string path, string? body, string token, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), $"v1/apps/{CompleteSite.AppId}/{path}");
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        if (body is not null)
            request.Content = new StringContent(body.Trim(), Encoding.UTF8, "application/json");
        if (token.Length > 0)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return await Reply.ReadAsync(await site.Http.SendAsync(request));
    }

    // ---- what their generated models demand: a member that is missing or of another kind is a failure there ----

    private static void AssertSignedIn(Reply answer)
    {
        var result = answer.Json["auth_result"]!;
        AssertMembers(result, "auth_token:String", "redirect_url:String", "refresh_token:String", "refresh_token_expiration:Number");
        Assert.NotEqual("", (string)result["redirect_url"]!);
        Assert.True((long)result["refresh_token_expiration"]! > 0);
    }

    private static void AssertPublicUser(JsonNode user)
    {
        AssertMembers(
            user, "id:String", "email:String", "email_verified:Bool", "phone:String", "phone_verified:Bool", "status:String",
            "webauthn:Bool", "webauthn_types:Array");
        Assert.True(user.AsObject().ContainsKey("user_metadata"));
    }

    private static void AssertCurrentUser(JsonNode user)
    {
        AssertPublicUser(user);
        AssertMembers(
            user, "created_at:String", "updated_at:String", "last_login_at:String", "login_count:Number", "social_connections:Object",
            "webauthn_devices:Array");
        AssertMembers(
            user["webauthn_devices"]![0]!, "id:String", "user_id:String", "cred_id:String", "friendly_name:String", "type:String",
            "usage_count:Number", "created_at:String", "updated_at:String", "last_login_at:String", "icons:Object");
    }

    private static void AssertMembers(JsonNode json, params string[] members) => Assert.Equal(
        members,
        members.Select(member => member.Split(':')[0]).Select(name => $"{name}:{json[name]?.GetValueKind() switch
        {
            JsonValueKind.True or JsonValueKind.False => "Bool",
            { } kind => kind.ToString(),
            null => "missing",
        }}"));
}
