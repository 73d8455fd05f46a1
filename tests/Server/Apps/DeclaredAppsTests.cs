using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using OpenPassage.Server.Apps;
using OpenPassage.Server.Passkeys;
using OpenPassage.Server.Sealing;
using OpenPassage.Server.Sql;
using OpenPassage.Server.Tests.Store;
using OpenPassage.WebAuthn;

namespace OpenPassage.Server.Tests.Apps;

public class DeclaredAppsTests : IAsyncLifetime
{
    private readonly string directory = StoreFixture.TemporaryDirectory();
    private readonly FakeTime time = new();
    private TestDatabase database = null!;

    public async ValueTask InitializeAsync() => database = await TestDatabase.CreateAsync();

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await database.DisposeAsync();
        if (Directory.Exists(directory))
            Directory.Delete(directory, recursive: true);
    }

    [Fact]
    public async Task A_declared_app_is_served_with_its_keys()
    {
        using var host = await StartAsync(options =>
        {
            var shop = Shop("key-one-0123456789abc", "key-two-0123456789abc");
            shop.UserVerification = "discouraged";
            options.Apps.Add(shop);
        });
        var apps = host.Services.GetRequiredService<AppDirectory>();

        var app = apps.Find("shop")!;

        Assert.Equal(("shop", "example.com", "shop"), (app.Name, app.RelyingParty.Id, app.RelyingParty.Name));
        Assert.Equal(
            ["android:apk-key-hash:47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU", "https://xn--mller-kva.example.com"],
            app.RelyingParty.Origins.Order(StringComparer.Ordinal));
        Assert.Equal(UserVerification.Discouraged, app.UserVerification);
        Assert.NotNull(apps.FindKey(app, "key-one-0123456789abc", time.GetUtcNow()));
        Assert.NotNull(apps.FindKey(app, "key-two-0123456789abc", time.GetUtcNow()));
        Assert.Null(apps.FindKey(app, "KEY-ONE-0123456789ABC", time.GetUtcNow()));
        Assert.Null(apps.FindKey(app, "", time.GetUtcNow()));
        Assert.Null(apps.Find("SHOP"));
        Assert.Null(apps.Find(DemoApp.Id));
        Assert.False(File.Exists(Path.Combine(directory, "demo.key")));
    }

    [Fact]
    public async Task The_origins_that_native_apps_sign_for_are_written_once()
    {
        using var host = await StartAsync(options =>
        {
            var shop = StoreFixture.Declared("shop");
            shop.Origins[0] = "https://login.example.com";
            shop.RelatedOrigins.Add("https://müller.example.net");
            var android = new AndroidAppOptions { Package = "com.example.shop" };
            android.CertificateFingerprints.Add("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
            android.CertificateFingerprints.Add(
                "E3:B0:C4:42:98:FC:1C:14:9A:FB:F4:C8:99:6F:B9:24:27:AE:41:E4:64:9B:93:4C:A4:95:99:1B:78:52:B8:55");
            shop.AndroidApps.Add(android);
            shop.AppleApps.Add("ABCDE12345.com.example.shop");
            shop.PasskeyEndpoints.Manage = "https://example.com/passkeys";
            options.Apps.Add(shop);
        });

        var app = host.Services.GetRequiredService<AppDirectory>().Find("shop")!;

        Assert.Equal(
            [
                "android:apk-key-hash:47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU",
                "https://example.com",
                "https://xn--mller-kva.example.net",
            ],
            app.RelyingParty.Origins.Except(app.Origins).Order(StringComparer.Ordinal));
        var kept = Assert.Single(app.AndroidApps);
        Assert.Equal(
            "E3:B0:C4:42:98:FC:1C:14:9A:FB:F4:C8:99:6F:B9:24:27:AE:41:E4:64:9B:93:4C:A4:95:99:1B:78:52:B8:55",
            Assert.Single(kept.Fingerprints));
        Assert.Equal(new PasskeyEndpoints(null, "https://example.com/passkeys", null), app.PasskeyEndpoints);
    }

    [Fact]
    public async Task A_key_of_one_app_is_no_key_of_another()
    {
        using var host = await StartAsync(options =>
        {
            options.Apps.Add(Shop("key-one-0123456789abc"));
            options.Apps.Add(StoreFixture.Declared("other"));
        });
        var apps = host.Services.GetRequiredService<AppDirectory>();

        Assert.Null(apps.FindKey(apps.Find("other")!, "key-one-0123456789abc", time.GetUtcNow()));
        Assert.NotNull(apps.FindKey(apps.Find("other")!, "other-key-0123456789abcdef", time.GetUtcNow()));
    }

    [Fact]
    public async Task A_key_taken_out_of_the_configuration_stops_working()
    {
        using (await StartAsync(options => options.Apps.Add(Shop("key-one-0123456789abc", "key-two-0123456789abc"))))
        {
        }

        using var host = await StartAsync(options => options.Apps.Add(Shop("key-two-0123456789abc")));
        var apps = host.Services.GetRequiredService<AppDirectory>();

        Assert.Null(apps.FindKey(apps.Find("shop")!, "key-one-0123456789abc", time.GetUtcNow()));
        Assert.NotNull(apps.FindKey(apps.Find("shop")!, "key-two-0123456789abc", time.GetUtcNow()));
    }

    [Fact]
    public async Task An_app_taken_out_of_the_configuration_stays_without_its_keys_and_no_demo_comes()
    {
        using (await StartAsync(options => options.Apps.Add(Shop("key-one-0123456789abc"))))
        {
        }

        using var host = await StartAsync();
        var apps = host.Services.GetRequiredService<AppDirectory>();

        Assert.Empty(apps.Find("shop")!.ApiKeys);
        Assert.Null(apps.Find(DemoApp.Id));
    }

    [Fact]
    public async Task A_first_start_with_nothing_declared_makes_the_demo()
    {
        using var host = await StartAsync();
        var apps = host.Services.GetRequiredService<AppDirectory>();
        var key = DemoKey();

        var demo = apps.Find("demo")!;

        Assert.Equal(("Demo", "localhost"), (demo.Name, demo.RelyingParty.Id));
        Assert.Equal(["http://localhost:8420", "http://localhost:8421"], demo.RelyingParty.Origins.Order(StringComparer.Ordinal));
        Assert.NotNull(apps.FindKey(demo, key, time.GetUtcNow()));
        Assert.Matches("^[A-Za-z0-9]{40}$", key);
    }

    [Fact]
    public async Task The_demo_keeps_its_key_from_start_to_start_and_gets_a_new_one_when_the_file_is_lost()
    {
        using (await StartAsync())
        {
        }

        var first = DemoKey();
        using (await StartAsync())
            Assert.Equal(first, DemoKey());

        File.Delete(Path.Combine(directory, "demo.key"));
        using var host = await StartAsync();
        var apps = host.Services.GetRequiredService<AppDirectory>();
        Assert.NotEqual(first, DemoKey());
        Assert.Null(apps.FindKey(apps.Find("demo")!, first, time.GetUtcNow()));
        Assert.NotNull(apps.FindKey(apps.Find("demo")!, DemoKey(), time.GetUtcNow()));
    }

    [Fact]
    public async Task The_demo_leaves_service_once_an_app_is_declared()
    {
        using (await StartAsync())
        {
        }

        using var host = await StartAsync(options => options.Apps.Add(Shop("key-one-0123456789abc")));
        Assert.Null(host.Services.GetRequiredService<AppDirectory>().Find("demo"));
        Assert.False(File.Exists(Path.Combine(directory, "demo.key")));
    }

    [Fact]
    public async Task No_file_but_the_demo_s_own_holds_an_API_key()
    {
        string key;
        using (await StartAsync())
            key = DemoKey();

        var others = Directory.GetFiles(directory, "*", SearchOption.AllDirectories)
            .Where(file => !file.EndsWith("demo.key", StringComparison.Ordinal))
            .ToList();
        if (!database.IsPostgres)
            Assert.Contains(others, file => File.ReadAllBytes(file).AsSpan().IndexOf(SHA256.HashData(Encoding.ASCII.GetBytes(key))) >= 0);
        Assert.DoesNotContain(others, file => File.ReadAllBytes(file).AsSpan().IndexOf(Encoding.ASCII.GetBytes(key)) >= 0);
    }

    [Fact]
    public async Task Only_the_owner_can_read_keys()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Windows inherits the rights of the directory above.");
            return;
        }

        using var host = await StartAsync();
        const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        Assert.Equal(Owner, File.GetUnixFileMode(Path.Combine(directory, "demo.key")));
        if (database.IsPostgres)
        {
            Assert.False(Directory.Exists(Path.Combine(directory, "keys")));
            return;
        }

        Assert.Equal(Owner | UnixFileMode.UserExecute, File.GetUnixFileMode(Path.Combine(directory, "keys")));
        Assert.Equal(Owner, File.GetUnixFileMode(Assert.Single(Directory.GetFiles(Path.Combine(directory, "keys")))));
    }

    [Fact]
    public async Task A_ticket_opens_after_a_restart()
    {
        string ticket;
        using (var host = await StartAsync())
            ticket = Seal(host);

        using var again = await StartAsync();
        Assert.True(Opens(again, ticket));
    }

    [Fact]
    public async Task With_a_certificate_the_keys_are_encrypted_and_open_with_it_alone()
    {
        Directory.CreateDirectory(directory);
        var (file, other) = (Path.Combine(directory, "keys.pfx"), Path.Combine(directory, "other.pfx"));
        await File.WriteAllBytesAsync(file, Certificate("secret"));
        await File.WriteAllBytesAsync(other, Certificate(null));
        string ticket;
        using (var host = await StartAsync(options => (options.KeyCertificate.Path, options.KeyCertificate.Password) = (file, "secret")))
        {
            Assert.DoesNotContain("<masterKey", Assert.Single(await KeysAsync(host)), StringComparison.Ordinal);
            ticket = Seal(host);
        }

        using (var again = await StartAsync(options => (options.KeyCertificate.Path, options.KeyCertificate.Password) = (file, "secret")))
            Assert.True(Opens(again, ticket));

        // The keys of before cannot be read: new ones are made.
        using (var stranger = await StartAsync(options => options.KeyCertificate.Path = other))
            Assert.False(Opens(stranger, ticket));

        var refused = await Assert.ThrowsAsync<OptionsValidationException>(
            () => StartAsync(options => (options.KeyCertificate.Path, options.KeyCertificate.Password) = (file, "wrong")));
        Assert.StartsWith($"OpenPassage:KeyCertificate:Path names {file}, which cannot be read", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_taken_away_on_another_node_stops_working_within_five_seconds()
    {
        using var node = await StartAsync(options => options.Apps.Add(Shop("key-one-0123456789abc", "key-two-0123456789abc")));
        var apps = node.Services.GetRequiredService<AppDirectory>();
        using (await StartAsync(options => options.Apps.Add(Shop("key-two-0123456789abc"))))
        {
        }

        Assert.NotNull(apps.FindKey(apps.Find("shop")!, "key-one-0123456789abc", time.GetUtcNow()));
        time.Advance(TimeSpan.FromSeconds(5));

        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (apps.FindKey(apps.Find("shop")!, "key-one-0123456789abc", time.GetUtcNow()) is not null)
        {
            patience.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }

        Assert.NotNull(apps.FindKey(apps.Find("shop")!, "key-two-0123456789abc", time.GetUtcNow()));
    }

    [Fact]
    public async Task The_application_around_keeps_its_own_data_protection()
    {
        using var host = await StartAsync(
            services: services => services.AddDataProtection().SetApplicationName("around").UseEphemeralDataProtectionProvider());
        Assert.IsType<EphemeralDataProtectionProvider>(host.Services.GetRequiredService<IDataProtectionProvider>());
        Assert.NotEqual("OpenPassage", host.Services.GetRequiredService<IOptions<DataProtectionOptions>>().Value.ApplicationDiscriminator);
        Assert.Null(host.Services.GetRequiredService<IOptions<KeyManagementOptions>>().Value.XmlRepository);
        Assert.Contains("AES_256_GCM", Assert.Single(await KeysAsync(host)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_configuration_stops_the_start_with_one_sentence()
    {
        var refused = await Assert.ThrowsAsync<OptionsValidationException>(
            () => StartAsync(options => options.Apps.Add(new() { Id = "shop", RpId = "com" })));
        Assert.StartsWith("OpenPassage:Apps:0:RpId is 'com', a public suffix", refused.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(directory));
    }

    private static AppOptions Shop(params string[] keys)
    {
        var shop = new AppOptions { Id = "shop", RpId = "example.com" };
        shop.Origins.Add("https://müller.example.com");
        shop.Origins.Add("android:apk-key-hash:47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU");
        foreach (var key in keys)
            shop.ApiKeys.Add(key);
        return shop;
    }

    private static string Seal(IHost host)
    {
        var tickets = host.Services.GetRequiredService<Tickets>();
        var expiry = host.Services.GetRequiredService<Lifetimes>().TransactionExpiry;
        return tickets.Seal(DemoOf(host).Id, new AuthenticateTransaction(TicketId.Create(), expiry, "user", UserHandle.Create()));
    }

    private static bool Opens(IHost host, string ticket)
        => host.Services.GetRequiredService<Tickets>().TryOpen(DemoOf(host).Id, ticket, out AuthenticateTransaction? _);

    private static App DemoOf(IHost host) => host.Services.GetRequiredService<AppDirectory>().Find("demo")!;

    private static byte[] Certificate(string? password)
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=OpenPassage keys", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(100));
        return certificate.Export(X509ContentType.Pfx, password);
    }

    /// <summary>The sealing keys as they are kept.</summary>
    private async Task<IReadOnlyList<string>> KeysAsync(IHost host) => database.IsPostgres
        ? await host.Services.GetRequiredService<Database>()
            .ListAsync(new("SELECT xml FROM ticket_keys"), row => row.GetString(0), CancellationToken.None)
        : [.. Directory.GetFiles(Path.Combine(directory, "keys")).Select(File.ReadAllText)];

    private string DemoKey() => File.ReadAllText(Path.Combine(directory, "demo.key")).Trim();

    // Stopped when disposed: the container closes the database.
    private async Task<IHost> StartAsync(Action<OpenPassageOptions>? configure = null, Action<IServiceCollection>? services = null)
    {
        var builder = Microsoft.Extensions.Hosting.Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddSingleton<TimeProvider>(time);
        builder.Services.AddOpenPassage(options => (options.DataDirectory, options.Database) = (directory, database.Setting));
        if (configure is not null)
            builder.Services.Configure(configure);
        services?.Invoke(builder.Services);
        var host = builder.Build();
        try
        {
            await host.StartAsync();
            return host;
        }
        catch
        {
            host.Dispose();
            throw;
        }
    }
}
