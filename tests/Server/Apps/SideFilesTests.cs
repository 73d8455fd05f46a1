using System.Text;
using System.Text.Json.Nodes;
using OpenPassage.Authenticator;
using OpenPassage.OperatorConsole.Sessions;
using OpenPassage.Server.Tests.OperatorConsole;

namespace OpenPassage.Server.Tests.Apps;

/// <summary>
/// Files that stand beside the server and that others write: FIDO's metadata and names, roots, trust anchors. None of them decides
/// over the start.
/// </summary>
public class SideFilesTests : IDisposable
{
    private static readonly Guid Model = new("2fc0579f-8113-47ea-b116-bb5a8db9202a");

    private readonly string folder = Directory.CreateTempSubdirectory("openpassage-tests-").FullName;

    private sealed class ServerWith(params string[] settings) : ServerFixture
    {
        protected override IEnumerable<string> Settings => settings;
    }

    public void Dispose()
    {
        GC.SuppressFinalize(this);
        Directory.Delete(folder, recursive: true);
    }

    private string Write(string name, byte[] content)
    {
        var file = Path.Combine(folder, name);
        File.WriteAllBytes(file, content);
        return file;
    }

    private string Root => Write("root.pem", Encoding.ASCII.GetBytes(CertificateAuthority.Shared.ToPem()));

    private string Blob(long number = 42, string nextUpdate = "2026-06-01", Action<MetadataPublisher>? bend = null)
    {
        var publisher = new MetadataPublisher
        {
            Number = number,
            NextUpdate = nextUpdate,
            Entries = { MetadataPublisher.Entry(Model, CertificateAuthority.Shared.Der) },
        };
        bend?.Invoke(publisher);
        return Write($"blob-{number}.jwt", publisher.Publish());
    }

    private static async Task<ServerWith> StartAsync(string? database, params string[] settings)
    {
        var server = new ServerWith(settings) { SharedDatabase = database };
        await server.InitializeAsync();
        return server;
    }

    /// <summary>What a passkey's attestation is worth on the server: anchored only by what its files say.</summary>
    private static async Task<string> TrustAsync(ServerFixture server)
    {
        var app = await new Manager(server, ServerFixture.AdminKey).AppAsync(new JsonObject { ["attestation"] = "direct" });
        var (backend, page) = (new Backend(server, app), new Page(server, app));
        page.Authenticator.Aaguid = Model;
        page.Authenticator.Attestation = new PackedAttestation().Make;
        (await page.RegisterAsync((await backend.CreateRegisterTransactionAsync("alice")).Expect(201)["transaction_id"])).Expect(200);
        (await page.AuthenticateAsync()).Expect(200);
        var user = await backend.UserIdAsync("alice");
        return (string)(await new Manager(server,
            ServerFixture.AdminKey).GetAsync($"apps/{app.Id}/users/{user}")).Expect(200).Json["devices"]![0]!["attestation_trust"]!;
    }

    private static async Task<(int Status, string Text)> ReadyAsync(ServerFixture server)
    {
        using var answer = await server.Http.GetAsync("health/ready");
        return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    private string Bad(string kind)
    {
        switch (kind)
        {
            case "missing":
                return Path.Combine(folder, "nothing");
            case "a directory":
                return folder;
            case "under a file":
                return Path.Combine(Root, "below");
            case "empty":
                return Write("empty", []);
            case "text":
                return Write("text", "hello"u8.ToArray());
            case "binary":
                return Write("binary", [.. Enumerable.Range(0, 256).Select(i => (byte)i)]);
            case "cut":
                return Write("cut", File.ReadAllBytes(Blob())[..^200]);
            case "cut PEM":
                return Write("cut.pem", File.ReadAllBytes(Root)[..^60]);
            case "bent":
                return Write("bent", [.. File.ReadAllBytes(Blob()).Select((one, i) => i == 2000 ? (byte)(one == 'A' ? 'B' : 'A') : one)]);
            case "expired":
                return Blob(bend: publisher => publisher.BendCertificate = certificate => certificate.NotAfter = new(2026, 2, 1, 0, 0, 0,
                    TimeSpan.Zero));
            case "of another root":
                return Blob(bend: publisher => publisher.Authority = CertificateAuthority.Create("Stranger"));
            case "of another host":
                return Blob(bend: publisher => publisher.Host = "mds.example.com");
            case "no certificate":
                return Write("none.pem", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"u8.ToArray());
            case "huge":
                using (var huge = File.Create(Path.Combine(folder, "huge")))
                    huge.SetLength(65L * 1024 * 1024);
                return Path.Combine(folder, "huge");
            case "a device":
                return "/dev/zero";
            case "a broken link":
                File.CreateSymbolicLink(Path.Combine(folder, "link"), Path.Combine(folder, "gone"));
                return Path.Combine(folder, "link");
            default:
                File.CreateSymbolicLink(Path.Combine(folder, "circle"), Path.Combine(folder, "circle"));
                return Path.Combine(folder, "circle");
        }
    }

    /// <summary>Threat 26: distrust, and go on.</summary>
    [Theory]
    [InlineData("FidoMetadata", "missing", "a directory", "under a file", "empty", "text", "binary", "cut", "bent", "expired",
        "of another root", "of another host", "huge", "a device", "a broken link", "a circle")]
    [InlineData("FidoMetadataRoot", "missing", "a directory", "empty", "text", "cut PEM", "no certificate", "huge", "a device")]
    [InlineData("AttestationAnchors", "missing", "a directory", "under a file", "empty", "text", "binary", "cut PEM", "no certificate",
        "huge", "a device", "a broken link")]
    [InlineData("FidoNames", "missing", "a directory", "empty", "text", "binary", "cut", "huge", "a device")]
    public async Task A_file_that_cannot_be_used_stops_no_start_and_no_sign_in_and_is_told(string setting, params string[] kinds)
    {
        foreach (var kind in kinds)
        {
            Assert.SkipWhen(OperatingSystem.IsWindows() && kind is "a device", "Windows has no such file.");
            var file = Bad(kind);
            var settings = new List<string> { $"--OpenPassage:{setting}={file}" };
            if (setting == "FidoMetadata")
                settings.Add($"--OpenPassage:FidoMetadataRoot={Root}");
            if (setting == "FidoMetadataRoot")
                settings.Add($"--OpenPassage:FidoMetadata={Blob()}");
            await using var server = await StartAsync(null, [.. settings]);

            var (status, text) = await ReadyAsync(server);
            Assert.Equal(200, status);
            Assert.StartsWith("ok", text, StringComparison.Ordinal);
            Assert.True(text.Contains($"OpenPassage:{setting} ", StringComparison.Ordinal), $"{kind}: {text}");
            Assert.DoesNotContain(folder, text, StringComparison.Ordinal);
            Assert.True(server.Log.Contains($"Warning: OpenPassage:{setting} ", StringComparison.Ordinal), kind);
            Assert.Equal("untrusted", await TrustAsync(server));
        }
    }

    /// <summary>Threat 26: what is required is refused where nobody can vouch for it, and signing in goes on.</summary>
    [Fact]
    public async Task Where_attestation_is_required_nothing_registers_without_the_file()
    {
        await using var server = await StartAsync(null, $"--OpenPassage:FidoMetadata={Bad("expired")}",
            $"--OpenPassage:FidoMetadataRoot={Root}");
        var app = await new Manager(server, ServerFixture.AdminKey).AppAsync(new JsonObject { ["attestation"] = "direct",
            ["require_attestation"] = true });
        var (backend, page) = (new Backend(server, app), new Page(server, app));
        page.Authenticator.Aaguid = Model;
        page.Authenticator.Attestation = new PackedAttestation().Make;
        var reply = await page.RegisterAsync((await backend.CreateRegisterTransactionAsync("alice")).Expect(201)["transaction_id"]);
        Assert.Equal((401, "webauthn_login_failed"), reply.Refused);
    }

    [Fact]
    public async Task A_root_that_the_settings_name_is_trusted_and_FIDOs_own_then_no_more()
    {
        await using var server = await StartAsync(null, $"--OpenPassage:FidoMetadata={Blob()}", $"--OpenPassage:FidoMetadataRoot={Root}");
        Assert.Equal((200, "ok"), await ReadyAsync(server));
        Assert.Equal("anchored", await TrustAsync(server));
    }

    /// <summary>Threat 26: a list that is late is used, and said to be late also when its day passes while the server runs.</summary>
    [Fact]
    public async Task That_the_next_update_is_past_is_told_also_when_it_passes_while_running()
    {
        await using var server = await StartAsync(null, $"--OpenPassage:FidoMetadata={Blob(nextUpdate: "2026-03-10")}",
            $"--OpenPassage:FidoMetadataRoot={Root}");
        using var admin = await Visitor.OperatorAsync(server, OperatorRole.Admin);
        Assert.Equal((200, "ok"), await ReadyAsync(server));
        Assert.DoesNotContain("2026-03-10", (await admin.GetAsync("/console")).Expect(200).Text, StringComparison.Ordinal);

        server.Clock.Advance(TimeSpan.FromDays(10));

        var (status, text) = await ReadyAsync(server);
        Assert.Equal(200, status);
        Assert.Contains("OpenPassage:FidoMetadata ", text, StringComparison.Ordinal);
        Assert.Contains("2026-03-10", text, StringComparison.Ordinal);
        Assert.Equal("anchored", await TrustAsync(server));
        using var later = await Visitor.OperatorAsync(server, OperatorRole.Admin);
        Assert.Contains("2026-03-10", (await later.GetAsync("/console")).Expect(200).Text, StringComparison.Ordinal);
    }

    /// <summary>Threat 26: an older list would take back what FIDO has reported since.</summary>
    [Fact]
    public async Task A_list_that_is_older_than_one_that_was_used_is_not_used_after_a_restart_either()
    {
        await using var database = await TestDatabase.CreateAsync();
        var setting = database.IsPostgres ? database.Setting : Path.Combine(folder, "shared.db");
        foreach (var (number, used) in ((long, bool)[])[(42, true), (41, false), (42, true), (43, true), (42, false), (43, true)])
        {
            await using var server = await StartAsync(setting, $"--OpenPassage:FidoMetadata={Blob(number)}",
                $"--OpenPassage:FidoMetadataRoot={Root}");
            var (status, text) = await ReadyAsync(server);
            Assert.Equal((200, used), (status, text == "ok"));
            Assert.Equal(used ? "anchored" : "untrusted", await TrustAsync(server));
            if (!used)
                Assert.Contains("OpenPassage:FidoMetadata ", text, StringComparison.Ordinal);
        }

        // Numbers are each publisher's own.
        var other = CertificateAuthority.Create("Other");
        var root = Write("other.pem", Encoding.ASCII.GetBytes(other.ToPem()));
        await using var elsewhere = await StartAsync(setting,
            $"--OpenPassage:FidoMetadata={Blob(1, bend: publisher => publisher.Authority = other)}",
            $"--OpenPassage:FidoMetadataRoot={root}");
        Assert.Equal((200, "ok"), await ReadyAsync(elsewhere));
    }

    [Fact]
    public async Task The_console_tells_admins_and_viewers_of_a_file_that_cannot_be_used()
    {
        await using var server = await StartAsync(null, $"--OpenPassage:FidoMetadata={Bad("of another root")}");
        using var viewer = await Visitor.OperatorAsync(server, OperatorRole.Viewer);
        foreach (var page in (string[])["/console", "/console/apps/acme/settings"])
            Assert.Contains("OpenPassage:FidoMetadata ", (await viewer.GetAsync(page)).Expect(200).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Passkeys_have_the_names_of_FIDOs_list_and_of_the_one_that_comes_along_where_it_has_none()
    {
        var list = """{"no":7,"MODEL":{"friendlyNames":{"en-US":"Key of Acme & Sons"}}}"""
            .Replace("MODEL", $"{Model}", StringComparison.Ordinal);
        var names = Write("names.json", Encoding.UTF8.GetBytes(list));
        await using var server = await StartAsync(null, $"--OpenPassage:FidoNames={names}");
        Assert.Equal((200, "ok"), await ReadyAsync(server));
        var app = await new Manager(server, ServerFixture.AdminKey).AppAsync();
        foreach (var (model, name) in ((Guid, string)[])[(Model, "Key of Acme & Sons"), (new("fbfc3007-154e-4ecc-8c0b-6e020557d7bd"),
            "Apple Passwords")])
        {
            var (backend, page) = (new Backend(server, app), new Page(server, app));
            page.Authenticator.Aaguid = model;
            var transaction = (await backend.CreateRegisterTransactionAsync($"{model}")).Expect(201)["transaction_id"];
            (await page.RegisterAsync(transaction)).Expect(200);
            var user = await backend.UserIdAsync($"{model}");
            Assert.Equal(name, (string)(await backend.ListDevicesAsync(user)).Expect(200).Json["devices"]![0]!["friendly_name"]!);
            Assert.Equal(name, (string)(await new Manager(server,
                ServerFixture.AdminKey).GetAsync($"apps/{app.Id}/users/{user}")).Expect(200).Json["devices"]![0]!["provider"]!["name"]!);
        }
    }

    /// <summary>The line: what a setting itself says is judged before the start, what a file holds is not.</summary>
    [Theory]
    [InlineData("FidoMetadata")]
    [InlineData("FidoMetadataRoot")]
    [InlineData("FidoNames")]
    [InlineData("AttestationAnchors")]
    public async Task A_setting_that_is_no_path_stops_the_start_and_an_empty_one_is_none(string setting)
    {
        var refused = await Assert.ThrowsAsync<Microsoft.Extensions.Options.OptionsValidationException>(() => StartAsync(null,
            $"--OpenPassage:{setting}=/tmp/a\0b"));
        Assert.StartsWith($"OpenPassage:{setting} ", refused.Message, StringComparison.Ordinal);
        await using var server = await StartAsync(null, $"--OpenPassage:{setting}=");
        Assert.Equal((200, "ok"), await ReadyAsync(server));
    }
}
