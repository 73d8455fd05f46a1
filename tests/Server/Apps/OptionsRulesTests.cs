using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using OpenPassage.Host.Serving;

namespace OpenPassage.Server.Tests.Apps;

public sealed class OptionsRulesTests
{
    [Theory]
    [InlineData("example.com", "https://example.com")]
    [InlineData("example.com", "https://login.example.com")]
    [InlineData("example.com", "https://login.example.com:8443")]
    [InlineData("localhost", "http://localhost:8421")]
    [InlineData("localhost", "http://app.localhost:3000")]
    [InlineData("login.example.co.uk", "https://login.example.co.uk")]
    [InlineData("someone.github.io", "https://someone.github.io")]
    [InlineData("city.kawasaki.jp", "https://city.kawasaki.jp")]
    [InlineData("intranet", "https://intranet")]
    [InlineData("xn--mller-kva.example", "https://xn--mller-kva.example")]
    [InlineData("müller.example", "https://login.müller.example")]
    [InlineData("müller.example", "https://xn--mller-kva.example")]
    [InlineData("straße.example", "https://straße.example:8443")]
    [InlineData("xn--strae-oqa.example", "https://www.straße.example")]
    [InlineData("日本語.example", "https://日本語.example")]
    [InlineData("r3---sn.example", "https://r3---sn.example")]
    [InlineData("example.com", "android:apk-key-hash:47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU")]
    public void A_good_app_is_accepted(string rpId, string origin) => Assert.Null(Refusal(App(("RpId", rpId), ("Origins:0", origin))));

    [Theory]
    [InlineData("Id", "", "Apps:0:Id is '' and should be 1 to 64 letters")]
    [InlineData("Id", "a/b", "Apps:0:Id is 'a/b'")]
    [InlineData("RpId", "", "Apps:0:RpId is '' and should be a domain such as example.com")]
    [InlineData("RpId", "https://example.com", "Apps:0:RpId is 'https://example.com' and should be a domain")]
    [InlineData("RpId", "example.com.", "Apps:0:RpId is 'example.com.' and should be a domain")]
    [InlineData("RpId", "Example.com", "should be in lower case: example.com.")]
    [InlineData("RpId", "127.0.0.1", "passkeys do not work with IP addresses: use localhost.")]
    [InlineData("RpId", "com", "Apps:0:RpId is 'com', a public suffix")]
    [InlineData("RpId", "co.uk", "Apps:0:RpId is 'co.uk', a public suffix")]
    [InlineData("RpId", "github.io", "Apps:0:RpId is 'github.io', a public suffix")]
    [InlineData("RpId", "foo.ck", "Apps:0:RpId is 'foo.ck', a public suffix")]
    [InlineData("RpId", "xn--55qx5d.cn", "a public suffix")]
    [InlineData("RpId", "公司.cn", "a public suffix")]
    [InlineData(
        "RpId", "ample.com", "Apps:0:Origins:0 is 'https://example.com' and should be on ample.com, the RpId, or on a domain inside it.")]
    [InlineData("RpId", "login.example.com", "and should be on login.example.com, the RpId")]
    [InlineData("Origins:0", "example.com", "Apps:0:Origins:0 is 'example.com' and should be an origin such as https://example.com.")]
    [InlineData("Origins:0", "", "Apps:0:Origins:0 is '' and should be an origin")]
    [InlineData("Origins:0", "*", "should be an origin")]
    [InlineData("Origins:0", "null", "should be an origin")]
    [InlineData("Origins:0", "ftp://example.com", "should be an origin")]
    [InlineData("Origins:0", "https://example.com/", "should be written as browsers send it: https://example.com.")]
    [InlineData("Origins:0", "https://example.com/login", "should be written as browsers send it: https://example.com.")]
    [InlineData("Origins:0", "https://example.com?x=1", "should be written as browsers send it: https://example.com.")]
    [InlineData("Origins:0", "https://example.com:443", "should be written as browsers send it: https://example.com.")]
    [InlineData("Origins:0", "https://Example.com", "should be written as browsers send it: https://example.com.")]
    [InlineData("Origins:0", "HTTPS://example.com", "should be written as browsers send it: https://example.com.")]
    [InlineData("Origins:0", "https://user@example.com", "should be written as browsers send it: https://example.com.")]
    [InlineData("Origins:0", " https://example.com", "should be written as browsers send it: https://example.com.")]
    [InlineData("Origins:0", "https://*.example.com", "Apps:0:Origins:0 is 'https://*.example.com' and should")]
    [InlineData("Origins:0", "http://example.com", "should begin with https")]
    [InlineData("Origins:0", "http://notlocalhost", "should begin with https")]
    [InlineData("Origins:0", "http://127.0.0.1:8421", "passkeys do not work with IP addresses: use http://localhost:8421.")]
    [InlineData("Origins:0", "http://[::1]:8421", "passkeys do not work with IP addresses: use http://localhost:8421.")]
    [InlineData("Origins:0", "https://192.0.2.1", "should name a domain")]
    [InlineData("Origins:0", "https://example.com.", "should name a domain")]
    [InlineData("Origins:0", "https://evil-example.com", "should be on example.com")]
    [InlineData("Origins:0", "https://example.com.evil.example", "should be on example.com")]
    [InlineData("Origins:0", "android:apk-key-hash:short", "should be android:apk-key-hash: with the 43 base64url characters")]
    [InlineData("Origins:0", "android:com.example.app", "should be android:apk-key-hash: with the 43 base64url characters")]
    [InlineData("RelatedOrigins:0", "example.net", "Apps:0:RelatedOrigins:0 is 'example.net' and should be an origin")]
    [InlineData("RelatedOrigins:0", "https://example.net/", "should be written as browsers send it: https://example.net.")]
    [InlineData("RelatedOrigins:0", "http://example.net", "should begin with https")]
    [InlineData("RelatedOrigins:0", "http://localhost:8421", "should begin with https")]
    [InlineData("RelatedOrigins:0", "https://192.0.2.1", "should name a domain")]
    [InlineData("RelatedOrigins:0", "https://www.example.com", "which is on example.com, the RpId, and belongs in Origins.")]
    [InlineData("RelatedOrigins:0", "https://co.uk", "browsers accept only domains that can be registered")]
    [InlineData("RelatedOrigins:0", "https://intranet", "browsers accept only domains that can be registered")]
    [InlineData("Origins:0", "https://example.net", "Origins on other domains belong in RelatedOrigins.")]
    [InlineData(
        "AndroidApps:0:Package", "shop", "Apps:0:AndroidApps:0:Package is 'shop' and should be a package name such as com.example.shop.")]
    [InlineData("AndroidApps:0:Package", "com.example.shop\n", "should be a package name")]
    [InlineData("AndroidApps:0:Package", "com.example.shop", "Apps:0:AndroidApps:0:CertificateFingerprints is empty")]
    [InlineData("AndroidApps:0:CertificateFingerprints:0", "14:6D", "AndroidApps:0:Package is ''")]
    [InlineData(
        "AppleApps:0", "com.example.shop", "Apps:0:AppleApps:0 is 'com.example.shop' and should be the team id, a dot and the bundle id")]
    [InlineData(
        "PasskeyEndpoints:Enroll",
        "/account/passkeys",
        "Apps:0:PasskeyEndpoints:Enroll is '/account/passkeys' and should be the address of a page")]
    [InlineData("PasskeyEndpoints:Manage", "http://example.com/", "PasskeyEndpoints:Manage is 'http://example.com/' and should")]
    [InlineData(
        "PasskeyEndpoints:PrfUsageDetails", "javascript:alert(1)", "PasskeyEndpoints:PrfUsageDetails is 'javascript:alert(1)' and should")]
    [InlineData("RpId", "bu\u0308cher.example", "and should be written as browsers write it: xn--bcher-kva.example.")]
    [InlineData("RpId", "Bücher.example", "and should be in lower case: xn--bcher-kva.example.")]
    [InlineData("RpId", "BÜcher.example", "and should be in lower case: xn--bcher-kva.example.")]
    [InlineData("RpId", "bÜcher.example", "and should be written as browsers write it: xn--bcher-kva.example.")]
    [InlineData("RpId", "ｅxample.com", "and should be written as browsers write it: example.com.")]
    [InlineData("RpId", "example。com", "and should be written as browsers write it: example.com.")]
    [InlineData("RpId", "exam\u00adple.com", "and should be written as browsers write it: example.com.")]
    [InlineData("RpId", "exam\u200bple.com", "and should be written as browsers write it: example.com.")]
    [InlineData("RpId", "xn--fa-hia。example", "and should be written as browsers write it: xn--fa-hia.example.")]
    [InlineData("RpId", "exam\u200dple.com", "which browsers do not accept as a domain")]
    [InlineData("RpId", "exam\u202eple.com", "which browsers do not accept as a domain")]
    [InlineData("RpId", "xn--a-ecp.example", "which browsers do not accept as a domain")]
    [InlineData("RpId", "xn--bu-jvd.example", "which browsers do not accept as a domain")]
    [InlineData("RpId", "exam\ud800ple.com", "which browsers do not accept as a domain")]
    [InlineData("RpId", "my_shop.example", "and should be a domain such as example.com")]
    [InlineData("RpId", "b%C3%BCcher.example", "and should be a domain such as example.com")]
    [InlineData("RpId", "example..com", "and should be a domain such as example.com")]
    [InlineData("RpId", "0x7f.1", "passkeys do not work with IP addresses: use localhost.")]
    [InlineData("RpId", "2130706433", "passkeys do not work with IP addresses: use localhost.")]
    [InlineData("RpId", "127。0。0。1", "passkeys do not work with IP addresses: use localhost.")]
    [InlineData("RpId", "example.0x7f", "and should be a domain such as example.com")]
    [InlineData("Origins:0", "https://bu\u0308cher.example", "should be written as browsers send it: https://xn--bcher-kva.example.")]
    [InlineData("Origins:0", "https://Bücher.example", "should be written as browsers send it: https://xn--bcher-kva.example.")]
    [InlineData("Origins:0", "https://b%C3%BCcher.example", "should be written as browsers send it: https://xn--bcher-kva.example.")]
    [InlineData("Origins:0", "https://login%2eexample.com", "should be written as browsers send it: https://login.example.com.")]
    [InlineData("Origins:0", "https://login。example.com", "should be written as browsers send it: https://login.example.com.")]
    [InlineData("Origins:0", "https://ｌogin.example.com:8443", "should be written as browsers send it: https://login.example.com:8443.")]
    [InlineData("Origins:0", "https://log\u00adin.example.com", "should be written as browsers send it: https://login.example.com.")]
    [InlineData("Origins:0", "https://example.com:", "should be written as browsers send it: https://example.com.")]
    [InlineData("Origins:0", "https://example.com:08443", "should be written as browsers send it: https://example.com:8443.")]
    [InlineData("Origins:0", "https://example.com:99999", "and should be an origin")]
    [InlineData("Origins:0", "https://log\u200din.example.com", "and should be an origin")]
    [InlineData("Origins:0", "https://xn--a-ecp.example.com", "and should be an origin")]
    [InlineData("Origins:0", "http://0x7f.1:3000", "passkeys do not work with IP addresses: use http://localhost:3000.")]
    [InlineData("Origins:0", "http://2130706433", "passkeys do not work with IP addresses: use http://localhost.")]
    [InlineData("Origins:0", "http://１２７.0.0.1:3000", "passkeys do not work with IP addresses: use http://localhost:3000.")]
    [InlineData("Origins:0", "https://3221226219", "should name a domain")]
    [InlineData("Origins:0", "https://my_shop.example.com", "should name a domain")]
    [InlineData("Origins:0", "https://a.b..example.com", "should name a domain")]
    [InlineData(
        "RelatedOrigins:0", "https://bu\u0308cher.example", "should be written as browsers send it: https://xn--bcher-kva.example.")]
    [InlineData("RelatedOrigins:0", "https://example。net", "should be written as browsers send it: https://example.net.")]
    [InlineData("ApiKeys:0", "nineteen-characters", "Apps:0:ApiKeys:0 has 19 characters and should have 20 or more")]
    [InlineData("ApiKeys:0", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "Apps:0:ApiKeys:0 can be guessed")]
    [InlineData("ApiKeys:0", "11112222333344445555", "Apps:0:ApiKeys:0 can be guessed")]
    [InlineData("ApiKeys:0", "passwordpasswordpassword", "Apps:0:ApiKeys:0 can be guessed")]
    [InlineData("ApiKeys:0", "correcthorsecorrecthorse", "Apps:0:ApiKeys:0 can be guessed")]
    [InlineData("ApiKeys:0", "12345678901234567890", "Apps:0:ApiKeys:0 can be guessed")]
    [InlineData("ApiKeys:0", "twenty characters and a blank", "Apps:0:ApiKeys:0 has a space")]
    [InlineData("UserVerification", "Always", "Apps:0:UserVerification is 'Always' and should be required, preferred or discouraged.")]
    public void A_wrong_app_is_refused_with_a_sentence(string setting, string value, string expected)
        => Assert.Contains(expected, Refusal(App((setting, value))), StringComparison.Ordinal);

    [Theory]
    [InlineData("Database", "Host=db;Nonsense=1;Password=secret", "Database should be a connection string for PostgreSQL")]
    [InlineData("Database", "Host=db;Port=many", "Database should be a connection string for PostgreSQL")]
    [InlineData("Database", "postgres://me:secret@db/openpassage", "Database is a URL and should be a connection string: Host=")]
    [InlineData("Database", "Data Source=:memory:", "Database should name a SQLite file")]
    [InlineData("Database", "Nonsense=1", "Database should name a SQLite file")]
    [InlineData("Database", "", "Database should name a SQLite file")]
    [InlineData("DataDirectory", " ", "DataDirectory is empty")]
    [InlineData("NonceLifetime", "00:00:00", "NonceLifetime is 00:00:00 and should be from 00:01:00 to 1.00:00:00.")]
    [InlineData("TransactionLifetime", "-00:05:00", "TransactionLifetime is -00:05:00")]
    [InlineData("HandshakeLifetime", "30.00:00:00", "HandshakeLifetime is 30.00:00:00")]
    [InlineData("ConditionalHandshakeLifetime", "an hour", "ConditionalHandshakeLifetime is 'an hour' and should be hours:minutes:seconds")]
    [InlineData("EventLifetime", "00:00:01", "EventLifetime is 00:00:01")]
    [InlineData("Limits:BrowserCallsPerMinute", "lots", "Limits:BrowserCallsPerMinute is 'lots'")]
    [InlineData("Limits:FailedKeysPerMinute", "-1", "Limits:FailedKeysPerMinute is '-1'")]
    [InlineData("Limits:ConcurrentRequests", "-1", "Limits:ConcurrentRequests is '-1'")]
    [InlineData("Limits:Connections", "lots", "Limits:Connections is 'lots' and should be a number, or 0 for no limit.")]
    [InlineData(
        "Limits:Connections", "999",
        "Limits:Connections is 999 and should be 1000 or more, as many as ConcurrentRequests; or 0 for no limit.")]
    [InlineData("Readiness:ReportsPerMinute", "lots", "Readiness:ReportsPerMinute is 'lots' and should be a number, or 0 for no limit.")]
    [InlineData("Readiness:DevicesPerNetworkAndHour", "-1", "Readiness:DevicesPerNetworkAndHour is '-1'")]
    [InlineData("Console:Enabled", "maybe", "Console:Enabled is 'maybe' and should be true or false.")]
    [InlineData("Console:Origin", "passkeys.example.com", "Console:Origin is 'passkeys.example.com' and should be an origin such as")]
    [InlineData("Console:Origin", "https://github.io", "Console:Origin is 'https://github.io', whose host is a public suffix")]
    [InlineData("PathBase", "/console/passkeys", "PathBase is '/console/passkeys' and should be a path such as /passkeys")]
    [InlineData("TrustedProxies:0", "proxy.example.com", "TrustedProxies:0 is 'proxy.example.com' and should be an address")]
    public void A_wrong_setting_is_refused_with_a_sentence(string setting, string value, string expected)
        => Assert.StartsWith("OpenPassage:" + expected, Refusal(new() { [$"OpenPassage:{setting}"] = value }), StringComparison.Ordinal);

    [Theory]
    [InlineData("Host=db;Database=openpassage;Username=me;Password=secret;SSL Mode=Require")]
    [InlineData("host=one,two;port=5433;Target Session Attributes=primary")]
    [InlineData("file.db")]
    [InlineData("Data Source=file.db;Cache=Shared")]
    public void A_good_database_is_accepted(string database) => Assert.Null(Refusal(new() { ["OpenPassage:Database"] = database }));

    [Fact]
    public void Two_apps_with_one_id_are_refused()
    {
        var settings = App();
        foreach (var (key, value) in App().ToArray())
            settings[key.Replace("Apps:0", "Apps:1", StringComparison.Ordinal)] = value;
        Assert.StartsWith("OpenPassage:Apps:1:Id is 'shop', which Apps:0 has already", Refusal(settings), StringComparison.Ordinal);
    }

    [Fact]
    public void An_app_without_origins_is_refused()
    {
        var settings = App();
        settings.Remove("OpenPassage:Apps:0:Origins:0");
        Assert.StartsWith("OpenPassage:Apps:0:Origins is empty", Refusal(settings), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("14:6D:E9")]
    [InlineData("14-6D-E9-83-C5-73-06-50-D8-EE-B9-95-2F-34-FC-64-16-A0-83-42-E6-1D-BE-A8-8A-04-96-B2-3F-CF-44-E5")]
    [InlineData("X46DE983C5730650D8EEB9952F34FC6416A08342E61DBEA88A0496B23FCF44E5")]
    public void A_fingerprint_that_is_no_SHA256_is_refused(string fingerprint) => Assert.Contains(
        "CertificateFingerprints:0 is '" + fingerprint + "' and should be a SHA-256 fingerprint",
        Refusal(App(("AndroidApps:0:Package", "com.example.shop"), ("AndroidApps:0:CertificateFingerprints:0", fingerprint))),
        StringComparison.Ordinal);

    [Fact]
    public void Related_origins_of_five_names_are_accepted_and_of_six_refused()
    {
        // One name, whatever the public suffix and whatever stands before it.
        string[] origins =
        [
            "https://one.com", "https://one.co.uk", "https://login.one.github.io", "https://two.com", "https://three.com",
            "https://four.com",
        ];
        var five = App([.. origins.Select((origin, i) => ($"RelatedOrigins:{i}", origin))]);
        Assert.Null(Refusal(five));

        five["OpenPassage:Apps:0:RelatedOrigins:6"] = "https://five.com";
        Assert.Null(Refusal(five));
        five["OpenPassage:Apps:0:RelatedOrigins:7"] = "https://six.com";
        Assert.StartsWith(
            "OpenPassage:Apps:0:RelatedOrigins has 6 different names (one, two, three, four, five, six) and should have 5 at most",
            Refusal(five),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Apps_of_one_RP_ID_share_its_domains_documents()
    {
        var settings = App(
            ("RelatedOrigins:0", "https://one.com"),
            ("RelatedOrigins:1", "https://two.com"),
            ("RelatedOrigins:2", "https://three.com"),
            ("PasskeyEndpoints:Manage", "https://example.com/a"));
        foreach (var (key, value) in App())
            settings[key.Replace("Apps:0", "Apps:1", StringComparison.Ordinal)] = value;
        settings["OpenPassage:Apps:1:Id"] = "other";
        settings["OpenPassage:Apps:1:PasskeyEndpoints:Manage"] = "https://example.com/b";
        Assert.StartsWith(
            "OpenPassage:Apps:1:PasskeyEndpoints differs from another app's with the same RpId",
            Refusal(settings),
            StringComparison.Ordinal);

        settings["OpenPassage:Apps:1:PasskeyEndpoints:Manage"] = "https://example.com/a";
        Assert.Null(Refusal(settings));
        foreach (var (i, name) in ((string[])["four", "five", "six"]).Index())
            settings[$"OpenPassage:Apps:1:RelatedOrigins:{i}"] = $"https://{name}.com";
        Assert.Contains("with those of other apps of the same RpId, has 6 different names", Refusal(settings), StringComparison.Ordinal);

        // Another RP ID has documents of its own.
        settings["OpenPassage:Apps:1:RpId"] = "example.net";
        settings["OpenPassage:Apps:1:Origins:0"] = "https://example.net";
        Assert.Null(Refusal(settings));
    }

    [Theory]
    [InlineData("AppleApps:0", "ABCDE12345.com.example.shop")]
    [InlineData("AndroidApps:0:Package", "com.example.shop")]
    public void An_app_without_pages_needs_no_origins(string setting, string value)
    {
        var settings = App((setting, value));
        if (setting.StartsWith("Android", StringComparison.Ordinal))
            settings["OpenPassage:Apps:0:AndroidApps:0:CertificateFingerprints:0"] = new string('a', 64);
        settings.Remove("OpenPassage:Apps:0:Origins:0");
        Assert.Null(Refusal(settings));
    }

    [Fact]
    public void An_API_key_is_never_shown()
        => Assert.DoesNotContain("hunter2", Refusal(App(("ApiKeys:0", "hunter2"))), StringComparison.Ordinal);

    [Fact]
    public void Everything_can_be_configured()
    {
        var settings = App(("Name", "Shop"), ("RpName", "The Shop"), ("UserVerification", "preferred"),
            ("ApiKeys:1", "another-key-0123456789"), ("RelatedOrigins:0", "https://example.net"),
            ("AndroidApps:0:Package", "com.example.shop"), ("AndroidApps:0:CertificateFingerprints:0", new string('a', 64)),
            ("AppleApps:0", "ABCDE12345.com.example.shop"), ("PasskeyEndpoints:Enroll", "https://example.com/1"),
            ("PasskeyEndpoints:Manage", "https://example.com/2"), ("PasskeyEndpoints:PrfUsageDetails", "https://example.com/3"));
        settings["OpenPassage:DataDirectory"] = "/var/lib/openpassage";
        settings["OpenPassage:Database"] = "Data Source=x.db";
        settings["OpenPassage:TransactionLifetime"] = "00:01:00";
        settings["OpenPassage:HandshakeLifetime"] = "00:02:00";
        settings["OpenPassage:ConditionalHandshakeLifetime"] = "00:03:00";
        settings["OpenPassage:NonceLifetime"] = "00:04:00";
        settings["OpenPassage:EventLifetime"] = "7.00:00:00";
        settings["OpenPassage:KeyCertificate:Path"] = "keys.pfx";
        settings["OpenPassage:KeyCertificate:Password"] = "secret";
        settings["OpenPassage:Limits:BrowserCallsPerMinute"] = "1";
        settings["OpenPassage:Limits:FailedKeysPerMinute"] = "0";
        settings["OpenPassage:Limits:ConcurrentRequests"] = "200";
        settings["OpenPassage:Limits:Connections"] = "0";
        settings["OpenPassage:TrustedProxies:0"] = "10.0.0.0/8";
        settings["OpenPassage:Console:Enabled"] = "false";
        settings["OpenPassage:Console:Origin"] = "https://passkeys.example.com";
        settings["OpenPassage:PathBase"] = "/passkeys";

        var (options, console, host) = Read(settings);

        Assert.Equal(("/var/lib/openpassage", "Data Source=x.db"), (options.DataDirectory, options.Database));
        TimeSpan[] lifetimes =
            [options.TransactionLifetime, options.HandshakeLifetime, options.ConditionalHandshakeLifetime, options.NonceLifetime];
        Assert.Equal([1, 2, 3, 4], lifetimes.Select(time => (int)time.TotalMinutes));
        Assert.Equal(7, options.EventLifetime.TotalDays);
        Assert.Equal(("keys.pfx", "secret"), (options.KeyCertificate.Path, options.KeyCertificate.Password));
        Assert.Equal((1, 0), (options.Limits.BrowserCallsPerMinute, options.Limits.FailedKeysPerMinute));
        Assert.Equal((200, 0), (host.Limits.ConcurrentRequests, host.Limits.Connections));
        Assert.Equal(["10.0.0.0/8"], host.TrustedProxies);
        Assert.Equal((false, "https://passkeys.example.com", "/passkeys"), (console.Enabled, console.Origin, console.PathBase));
        var app = Assert.Single(options.Apps);
        Assert.Equal(
            ("shop", "Shop", "example.com", "The Shop", "preferred"), (app.Id, app.Name, app.RpId, app.RpName, app.UserVerification));
        Assert.Equal(["https://example.com"], app.Origins);
        Assert.Equal(2, app.ApiKeys.Count);
        Assert.Equal(["https://example.net"], app.RelatedOrigins);
        Assert.Equal(["ABCDE12345.com.example.shop"], app.AppleApps);
        var android = Assert.Single(app.AndroidApps);
        Assert.Equal(("com.example.shop", 64), (android.Package, Assert.Single(android.CertificateFingerprints).Length));
        Assert.Equal(
            ("https://example.com/1", "https://example.com/2", "https://example.com/3"),
            (app.PasskeyEndpoints.Enroll, app.PasskeyEndpoints.Manage, app.PasskeyEndpoints.PrfUsageDetails));
    }

    private static Dictionary<string, string?> App(params (string Setting, string Value)[] changes)
    {
        var settings = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["OpenPassage:Apps:0:Id"] = "shop",
            ["OpenPassage:Apps:0:RpId"] = "example.com",
            ["OpenPassage:Apps:0:Origins:0"] = "https://example.com",
            ["OpenPassage:Apps:0:ApiKeys:0"] = "a-key-of-the-shop-0123",
        };
        foreach (var (setting, value) in changes)
            settings[$"OpenPassage:Apps:0:{setting}"] = value;
        return settings;
    }

    private static string? Refusal(Dictionary<string, string?> settings)
    {
        try
        {
            Read(settings);
            return null;
        }
        catch (OptionsValidationException e)
        {
            return e.Message;
        }
    }

    private static (OpenPassageOptions Server, OpenPassageConsoleOptions Console, OpenPassageHostOptions Host) Read(
        Dictionary<string, string?> settings)
    {
        using var services = AllSettings.Of(new ConfigurationBuilder().AddInMemoryCollection(settings).Build());
        Assert.True(Options<OpenPassageReadyOptions>().ReportsPerMinute >= 0);
        return (Options<OpenPassageOptions>(), Options<OpenPassageConsoleOptions>(), Options<OpenPassageHostOptions>());

        T Options<T>()
            where T : class => services.GetRequiredService<IOptions<T>>().Value;
    }
}

/// <summary>The settings of server, console and executable, as a start reads them.</summary>
internal static class AllSettings
{
    public static ServiceProvider Of(IConfiguration configuration)
    {
        var section = configuration.GetSection(OpenPassageOptions.Section);
        var services = new ServiceCollection().AddOpenPassage(section).AddOpenPassageReady(section).AddOpenPassageConsole(section);
        HostSettings.Add(services, section);
        return services.BuildServiceProvider();
    }
}
