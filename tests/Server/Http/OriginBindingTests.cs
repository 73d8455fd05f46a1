using System.Net.Sockets;
using System.Text;
using OpenPassage.Authenticator;

namespace OpenPassage.Server.Tests.Http;

/// <summary>Where a ceremony may be finished, by where it was begun: threat 14.</summary>
public class OriginBindingTests(OriginBindingTests.Fixture server) : OwnServerTests(server), IClassFixture<OriginBindingTests.Fixture>
{
    private const string Fingerprint = "E3:B0:C4:42:98:FC:1C:14:9A:FB:F4:C8:99:6F:B9:24:27:AE:41:E4:64:9B:93:4C:A4:95:99:1B:78:52:B8:55";
    private const string AndroidOrigin = "android:apk-key-hash:47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU";
    private const string ListedAndroidOrigin = "android:apk-key-hash:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    private const string AppleOrigin = "https://example.com";

    private static readonly TestApp AppleOnly = new("apple-only", "apple-only-key-0123456789", "apple.example", "https://apple.example");
    private static readonly TestApp PageAndApple = new(
        "page-and-apple", "both-key-0123456789abcdef", "both.example", "https://both.example");

    /// <summary>Every origin of the app's pages.</summary>
    public static TheoryData<string> PageOrigins => new("https://login.example.com", "https://shop.example.com", "https://example.co.uk");

    public static TheoryData<string> NativeOrigins => new(AndroidOrigin, ListedAndroidOrigin, AppleOrigin);

    private static Action<AuthenticationCeremony> On(string origin) => ceremony => ceremony.ClientData.Origin = origin;

    private static Action<RegistrationCeremony> MadeOn(string origin) => ceremony => ceremony.ClientData.Origin = origin;

    private Page PageAt(string? origin) => new(Server, App) { Origin = origin, Authenticator = Page.Authenticator };

    [Theory]
    [MemberData(nameof(NativeOrigins))]
    public async Task What_was_begun_without_an_origin_is_finished_by_a_native_app_of_the_app(string origin)
    {
        var native = PageAt(null);
        var user = NewUser();

        (await native.RegisterAsync(await RegisterTransactionAsync(user), MadeOn(origin))).Expect(200);
        (await native.AuthenticateAsync(await AuthenticateTransactionAsync(user), On(origin))).Expect(200);
        (await native.AuthenticateAsync(bend: On(origin))).Expect(200);
    }

    [Theory]
    [MemberData(nameof(PageOrigins))]
    public async Task What_was_begun_without_an_origin_is_finished_on_no_page(string origin)
    {
        var user = await RegisteredAsync();

        foreach (var finishing in (Page[])[PageAt(null), PageAt(origin)])
        {
            var transaction = await AuthenticateTransactionAsync(user);
            var named = (await PageAt(null).StartAuthenticationAsync(transaction)).Expect(200);
            var discoverable = (await PageAt(null).StartAuthenticationAsync()).Expect(200);

            var refused = await RefusedAsync(
                401, "webauthn_login_failed", () => finishing.FinishAuthenticationAsync(named, transaction, On(origin)));
            Assert.Contains("without an Origin header", refused.Error, StringComparison.Ordinal);
            await RefusedAsync(401, "discoverable_login_failed", () => finishing.FinishAuthenticationAsync(discoverable, bend: On(origin)));
        }
    }

    [Theory]
    [InlineData(null)]
    [InlineData("conditional")]
    public async Task Nor_is_a_passkey_made_there_with_a_prompt_or_in_passing(string? mediation)
    {
        foreach (var finishing in (Page[])[PageAt(null), Page])
        {
            var transaction = await RegisterTransactionAsync(NewUser());
            var started = (await PageAt(null).StartRegistrationAsync(transaction, attachment: null, mediation)).Expect(200);

            var refused = await RefusedAsync(
                401, "webauthn_login_failed", () => finishing.FinishRegistrationAsync(started, transaction, MadeOn(App.Origin)));
            Assert.Contains("without an Origin header", refused.Error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_page_does_not_finish_what_a_native_app_has_begun_by_naming_the_native_origin()
    {
        await RegisteredAsync();
        var started = (await PageAt(null).StartAuthenticationAsync()).Expect(200);

        await RefusedAsync(401, "discoverable_login_failed", () => Page.FinishAuthenticationAsync(started, bend: On(AndroidOrigin)));
    }

    [Fact]
    public async Task What_a_page_has_begun_a_native_app_does_not_finish()
    {
        await RegisteredAsync();
        var started = (await Page.StartAuthenticationAsync()).Expect(200);

        var native = PageAt(null);
        await RefusedAsync(401, "discoverable_login_failed", () => native.FinishAuthenticationAsync(started, bend: On(AndroidOrigin)));
    }

    [Fact]
    public async Task The_finishing_call_comes_from_the_origin_that_client_data_names()
    {
        var user = await RegisteredAsync();
        var sibling = PageAt("https://shop.example.com");
        var transaction = await AuthenticateTransactionAsync(user);
        var named = (await Page.StartAuthenticationAsync(transaction)).Expect(200);
        var discoverable = (await Page.StartAuthenticationAsync()).Expect(200);
        var registration = await RegisterTransactionAsync(NewUser());
        var registering = (await Page.StartRegistrationAsync(registration)).Expect(200);

        await RefusedAsync(401, "webauthn_login_failed", () => sibling.FinishAuthenticationAsync(named, transaction, On(App.Origin)));
        await RefusedAsync(401, "discoverable_login_failed", () => sibling.FinishAuthenticationAsync(discoverable, bend: On(App.Origin)));
        await RefusedAsync(
            401, "webauthn_login_failed", () => sibling.FinishRegistrationAsync(registering, registration, MadeOn(App.Origin)));
        (await Page.FinishAuthenticationAsync(named, transaction)).Expect(200);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("https://login.example.com, https://login.example.com")]
    [InlineData("https://login.example.com,https://evil.example")]
    [InlineData("https://LOGIN.example.com")]
    [InlineData("https://login.example.com/")]
    [InlineData("https://login.example.com:443")]
    public async Task A_header_that_is_no_origin_of_the_app_does_not_count_as_none(string origin)
    {
        var user = await RegisteredAsync();
        var transaction = await AuthenticateTransactionAsync(user);
        var registration = await RegisterTransactionAsync(NewUser());
        var registering = (await PageAt(null).StartRegistrationAsync(registration)).Expect(200);
        var odd = PageAt(origin);

        await RefusedAsync(403, "operation_not_allowed", () => odd.StartAuthenticationAsync());
        await RefusedAsync(403, "operation_not_allowed", () => odd.StartAuthenticationAsync(transaction));
        await RefusedAsync(403, "operation_not_allowed", () => odd.StartRegistrationAsync(registration));
        await RefusedAsync(
            403, "operation_not_allowed", () => odd.FinishRegistrationAsync(registering, registration, MadeOn(AndroidOrigin)));
    }

    [Theory]
    [InlineData("https://login.example.com", "https://login.example.com")]
    [InlineData("https://login.example.com", "https://shop.example.com")]
    [InlineData("https://login.example.com", "")]
    [InlineData("", "")]
    public async Task Two_headers_are_refused_even_when_they_agree(string one, string two)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(Server.Address.Host, Server.Address.Port);
        await using var stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(string.Join("\r\n",
            $"POST /v1/apps/{App.Id}/authenticate/transactions/webauthn/start HTTP/1.1", "Host: localhost",
            $"Origin: {one}", $"Origin: {two}",
            "Content-Type: application/json", "Content-Length: 2", "Connection: close", "", "{}")));
        using var reader = new StreamReader(stream);

        Assert.StartsWith("HTTP/1.1 403", await reader.ReadToEndAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_Android_app_that_says_its_origin_is_held_to_it()
    {
        var android = PageAt(AndroidOrigin);
        var user = NewUser();
        (await android.RegisterAsync(await RegisterTransactionAsync(user))).Expect(200);
        var started = (await android.StartAuthenticationAsync()).Expect(200);

        await RefusedAsync(401, "discoverable_login_failed", () => android.FinishAuthenticationAsync(started, bend: On(AppleOrigin)));
        (await android.FinishAuthenticationAsync(started)).Expect(200);
    }

    [Fact]
    public async Task The_RP_IDs_own_origin_is_the_Apple_apps_and_no_pages()
    {
        var page = new Page(Server, AppleOnly) { Origin = "https://apple.example" };
        var native = new Page(Server, AppleOnly) { Origin = null };
        var backend = new Backend(Server, AppleOnly);
        var transaction = (await backend.CreateRegisterTransactionAsync("alice")).Expect(201)["transaction_id"];

        var refused = await RefusedAsync(403, "operation_not_allowed", () => page.StartAuthenticationAsync());
        Assert.Null(refused.Header("Access-Control-Allow-Origin"));
        await RefusedAsync(403, "operation_not_allowed", () => page.StartRegistrationAsync(transaction));
        (await native.RegisterAsync(transaction, ceremony => ceremony.ClientData.Origin = "https://apple.example")).Expect(200);
        (await native.AuthenticateAsync(bend: ceremony => ceremony.ClientData.Origin = "https://apple.example")).Expect(200);
    }

    [Fact]
    public async Task Where_it_is_listed_as_a_page_too_both_use_it()
    {
        var page = new Page(Server, PageAndApple);
        var native = new Page(Server, PageAndApple) { Origin = null, Authenticator = page.Authenticator };
        var transaction = (await new Backend(Server, PageAndApple).CreateRegisterTransactionAsync("alice")).Expect(201)["transaction_id"];

        (await page.RegisterAsync(transaction)).Expect(200);
        (await page.AuthenticateAsync()).Expect(200);
        (await native.AuthenticateAsync(bend: ceremony => ceremony.ClientData.Origin = "https://both.example")).Expect(200);
    }

    [Fact]
    public async Task An_app_without_native_apps_needs_the_header()
    {
        var user = NewUser();
        var transaction = (string)(await OtherBackend.CreateRegisterTransactionAsync(user)).Expect(201)["transaction_id"]!;
        (await OtherPage.RegisterAsync(transaction)).Expect(200);
        var native = new Page(Server, OtherApp) { Origin = null, Authenticator = OtherPage.Authenticator };

        foreach (var origin in (string[])[OtherApp.Origin, AppleOrigin, AndroidOrigin])
            Assert.Equal((401, "discoverable_login_failed"), (await native.AuthenticateAsync(bend: On(origin))).Refused);
    }

    public sealed class Fixture : ServerFixture
    {
        protected override IEnumerable<string> Settings =>
        [
            $"--OpenPassage:Apps:0:Origins:2={ListedAndroidOrigin}",
            "--OpenPassage:Apps:0:RelatedOrigins:0=https://example.co.uk",
            "--OpenPassage:Apps:0:AndroidApps:0:Package=com.example.shop",
            $"--OpenPassage:Apps:0:AndroidApps:0:CertificateFingerprints:0={Fingerprint}",
            "--OpenPassage:Apps:0:AppleApps:0=ABCDE12345.com.example.shop",
            .. AppleOnly.Settings(2).Where(setting => !setting.Contains(":Origins:", StringComparison.Ordinal)),
            "--OpenPassage:Apps:2:AppleApps:0=ABCDE12345.example.apple.shop",
            .. PageAndApple.Settings(3),
            "--OpenPassage:Apps:3:AppleApps:0=ABCDE12345.example.both.shop",
        ];
    }
}
