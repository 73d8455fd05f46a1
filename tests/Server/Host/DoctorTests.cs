using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Microsoft.Data.Sqlite;
using OpenPassage.Authenticator;
using OpenPassage.Server.Tests.Messages;

namespace OpenPassage.Server.Tests.Host;

/// <summary><c>openpassage doctor</c>: a good installation, and each kind of bad one made real.</summary>
public sealed class DoctorTests : IDisposable
{
    private const string Fingerprint = "14:6D:E9:83:C5:73:06:50:D8:EE:B9:95:2F:34:FC:64:16:A0:83:42:E6:1D:BE:A8:8A:04:96:B2:3F:CF:44:E5";

    private static readonly string[] App =
    [
        "--OpenPassage:Apps:0:Id=shop",
        "--OpenPassage:Apps:0:RpId=example.com",
        "--OpenPassage:Apps:0:Origins:0=https://login.example.com",
        "--OpenPassage:TrustedProxies:0=10.0.0.1",
    ];

    private static readonly string[] OtherDomains =
    [
        "--OpenPassage:Apps:0:RelatedOrigins:0=https://example.net",
        "--OpenPassage:Apps:0:AndroidApps:0:Package=com.example.shop",
        $"--OpenPassage:Apps:0:AndroidApps:0:CertificateFingerprints:0={Fingerprint}",
        "--OpenPassage:Apps:0:AppleApps:0=ABCDE12345.com.example.shop",
    ];

    private readonly string data = Directory.CreateTempSubdirectory("openpassage-tests-").FullName;

    private string DatabaseFile => Path.Combine(data, "openpassage.db");

    private string[] Data => [$"--OpenPassage:DataDirectory={data}"];

    public void Dispose() => Directory.Delete(data, recursive: true);

    /// <summary>What it says, and its exit code.</summary>
    private static async Task<(int ExitCode, IReadOnlyList<(string Check, string Outcome, string What, string? Advice)> Findings)>
        LookAsync(Web? web, params string[] arguments)
    {
        var (exitCode, output) = await Executable.RunAsync(web?.Environment, ["doctor", "--json", .. arguments]);
        Assert.True(output.StartsWith('{'), output);
        var report = JsonNode.Parse(output)!;
        var findings = report["findings"]!.AsArray()
            .Select(
                finding => ((string)finding!["check"]!, (string)finding["outcome"]!, (string)finding["what"]!, (string?)finding["advice"]))
            .ToList();
        Assert.Equal(findings.Count(finding => finding.Item2 == "error"), (int)report["errors"]!);
        Assert.Equal(findings.Count(finding => finding.Item2 == "warning"), (int)report["warnings"]!);
        Assert.Equal((int)report["errors"]! > 0 ? 1 : (int)report["warnings"]! > 0 ? 2 : 0, exitCode);
        return (exitCode, findings);
    }

    /// <summary>What is not well, which must be no more than this.</summary>
    private static async Task<string> OnlyAsync(string check, string outcome, Web? web, params string[] arguments)
    {
        var bad = (await LookAsync(web, arguments)).Findings.Where(finding => finding.Outcome != "ok").ToList();
        Assert.True(bad is [var one] && (one.Check, one.Outcome) == (check, outcome), string.Join('\n', bad));
        return bad[0].What;
    }

    private async Task MakeDatabaseAsync()
    {
        var (exitCode, output) = await Executable.RunAsync(["key", "create", "--server", .. Data]);
        Assert.True(exitCode == 0, output);
    }

    private void Execute(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={DatabaseFile};Pooling=False");
        connection.Open();
#pragma warning disable CA2100 // Only tests write the text.
        using var command = new SqliteCommand(sql, connection);
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }

    private static async Task<Web> GoodWebAsync()
    {
        var web = await Web.StartAsync();
        web.Serve("login.example.com");
        web.Serve("example.com");
        web.Serve("example.net");
        web.Put("example.com/.well-known/webauthn", """{"origins":["https://example.net"]}""");
        web.Put("example.com/.well-known/apple-app-site-association", """{"webcredentials":{"apps":["ABCDE12345.com.example.shop"]}}""");
        web.Put("example.com/.well-known/assetlinks.json", $$$"""
            [{"relation":["delegate_permission/common.handle_all_urls","delegate_permission/common.get_login_creds"],
              "target":{"namespace":"android_app","package_name":"com.example.shop","sha256_cert_fingerprints":["{{{Fingerprint}}}"]}}]
            """);
        return web;
    }

    [Fact]
    public async Task A_good_installation_is_well()
    {
        await using var web = await GoodWebAsync();
        await using var server = await Executable.ServeAsync([.. Data, .. App, .. OtherDomains]);

        var (exitCode, findings) = await LookAsync(web, [.. Data, .. App, .. OtherDomains, $"--urls={server.Address}"]);

        Assert.True(exitCode == 0, string.Join('\n', findings));
        Assert.Equal(
            ["settings", "directory", "database", "keys", "address", "clock", "app shop", "domain example.com"],
            findings.Select(finding => finding.Check).Distinct());
        // Two origins, each with certificate and page; three documents.
        Assert.Equal(
            (4, 3),
            (findings.Count(finding => finding.Check == "app shop"), findings.Count(finding => finding.Check == "domain example.com")));
        Assert.Contains(findings, finding => finding.What == "The certificate of https://login.example.com is valid for 60 more days.");
        var told = await Executable.RunAsync(web.Environment, ["doctor", .. Data, .. App, .. OtherDomains, $"--urls={server.Address}"]);
        Assert.Equal(0, told.ExitCode);
        Assert.Contains("0 errors, 0 warnings.", told.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ok", "The mail server at localhost:{0} takes connections and the login.")]
    [InlineData("error", "No mail goes out by localhost:{0}: The mail server refused user and password.", "User=nobody")]
    [InlineData("error", "No mail goes out by localhost:1: The mail server cannot be reached: ConnectionRefused.", "Port=1")]
    [InlineData(
        "error",
        "No mail goes out by localhost:{0}: The mail server's certificate was not accepted, or it does not speak TLS on this port.",
        "CertificateRoot=")]
    public async Task The_mail_server_is_connected_to_as_for_a_message(string outcome, string what, string? setting = null)
    {
        await using var mail = new MailServer(security: "starttls", demandsLogin: true);
        await MakeDatabaseAsync();

        var (_, findings) = await LookAsync(
            null,
            [
                .. Data, "--OpenPassage:Mail:From=login@example.com", "--OpenPassage:Mail:Smtp:Host=localhost",
                $"--OpenPassage:Mail:Smtp:Port={mail.Port}", $"--OpenPassage:Mail:Smtp:User={MailServer.User}",
                $"--OpenPassage:Mail:Smtp:Password={MailServer.Password}",
                $"--OpenPassage:Mail:Smtp:CertificateRoot={MailServer.CertificateFile}",
                .. setting is null ? [] : (string[])[$"--OpenPassage:Mail:Smtp:{setting}"],
            ]);

        var found = Assert.Single(findings, finding => finding.Check == "mail");
        Assert.Equal((outcome, string.Format(CultureInfo.InvariantCulture, what, mail.Port)), (found.Outcome, found.What));
        Assert.Empty(mail.Mails);
    }

    [Fact]
    public async Task An_app_that_sends_codes_needs_a_mail_server()
    {
        await MakeDatabaseAsync();

        var (_, findings) = await LookAsync(
            null, [.. Data, .. App, "--OpenPassage:Apps:0:Type=complete", "--OpenPassage:Apps:0:Methods:Otp=true", "--offline"]);

        Assert.Contains(findings, finding => finding is { Check: "mail", Outcome: "warning" }
            && finding.What.StartsWith("App shop sends codes or links, and there is no mail server", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Every_wrong_setting_is_named_and_not_the_first_only()
    {
        var (exitCode, findings) = await LookAsync(
            null,
            [.. Data, "--offline", "--OpenPassage:NonceLifetime=soon", "--OpenPassage:EventLifetime=00:00:01",
             "--OpenPassage:TrustedProxies:0=proxy", "--urls=http://localhost:many", "--OpenPassage:Apps:0:Id=a b",
             "--OpenPassage:Apps:0:RpId=com", "--OpenPassage:Apps:0:Hints:0=telepathy", "--OpenPassage:Apps:1:Id=ok",
             "--OpenPassage:Apps:1:RpId=example.com", "--OpenPassage:Apps:1:Origins:0=http://example.com",
             "--OpenPassage:Apps:1:Origins:1=https://example.com/", "--OpenPassage:AttestationAnchors=/nowhere.pem",
             "--OpenPassage:KeyCertificate:Path=/nowhere.pfx"]);

        Assert.Equal(1, exitCode);
        var wrong = findings.Where(finding => finding is { Check: "settings" or "keys", Outcome: "error" })
            .Select(finding => finding.What.Split(' ')[0]);
        Assert.Equal(
            ["OpenPassage:NonceLifetime", "OpenPassage:EventLifetime", "OpenPassage:Apps:0:Id", "OpenPassage:Apps:0:RpId",
             "OpenPassage:Apps:0:Hints:0", "OpenPassage:Apps:1:Origins:0", "OpenPassage:Apps:1:Origins:1", "OpenPassage:TrustedProxies:0",
             "urls:", "OpenPassage:AttestationAnchors", "OpenPassage:KeyCertificate:Path"],
            wrong);
    }

    /// <summary>Threat 26: what a start goes on without is told here as what is wrong.</summary>
    [Fact]
    public async Task A_file_that_others_write_is_an_error_where_it_cannot_be_used_and_a_warning_where_it_is_late()
    {
        await MakeDatabaseAsync();
        var folder = Directory.CreateTempSubdirectory("openpassage-tests-").FullName;
        var (root, blob) = (Path.Combine(folder, "root.pem"), Path.Combine(folder, "blob.jwt"));
        await File.WriteAllTextAsync(root, CertificateAuthority.Shared.ToPem());
        var settings = (string[])[.. Data, .. App, "--offline", $"--OpenPassage:FidoMetadata={blob}",
            $"--OpenPassage:FidoMetadataRoot={root}"];

        Assert.StartsWith($"OpenPassage:FidoMetadata names {blob}, which cannot be used: it is not there.", await OnlyAsync("settings",
            "error", null, settings), StringComparison.Ordinal);
        await File.WriteAllBytesAsync(blob, new MetadataPublisher { NextUpdate = "2026-01-02" }.Publish());
        Assert.Contains("due on 2026-01-02", await OnlyAsync("settings", "warning", null, settings), StringComparison.Ordinal);
        await File.WriteAllBytesAsync(blob, new MetadataPublisher { NextUpdate = "2039-01-02" }.Publish());
        Assert.DoesNotContain((await LookAsync(null, settings)).Findings, finding => finding.Outcome != "ok");

        // The number in use before, as a start writes it down.
        var kind = $"fido_metadata:{Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(root)))[..16]}";
        Execute($"INSERT INTO changes (kind, number) VALUES ('{kind}', 43)");
        Assert.Contains("it is number 42, and number 43 has been in use", await OnlyAsync("database", "error", null, settings),
            StringComparison.Ordinal);
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task A_directory_that_is_not_there_is_not_made()
    {
        var elsewhere = Path.Combine(data, "elsewhere");

        var (exitCode, findings) = await LookAsync(null, "--offline", $"--OpenPassage:DataDirectory={elsewhere}");

        Assert.Equal((2, false), (exitCode, Directory.Exists(elsewhere)));
        Assert.Contains(findings, finding => finding is { Check: "directory", Outcome: "warning" });
    }

    [Fact]
    public async Task A_directory_that_cannot_be_written_to_is_an_error()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Windows has no modes.");
            return;
        }

        await MakeDatabaseAsync();
        // Root may write everywhere but into the system's own.
        var directory = Environment.UserName == "root" ? "/proc/sys" : data;
        if (directory == data)
            File.SetUnixFileMode(data, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        try
        {
            var (exitCode, findings) = await LookAsync(null, "--offline", $"--OpenPassage:DataDirectory={directory}");
            Assert.Equal(1, exitCode);
            Assert.Contains(findings, finding => finding is { Check: "directory", Outcome: "error", Advice: not null }
                && finding.What.Contains("cannot be written to", StringComparison.Ordinal));
        }
        finally
        {
            File.SetUnixFileMode(data, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    [Fact]
    public async Task What_others_than_the_owner_may_read_is_a_warning()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Windows has no modes.");
            return;
        }

        await MakeDatabaseAsync();
        File.SetUnixFileMode(DatabaseFile, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);

        Assert.Contains(DatabaseFile, await OnlyAsync("directory", "warning", null, [.. Data, "--offline"]), StringComparison.Ordinal);
    }

    private const string Former =
        "DROP TABLE schema_steps; DELETE FROM schema_version; INSERT INTO schema_version VALUES (1, 0), (2, 0)";

    [Theory]
    [InlineData(
        "INSERT INTO schema_steps VALUES ('server', 9999, 0)",
        "error",
        "Its schema is complete 5, console 1, messages 2, ready 1, server 9999, but this program only knows")]
    [InlineData(
        "DELETE FROM schema_steps WHERE step > 1",
        "warning",
        "Its schema is complete 1, console 1, messages 1, ready 1, server 1; the next start updates it to")]
    [InlineData(Former, "warning", "Its schema is server 2; the next start updates it to")]
    public async Task A_database_of_another_schema_is_told(string sql, string outcome, string told)
    {
        await MakeDatabaseAsync();
        Execute(sql);

        Assert.StartsWith(told, await OnlyAsync("database", outcome, null, [.. Data, "--offline"]), StringComparison.Ordinal);

        // And it is left as it is.
        Assert.StartsWith(told, await OnlyAsync("database", outcome, null, [.. Data, "--offline"]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_damaged_database_is_an_error()
    {
        await MakeDatabaseAsync();
        await using (var file = new FileStream(DatabaseFile, FileMode.Open, FileAccess.Write))
        {
            file.Position = 4096;
            await file.WriteAsync(new byte[(int)file.Length - 4096]);
        }

        await OnlyAsync("database", "error", null, [.. Data, "--offline"]);
    }

    [Fact]
    public async Task An_app_that_would_change_its_domain_with_passkeys_or_its_type_with_users_is_an_error()
    {
        var (exitCode, output) = await Executable.RunAsync(
            ["app", "create", "shop", "--rp-id", "example.org", "--origin", "https://example.org", .. Data]);
        Assert.True(exitCode == 0, output);
        // One row with a value in each column that needs one.
        using (var connection = new SqliteConnection($"Data Source={DatabaseFile};Pooling=False"))
        {
            connection.Open();
            using var columns = new SqliteCommand(
                """
                SELECT group_concat(name), group_concat(CASE name WHEN 'app_id' THEN '''shop''' ELSE '0' END)
                FROM pragma_table_info('passkeys') WHERE "notnull" = 1
                """,
                connection);
            using var row = columns.ExecuteReader();
            row.Read();
            Execute($"PRAGMA foreign_keys = OFF; INSERT INTO passkeys ({row.GetString(0)}) VALUES ({row.GetString(1)})");
        }

        Assert.Contains(
            "should stay 'example.org'",
            await OnlyAsync("database", "error", null, [.. Data, .. App, "--offline"]),
            StringComparison.Ordinal);

        Execute("""
            DELETE FROM passkeys;
            INSERT INTO users (app_id, user_id, external_id, user_handle, status, carried_logins, carried_last_login_at, created_at, updated_at)
            VALUES ('shop', 'alice', 'alice', x'00', 'active', 0, 0, 0, 0)
            """);
        Assert.Contains(
            "should stay 'flex'",
            await OnlyAsync("database", "error", null, [.. Data, .. App, "--OpenPassage:Apps:0:Type=complete", "--offline"]),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(-12, "warning", "behind")]
    [InlineData(12, "warning", "ahead of")]
    [InlineData(3600, "error", "ahead of")]
    public async Task A_clock_that_differs_is_told(int seconds, string outcome, string told)
    {
        await MakeDatabaseAsync();
        await using var other = await new OtherClock(TimeSpan.FromSeconds(seconds)).StartAsync();

        Assert.Contains(told, await OnlyAsync("clock", outcome, null, [.. Data, $"--urls={other.Address}"]), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://login.example.com", -1, null, "error", "expired on")]
    [InlineData("https://login.example.com", 3, null, "warning", "expires in 3 days")]
    [InlineData("https://login.example.com", 60, "www.example.com", "error", "for another name (www.example.com)")]
    public async Task A_certificate_that_browsers_refuse_is_told(string origin, int ends, string? named, string outcome, string told)
    {
        await MakeDatabaseAsync();
        await using var web = await Web.StartAsync();
        web.Serve(new Uri(origin).Host, named, ends);
        await using var server = await new OtherClock(TimeSpan.Zero).StartAsync();

        Assert.Contains(
            told, await OnlyAsync("app shop", outcome, web, [.. Data, .. App, $"--urls={server.Address}"]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_certificate_of_an_authority_that_nobody_knows_is_an_error()
    {
        await MakeDatabaseAsync();
        await using var other = await Web.StartAsync();
        await using var web = await Web.StartAsync();
        web.Serve("login.example.com");
        await using var server = await new OtherClock(TimeSpan.Zero).StartAsync();
        var environment = web.Environment;
        foreach (var trusted in (string[])["SSL_CERT_FILE", "SSL_CERT_DIR"])
            environment[trusted] = other.Environment[trusted];

        var (exitCode, output) = await Executable.RunAsync(environment, ["doctor", .. Data, .. App, $"--urls={server.Address}"]);

        Assert.Equal(1, exitCode);
        Assert.Contains("not trusted (Authority ", output, StringComparison.Ordinal);
        Assert.Contains("→ Browsers refuse the page", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_page_and_a_server_that_do_not_answer_are_warnings()
    {
        await MakeDatabaseAsync();
        await using var web = await Web.StartAsync();

        var (exitCode, findings) = await LookAsync(web, [.. Data, .. App, "--urls=http://127.0.0.1:1"]);

        Assert.Equal(2, exitCode);
        Assert.Equal(["address", "app shop"], findings.Where(finding => finding.Outcome == "warning").Select(finding => finding.Check));
    }

    [Theory]
    [InlineData("webauthn", """{"origins":["https://example.org"]}""", "does not name https://example.net")]
    [InlineData("webauthn", null, "answers 404")]
    [InlineData("webauthn", "<html>", "is not JSON")]
    [InlineData(
        "assetlinks.json",
        """[{"relation":["delegate_permission/common.handle_all_urls"],"target":{}}]""",
        "does not name com.example.shop 14:6D")]
    [InlineData("apple-app-site-association", """{"webcredentials":{}}""", "does not name ABCDE12345.com.example.shop")]
    public async Task A_document_that_an_RP_IDs_domain_lacks_is_an_error(string document, string? body, string told)
    {
        await MakeDatabaseAsync();
        await using var web = await GoodWebAsync();
        web.Put($"example.com/.well-known/{document}", body ?? "", "application/json");
        if (body is null)
            web.Remove($"example.com/.well-known/{document}");
        await using var server = await new OtherClock(TimeSpan.Zero).StartAsync();

        Assert.Contains(
            told,
            await OnlyAsync("domain example.com", "error", web, [.. Data, .. App, .. OtherDomains, $"--urls={server.Address}"]),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_proxy_that_is_not_named_is_a_warning()
    {
        await MakeDatabaseAsync();
        Assert.Contains(
            "TrustedProxies is empty",
            await OnlyAsync("address", "warning", null, [.. Data, .. App[..3], "--offline"]),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_program_at_the_servers_address_is_an_error()
    {
        await MakeDatabaseAsync();
        await using var other = await new OtherClock(TimeSpan.Zero) { Body = "hello" }.StartAsync();
        Assert.Contains(
            "Something other than this server answers",
            await OnlyAsync("address", "error", null, [.. Data, $"--urls={other.Address}"]),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Sealing_keys_open_with_their_certificate_alone()
    {
        var file = Path.Combine(data, "wrapping.pfx");
        using (var key = RSA.Create(2048))
        {
            var request = new CertificateRequest("CN=wrapping", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
            using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(30));
            await File.WriteAllBytesAsync(file, certificate.Export(X509ContentType.Pfx, "secret"));
            if (!OperatingSystem.IsWindows())
                File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        string[] named = [$"--OpenPassage:KeyCertificate:Path={file}", "--OpenPassage:KeyCertificate:Password=secret"];
        await using (await Executable.ServeAsync([.. Data, .. named]))
        {
        }

        var (exitCode, findings) = await LookAsync(null, [.. Data, .. named, "--offline"]);
        Assert.Equal(
            (0, "The certificate can read all sealing keys (1)."), (exitCode, findings.Single(finding => finding.Check == "keys").What));
        Assert.Contains("names no certificate", await OnlyAsync("keys", "error", null, [.. Data, "--offline"]), StringComparison.Ordinal);
        Assert.Contains(
            "cannot be read as a PKCS#12 file",
            await OnlyAsync("keys", "error", null, [.. Data, named[0], "--offline"]),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task PostgreSQL_that_loses_what_was_answered_is_an_error()
    {
        // The tests' own server does not wait for the disk.
        var shared = await PostgresServer.SharedAsync();
        var database = await shared.CreateDatabaseAsync();

        var (exitCode, findings) = await LookAsync(null, [.. Data, $"--OpenPassage:Database={database}", "--offline"]);

        Assert.Equal(1, exitCode);
        Assert.Equal(
            ["fsync", "full_page_writes", "synchronous_commit"],
            findings.Where(finding => finding.Outcome == "error").Select(finding => finding.What.Split(' ')[0]));
        Assert.Contains(findings, finding => finding is { Check: "clock", Outcome: "ok" });
        Assert.Contains(findings, finding => finding.What.Contains("max_connections (300) is enough for ", StringComparison.Ordinal));
        Assert.Contains(findings, finding => finding.What.StartsWith("Its schema is up to date", StringComparison.Ordinal));
    }

    [Fact]
    public async Task PostgreSQL_that_is_well_set_or_away_is_told()
    {
        await using var server = await PostgresServer.CreateAsync();
        var database = await server.CreateDatabaseAsync();
        string[] settings = [.. Data, $"--OpenPassage:Database={database}", "--offline"];

        Assert.Equal(0, (await LookAsync(null, settings)).ExitCode);

        await server.ExecuteAsync(
            new Npgsql.NpgsqlConnectionStringBuilder(database).Database!, "INSERT INTO schema_steps VALUES ('server', 9999, 0)");
        Assert.StartsWith(
            "Its schema is complete 5, console 1, messages 2, ready 1, server 9999",
            await OnlyAsync("database", "error", null, settings),
            StringComparison.Ordinal);
        Assert.StartsWith(
            "It cannot be used",
            await OnlyAsync(
                "database", "error", null, [.. Data, "--OpenPassage:Database=Host=127.0.0.1;Port=1;Database=x;Username=x", "--offline"]),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_settings_file_that_cannot_be_read_is_told()
    {
        await File.WriteAllTextAsync(Path.Combine(data, "appsettings.json"), "{ oops");
        var (exitCode, findings) = await LookAsync(null, $"--contentRoot={data}", "--offline");
        Assert.Equal((1, "settings"), (exitCode, findings.Single().Check));
    }
}
