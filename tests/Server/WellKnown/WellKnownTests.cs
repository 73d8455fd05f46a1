using System.Text.Json.Nodes;

namespace OpenPassage.Server.Tests.WellKnown;

/// <summary>The documents of an RP ID's domain, asked by host and by path, and what they let in.</summary>
public class WellKnownTests(WellKnownTests.Fixture server) : OwnServerTests(server), IClassFixture<WellKnownTests.Fixture>
{
    private const string Fingerprint = "E3:B0:C4:42:98:FC:1C:14:9A:FB:F4:C8:99:6F:B9:24:27:AE:41:E4:64:9B:93:4C:A4:95:99:1B:78:52:B8:55";
    private const string AndroidOrigin = "android:apk-key-hash:47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU";

    public static TheoryData<string, string> Documents => new()
    {
        { "webauthn", """{"origins":["https://example.co.uk","https://example.net"]}""" },
        { "passkey-endpoints", """{"enroll":"https://login.example.com/new?a=1","manage":"https://login.example.com/passkeys"}""" },
        {
            "assetlinks.json",
            """[{"relation":["delegate_permission/common.handle_all_urls","delegate_permission/common.get_login_creds"],"target":"""
                + """{"namespace":"android_app","package_name":"com.example.shop","sha256_cert_fingerprints":"""
                + $$$"""["{{{Fingerprint}}}"]}}]"""
        },
        { "apple-app-site-association", """{"webcredentials":{"apps":["ABCDE12345.com.example.shop"]}}""" },
    };

    [Theory]
    [MemberData(nameof(Documents))]
    public async Task An_RP_IDs_host_and_each_of_its_apps_paths_have_the_document(string document, string expected)
    {
        Reply[] replies =
        [
            await GetAsync($".well-known/{document}", "example.com"),
            await GetAsync($".well-known/{document}", "EXAMPLE.com:8443"),
            await GetAsync($"v1/apps/acme/.well-known/{document}"),
            // The other app has the same RP ID, and one domain has one document.
            await GetAsync($"v1/apps/other/.well-known/{document}"),
        ];

        Assert.All(replies, reply =>
        {
            Assert.Equal(JsonNode.Parse(expected)!.ToJsonString(), JsonNode.Parse(reply.Expect(200).Text)!.ToJsonString());
            Assert.Equal("application/json", reply.Header("Content-Type"));
            Assert.Equal("public, max-age=300", reply.Header("Cache-Control"));
            Assert.Equal("nosniff", reply.Header("X-Content-Type-Options"));
        });
    }

    [Theory]
    [InlineData("webauthn", """{"origins":[]}""")]
    [InlineData("passkey-endpoints", "{}")]
    [InlineData("assetlinks.json", "[]")]
    [InlineData("apple-app-site-association", """{"webcredentials":{"apps":[]}}""")]
    public async Task An_app_with_nothing_to_say_has_an_empty_document(string document, string expected)
    {
        Assert.Equal(expected, (await GetAsync($"v1/apps/bare/.well-known/{document}")).Expect(200).Text);
        Assert.Equal(expected, (await GetAsync($".well-known/{document}", "bare.example")).Expect(200).Text);
    }

    [Theory]
    [InlineData("login.example.com")]
    [InlineData("example.com.evil.example")]
    [InlineData("com")]
    [InlineData("evil.example")]
    [InlineData("127.0.0.1")]
    public async Task A_host_that_is_no_apps_RP_ID_has_none(string host)
    {
        foreach (var document in (string[])["webauthn", "passkey-endpoints", "assetlinks.json", "apple-app-site-association"])
        {
            var reply = await GetAsync($".well-known/{document}", host);

            Assert.Equal((404, "app_not_found"), reply.Refused);
            Assert.Equal("no-store", reply.Header("Cache-Control"));
            Assert.StartsWith("No app has the requested host as its RP ID.", reply.Error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_forwarded_host_is_not_believed() =>
        Assert.Equal(
            (404, "app_not_found"), (await GetAsync(".well-known/webauthn", "evil.example", forwardedHost: "example.com")).Refused);

    [Fact]
    public async Task An_unknown_app_has_none() =>
        Assert.Equal((404, "app_not_found"), (await GetAsync("v1/apps/nobody/.well-known/webauthn")).Refused);

    [Fact]
    public async Task Another_method_is_refused_by_name()
    {
        var reply = await Backend.SendAsync(HttpMethod.Post, ".well-known/webauthn", "{}");

        Assert.Equal((405, "invalid_request"), reply.Refused);
        Assert.Equal("GET, HEAD, OPTIONS", reply.Header("Allow"));
    }

    [Theory]
    [InlineData("https://anybody.example")]
    [InlineData("https://login.example.com")]
    public async Task Every_page_may_read_them(string origin)
    {
        Assert.Equal(
            "*", (await GetAsync(".well-known/webauthn", "example.com", origin)).Expect(200).Header("Access-Control-Allow-Origin"));
        Assert.Equal(
            "*", (await GetAsync("v1/apps/acme/.well-known/webauthn", origin: origin)).Expect(200).Header("Access-Control-Allow-Origin"));
    }

    // ---- what they let in ----
    [Fact]
    public async Task A_passkey_of_the_Android_app_registers_and_signs_in()
    {
        var app = new Page(Server, App) { Origin = null };
        var user = NewUser();

        (await app.RegisterAsync(await RegisterTransactionAsync(user), ceremony => ceremony.ClientData.Origin = AndroidOrigin)).Expect(200);
        (await app.AuthenticateAsync(
            await AuthenticateTransactionAsync(user), ceremony => ceremony.ClientData.Origin = AndroidOrigin)).Expect(200);
    }

    [Fact]
    public async Task A_passkey_of_the_Apple_app_signs_in_on_the_RP_IDs_own_origin()
    {
        var app = new Page(Server, App) { Origin = null };
        var user = NewUser();

        (await app.RegisterAsync(
            await RegisterTransactionAsync(user), ceremony => ceremony.ClientData.Origin = "https://example.com")).Expect(200);
        (await app.AuthenticateAsync(bend: ceremony => ceremony.ClientData.Origin = "https://example.com")).Expect(200);
    }

    [Fact]
    public async Task A_page_on_a_related_origin_signs_in_with_the_same_passkey_and_reads_the_answers()
    {
        var user = await RegisteredAsync();
        var related = new Page(Server, App) { Origin = "https://example.co.uk", Authenticator = Page.Authenticator };

        var finished = (await related.AuthenticateAsync(await AuthenticateTransactionAsync(user))).Expect(200);

        Assert.Equal("https://example.co.uk", finished.Header("Access-Control-Allow-Origin"));
        Assert.Equal(user, (await Backend.VerifyNonceAsync(finished["nonce"]!)).Expect(200)["external_id"]);
    }

    /// <summary>Threat 14.</summary>
    [Fact]
    public async Task A_related_origin_cannot_finish_what_another_began()
    {
        var user = await RegisteredAsync();
        var transaction = await AuthenticateTransactionAsync(user);
        var started = await Page.StartAuthenticationAsync(transaction);

        var reply = await RefusedAsync(
            401,
            "webauthn_login_failed",
            () => Page.FinishAuthenticationAsync(started, transaction, ceremony => ceremony.ClientData.Origin = "https://example.co.uk"));

        Assert.Equal(
            "The ceremony was started on the origin https://login.example.com and finished on https://example.co.uk. "
                + "Start it again and finish it on the same page.",
            reply.Error);
    }

    [Fact]
    public async Task The_other_apps_origins_are_not_this_apps()
    {
        var native = new Page(Server, OtherApp) { Origin = null };
        var transaction = (string)(await OtherBackend.CreateRegisterTransactionAsync(NewUser())).Json["transaction_id"]!;

        var reply = await native.RegisterAsync(transaction, ceremony => ceremony.ClientData.Origin = "https://example.co.uk");

        Assert.Equal((401, "webauthn_login_failed"), reply.Refused);
    }

    private async Task<Reply> GetAsync(string path, string? host = null, string? origin = null, string? forwardedHost = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Host = host;
        if (origin is not null)
            request.Headers.Add("Origin", origin);
        if (forwardedHost is not null)
            request.Headers.Add("X-Forwarded-Host", forwardedHost);
        return await Reply.ReadAsync(await Server.Http.SendAsync(request));
    }

    /// <summary>The app with everything, the other with an overlapping list on the same RP ID, and one with nothing.</summary>
    public sealed class Fixture : ServerFixture
    {
        protected override IEnumerable<string> Settings =>
        [
            .. new TestApp("bare", "bare-key-0123456789abcdef", "bare.example", "https://bare.example").Settings(2),
            "--OpenPassage:Apps:0:RelatedOrigins:0=https://example.co.uk",
            "--OpenPassage:Apps:0:RelatedOrigins:1=https://example.net",
            "--OpenPassage:Apps:0:AndroidApps:0:Package=com.example.shop",
            $"--OpenPassage:Apps:0:AndroidApps:0:CertificateFingerprints:0={Fingerprint}",
            "--OpenPassage:Apps:0:AppleApps:0=ABCDE12345.com.example.shop",
            "--OpenPassage:Apps:0:PasskeyEndpoints:Enroll=https://login.example.com/new?a=1",
            "--OpenPassage:Apps:0:PasskeyEndpoints:Manage=https://login.example.com/passkeys",
            "--OpenPassage:Apps:1:RelatedOrigins:0=https://example.net",
            "--OpenPassage:TrustedProxies:0=127.0.0.1",
        ];
    }
}
