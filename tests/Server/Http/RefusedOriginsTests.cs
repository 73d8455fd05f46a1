using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace OpenPassage.Server.Tests.Http;

/// <summary>What page and operator are told of an origin that is none of the app's.</summary>
public partial class RefusedOriginsTests(ServerFixture server) : ServerTests(server)
{
    private const string Start = "authenticate/transactions/webauthn/start";

    [Theory]
    [InlineData("https://www.example.com", "OpenPassage:Apps:N:Origins.")]
    [InlineData("https://login.example.com:444", "OpenPassage:Apps:N:Origins.")]
    [InlineData("https://example.net", "OpenPassage:Apps:N:RelatedOrigins.")]
    [InlineData("https://login.example.com.evil.example", "OpenPassage:Apps:N:RelatedOrigins.")]
    public async Task A_call_from_it_says_which_came_and_where_to_add_it(string origin, string place)
    {
        var reply = await RefusedAsync(
            403, "operation_not_allowed", () => new Page(Server, App) { Origin = origin }.PostAsync(Start, "{}"));

        Assert.Equal($"This page's origin, {origin}, is not one of the app's origins. If it is yours, add it to {place}", reply.Error);
        Assert.Contains(
            $"Warning: The origin {origin} was refused: the app 'acme' has https://login.example.com, https://shop.example.com. "
                + $"If it is yours, add it to {place}",
            Server.Log,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://account.example.com", "OpenPassage:Apps:N:Origins.")]
    [InlineData("https://example.org", "OpenPassage:Apps:N:RelatedOrigins.")]
    [InlineData(
        "android:apk-key-hash:47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU",
        "OpenPassage:Apps:N:AndroidApps, as the certificate "
            + "E3:B0:C4:42:98:FC:1C:14:9A:FB:F4:C8:99:6F:B9:24:27:AE:41:E4:64:9B:93:4C:A4:95:99:1B:78:52:B8:55.")]
    public async Task A_ceremony_on_it_says_so_too(string origin, string place)
    {
        var native = new Page(Server, App) { Origin = null };
        var transaction = await RegisterTransactionAsync(NewUser());
        var registering = await native.StartRegistrationAsync(transaction);
        var user = await RegisteredAsync();
        var signIn = await AuthenticateTransactionAsync(user);
        var signingIn = await Page.StartAuthenticationAsync(signIn);

        Reply[] replies =
        [
            await RefusedAsync(
                401,
                "webauthn_login_failed",
                () => native.FinishRegistrationAsync(registering, transaction, ceremony => ceremony.ClientData.Origin = origin)),
            await RefusedAsync(
                401,
                "webauthn_login_failed",
                () => Page.FinishAuthenticationAsync(signingIn, signIn, ceremony => ceremony.ClientData.Origin = origin)),
        ];

        Assert.All(replies, reply => Assert.Equal(
            $"The passkey was used on the origin {origin}, which is not one of the app's origins. If it is yours, add it to {place}",
            reply.Error));
        Assert.Contains(
            $"The origin {origin} was refused: the app 'acme' has https://login.example.com, https://shop.example.com. "
                + $"If it is yours, add it to {place}",
            Server.Log,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(
        "http://127.0.0.1:3000",
        "Passkeys need a domain name, not an IP address: open http://localhost:3000, which needs an app whose RP ID is localhost.")]
    [InlineData("http://[::1]:3000", "open http://localhost:3000, which needs an app whose RP ID is localhost.")]
    [InlineData("http://192.168.1.5", "Passkeys need a domain name, not an IP address: open the page under example.com, over https.")]
    [InlineData("https://[2001:db8::1]", "open the page under example.com, over https.")]
    [InlineData("http://login.example.com", "Passkeys need https: open https://login.example.com.")]
    [InlineData(
        "http://account.example.com",
        "Passkeys need https: open https://account.example.com and add https://account.example.com to OpenPassage:Apps:N:Origins.")]
    [InlineData("http://account.example.com:8080", "Passkeys need https: open the page under example.com, over https.")]
    [InlineData(
        "http://example.org",
        "Passkeys need https: open https://example.org and add https://example.org to OpenPassage:Apps:N:RelatedOrigins.")]
    [InlineData("https://example.com.", "ends in a dot")]
    [InlineData("https://my_shop.example.com", "Passkeys cannot be used on the host")]
    [InlineData("https://co.uk", "browsers accept only domains that can be registered")]
    [InlineData("https://intranet", "browsers accept only domains that can be registered")]
    [InlineData(
        "http://localhost:3000",
        "Pages on localhost can only use passkeys of the RP ID localhost: create an app with that RP ID for development.")]
    [InlineData("https://localhost", "Capacitor")]
    [InlineData("http://localhost", "Capacitor")]
    [InlineData(
        "capacitor://localhost",
        "use a passkey plugin, send its calls natively (CapacitorHttp), "
            + "and name the app in OpenPassage:Apps:N:AndroidApps and OpenPassage:Apps:N:AppleApps.")]
    [InlineData("ionic://localhost", "use a passkey plugin")]
    [InlineData("capacitor://app.example.com", "use a passkey plugin")]
    [InlineData("tauri://localhost", "use a passkey plugin")]
    [InlineData("http://tauri.localhost", "set useHttpsScheme")]
    [InlineData("https://tauri.localhost", "add it to OpenPassage:Apps:N:RelatedOrigins. Every Tauri app on a machine has this origin.")]
    [InlineData("chrome-extension://mabekielmoibbmlepeohhncklpnjmcpk", "add it to OpenPassage:Apps:N:Origins.")]
    [InlineData("moz-extension://3b9e0a4c-1d2f-4c5b-9a8e-7f6d5c4b3a21", "another origin in every browser")]
    [InlineData("safari-web-extension://3B9E0A4C-1D2F-4C5B-9A8E-7F6D5C4B3A21", "another origin in every browser")]
    [InlineData("file://", "no origin of its own")]
    [InlineData("null", "no origin of its own")]
    [InlineData("app://obsidian.md", "Passkeys only work on https pages")]
    public async Task What_the_rules_would_refuse_is_not_said_to_be_added(string origin, string instead)
    {
        var call = await RefusedAsync(403, "operation_not_allowed", () => new Page(Server, App) { Origin = origin }.PostAsync(Start, "{}"));

        Assert.Contains(instead, call.Error, StringComparison.Ordinal);
        Assert.Contains(instead, Server.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_five_names_are_listed_already_a_sixth_is_not_said_to_be_added()
    {
        var app = await Manager.AppAsync(new JsonObject
        {
            ["rp_id"] = "five.example",
            ["origins"] = new JsonArray("https://five.example"),
            ["related_origins"] = new JsonArray(
                "https://one.com", "https://two.com", "https://three.com", "https://four.com", "https://five.com"),
        });

        var sixth = await RefusedAsync(
            403, "operation_not_allowed",
            () => new Page(Server, app) { Origin = "https://six.com" }.PostAsync(Start, "{}"));
        var fifth = await RefusedAsync(
            403, "operation_not_allowed",
            () => new Page(Server, app) { Origin = "https://login.five.com" }.PostAsync(Start, "{}"));

        Assert.Contains("RelatedOrigins already names five, and browsers read no more", sixth.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("add it to", sixth.Error, StringComparison.Ordinal);
        Assert.Contains("add it to OpenPassage:Apps:N:RelatedOrigins.", fifth.Error, StringComparison.Ordinal);
    }

    /// <summary>Whatever an answer says to add passes the rules, and then ceremonies run there.</summary>
    [Fact]
    public async Task What_is_said_to_be_added_can_be_added_and_then_works()
    {
        string[] hosts =
        [
            "example.com", "login.example.com", "a.b.example.com", "example.com.", "notexample.com", "example.org",
            "co.uk", "github.io", "me.github.io", "intranet",
            "localhost", "app.localhost", "tauri.localhost", "127.0.0.1", "10.0.0.1", "[::1]",
            "my_shop.example.com", "-a.example.com", "xn--bcher-kva.example", "xn--a-ecp.example",
        ];
        string[] origins =
        [
            .. from scheme in (string[])["https", "http", "capacitor", "ionic", "tauri", "chrome-extension", "app"]
                from host in hosts
                from port in (string[])["", ":8080"]
                select $"{scheme}://{host}{port}",
            "null", "file://", "chrome-extension://mabekielmoibbmlepeohhncklpnjmcpk", "chrome-extension://nonsense",
            "moz-extension://3b9e0a4c-1d2f-4c5b-9a8e-7f6d5c4b3a21",
            "android:apk-key-hash:47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU",
        ];
        // Every refusal here would use up what the log of the others' server has for an hour.
        await using var quiet = new ServerFixture();
        await quiet.InitializeAsync();
        var manager = new Manager(quiet, ServerFixture.AdminKey);
        var told = 0;
        foreach (var rpId in (string[])["example.com", "localhost", "login.example.com"])
        {
            var first = rpId == "localhost" ? "http://localhost:1" : $"https://first.{rpId}";
            var app = await manager.AppAsync(new JsonObject { ["rp_id"] = rpId, ["origins"] = new JsonArray(first) });
            foreach (var origin in origins)
            {
                var refused = await new Page(quiet, app) { Origin = origin }.PostAsync(Start, "{}");
                Assert.Equal(403, refused.Status);
                if (Added().Match(refused.Error!) is not { Success: true } add)
                    continue;
                told++;
                var added = add.Groups["origin"].Value is "it" ? origin : add.Groups["origin"].Value;
                (await manager.PatchAsync($"apps/{app.Id}", Adding(add, first, added))).Expect(200);
                if (!origin.StartsWith("android:", StringComparison.Ordinal))
                    Assert.Equal(
                        (rpId, added, 200),
                        (rpId, added, (await new Page(quiet, app) { Origin = added }.RegisterAsync(await TransactionAsync(app))).Status));
                var without = new JsonObject
                {
                    ["origins"] = new JsonArray(first),
                    ["related_origins"] = new JsonArray(),
                    ["android_apps"] = new JsonArray(),
                };
                (await manager.PatchAsync($"apps/{app.Id}", without)).Expect(200);
            }
        }

        Assert.InRange(told, 15, origins.Length * 3);

        async Task<string> TransactionAsync(TestApp app)
            => (await new Backend(quiet, app).CreateRegisterTransactionAsync(NewUser())).Expect(201)["transaction_id"]!;
    }

    private static JsonObject Adding(Match add, string first, string added) => add.Groups["setting"].Value switch
    {
        "Origins" => new() { ["origins"] = new JsonArray(first, added) },
        "RelatedOrigins" => new() { ["related_origins"] = new JsonArray(added) },
        "AndroidApps" => new()
        {
            ["android_apps"] = new JsonArray(new JsonObject
            {
                ["package"] = "com.example.shop",
                ["certificate_fingerprints"] = new JsonArray(add.Groups["certificate"].Value),
            }),
        },
        var other => throw new InvalidOperationException(other),
    };

    [GeneratedRegex(
        @"add (?<origin>\S+) to OpenPassage:Apps:N:(?<setting>\w+)(, as the certificate (?<certificate>[0-9A-F:]+))?",
        RegexOptions.ExplicitCapture,
        1000)]
    private static partial Regex Added();

    [Fact]
    public async Task The_page_is_not_told_the_list()
    {
        var reply = await new Page(Server, App) { Origin = "https://evil.example" }.PostAsync(Start, "{}");

        Assert.DoesNotContain("login.example.com", reply.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("shop.example.com", reply.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("null")]
    [InlineData("nonsense-of-a-stranger")]
    [InlineData("https://nonsense-of-a-stranger.example/path")]
    [InlineData("https://nonsense-of-a-stranger.example\nWarning: forged")]
    [InlineData("https://nonsense-of-a-stranger.example, https://two.example")]
    [InlineData("android:apk-key-hash:nonsense-of-a-stranger")]
    public async Task What_is_no_origin_is_repeated_to_nobody(string origin)
    {
        var native = new Page(Server, App) { Origin = null };
        var transaction = await RegisterTransactionAsync(NewUser());
        var started = await native.StartRegistrationAsync(transaction);

        var reply = await RefusedAsync(
            401,
            "webauthn_login_failed",
            () => native.FinishRegistrationAsync(started, transaction, ceremony => ceremony.ClientData.Origin = origin));
        Assert.DoesNotContain("nonsense", reply.Error, StringComparison.Ordinal);
        if (!origin.Contains('\n', StringComparison.Ordinal))
        {
            var call = await RefusedAsync(
                403, "operation_not_allowed", () => new Page(Server, App) { Origin = origin }.PostAsync(Start, "{}"));
            Assert.DoesNotContain("nonsense", call.Error, StringComparison.Ordinal);
        }

        Assert.DoesNotContain("nonsense", Server.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_origin_is_logged_once_an_hour_and_200_of_them_at_most()
    {
        await using var quiet = new ServerFixture();
        await quiet.InitializeAsync();
        async Task CallAsync(string origin)
            => Assert.Equal(403, (await new Page(quiet, App) { Origin = origin }.PostAsync(Start, "{}")).Status);
        int Logged() => quiet.Log.Split('\n').Count(line => line.Contains("was refused: the app", StringComparison.Ordinal));

        await CallAsync("https://one.example");
        await CallAsync("https://one.example");
        Assert.Equal(1, Logged());
        for (var i = 0; i < 250; i++)
            await CallAsync($"https://stranger{i}.example");
        Assert.Equal(200, Logged());

        quiet.Clock.Advance(TimeSpan.FromHours(1));
        await CallAsync("https://one.example");
        Assert.Equal(201, Logged());
    }
}
