using System.Collections.Concurrent;
using System.Security.Cryptography;
using Microsoft.Extensions.Options;
using OpenPassage.Host.Serving;
using OpenPassage.Server.Apps;
using OpenPassage.Server.Events;
using OpenPassage.Server.Passkeys;
using OpenPassage.Server.Sealing;
using OpenPassage.Server.Sql;
using OpenPassage.Server.Users;
using OpenPassage.Server.Values;
using OpenPassage.WebAuthn;
using OpenPassage.WebAuthn.Cose;

namespace OpenPassage.Server.Tests.Store;

/// <summary>The stores over a real database of their own, with two apps.</summary>
internal sealed class StoreFixture : IAsyncDisposable
{
    public static readonly AppId A = new("app-a");
    public static readonly AppId B = new("app-b");

    private readonly TestDatabase database;
    private readonly ConcurrentDictionary<(AppId, CredentialId), string> owners = new();

    private readonly BesideEvents[] beside;

    private StoreFixture(TestDatabase database, BesideEvents[] beside)
    {
        this.database = database;
        this.beside = beside;
        Options = Microsoft.Extensions.Options.Options.Create(
            new OpenPassageOptions { DataDirectory = TemporaryDirectory(), Database = database.Setting });
        Open();
    }

    public FakeTime Time { get; } = new();
    public IOptions<OpenPassageOptions> Options { get; }
    public string DataDirectory => Options.Value.DataDirectory;
    public bool IsPostgres => database.IsPostgres;
    public Database Database { get; private set; } = null!;
    public UserStore Users { get; private set; } = null!;
    public IdentifierStore Identifiers { get; private set; } = null!;
    public EventWriting Writing { get; private set; } = null!;
    public PasskeyStore Passkeys { get; private set; } = null!;
    public PasskeyRemovals Removals { get; private set; } = null!;
    public SignIns SignIns { get; private set; } = null!;
    public SpentTickets Spent { get; private set; } = null!;
    public EventStore Events { get; private set; } = null!;
    public AppStore Apps { get; private set; } = null!;

    public static async Task<StoreFixture> CreateAsync(params BesideEvents[] beside)
    {
        var fixture = new StoreFixture(await TestDatabase.CreateAsync(), beside);
        await fixture.Apps.DeclareAsync([Declared("app-a"), Declared("app-b")], default);
        return fixture;
    }

    public static string TemporaryDirectory() => Path.Combine(TestDatabase.Place, "openpassage-tests", Guid.NewGuid().ToString("N"));

    public static AppOptions Declared(string id)
    {
        var app = new AppOptions { Id = id, RpId = "example.com" };
        app.Origins.Add("https://example.com");
        app.ApiKeys.Add($"{id}-key-0123456789abcdef");
        return app;
    }

    /// <summary>Closes the database and opens it again, as a restart does.</summary>
    public void Reopen()
    {
        Database.Dispose();
        Open();
    }

    public static CredentialRecord Credential(User user, uint signCount = 0, byte[]? id = null) => new()
    {
        Id = new(id ?? RandomNumberGenerator.GetBytes(32)),
        UserHandle = user.Handle,
        PublicKey = new byte[] { 0xa5, 1, 2, 3 },
        SignCount = signCount,
        BackupEligible = true,
        Transports = ["internal", "hybrid"],
        Aaguid = Guid.Empty,
    };

    public RegistrationHandshake RegistrationOf(User user) => new(
        TicketId.Create(),
        Time.GetUtcNow() + Options.Value.HandshakeLifetime,
        TicketId.Create(),
        Time.GetUtcNow() + Options.Value.TransactionLifetime,
        user.Id,
        Challenge.Create(),
        Origin: null,
        Attachment: null,
        UserVerificationRequired: true);

    public AuthenticationHandshake AuthenticationOf(User? user = null, TicketId? transaction = null) => new(
        TicketId.Create(),
        Time.GetUtcNow() + Options.Value.HandshakeLifetime,
        transaction,
        user?.Id,
        user?.Handle,
        Challenge.Create(),
        Origin: null,
        UserVerificationRequired: true);

    public Nonce NonceOf(User user, CredentialRecord record)
        => new(TicketId.Create(), Time.GetUtcNow() + Options.Value.NonceLifetime, user.Id, record.Id);

    /// <summary>A user with one passkey.</summary>
    public async Task<(User User, CredentialRecord Record)> RegisterAsync(AppId app, string externalId, CredentialRecord? record = null)
    {
        var user = await Users.CreateOrGetAsync(app, externalId, default);
        record = record is null ? Credential(user) : record with { UserHandle = user.Handle };
        Assert.Equal(RegistrationOutcome.Saved, await SaveAsync(app, RegistrationOf(user), record));
        return (user, record);
    }

    public ValueTask<RegistrationOutcome> SaveAsync(AppId app, RegistrationHandshake handshake, CredentialRecord record)
    {
        owners.TryAdd((app, record.Id), handshake.UserId);
        return Passkeys.SaveRegistrationAsync(new() { App = app, Handshake = handshake, Record = record }, default);
    }

    public ValueTask<AuthenticationOutcome> SaveAsync(AppId app, AuthenticationHandshake handshake, CredentialRecord record)
        => Passkeys.SaveAuthenticationAsync(SignInOf(app, handshake, record), default);

    /// <summary>A sign-in by whoever has registered the passkey first.</summary>
    public AuthenticationToSave SignInOf(AppId app, AuthenticationHandshake handshake, CredentialRecord record) => new()
    {
        App = app,
        Handshake = handshake,
        UserId = owners.GetValueOrDefault((app, record.Id), "nobody"),
        Record = record,
        IpAddress = "192.0.2.7",
    };

    /// <summary>What the operator does in the console.</summary>
    public async Task DeactivateAsync(AppId app, string userId)
    {
        Statement deactivate = new(
            "UPDATE users SET status = 'inactive' WHERE app_id = @app AND user_id = @user",
            Parameter.Text("app", app.Value),
            Parameter.Text("user", userId));
        Assert.Equal(1, (await Database.WriteAsync([deactivate], default)).By(deactivate));
    }

    public async ValueTask DisposeAsync()
    {
        Database.Dispose();
        await database.DisposeAsync();
        if (Directory.Exists(DataDirectory))
            Directory.Delete(DataDirectory, recursive: true);
    }

    private void Open()
    {
        Database = Database.Open(Options, Time, ServedRooms.Schema);
        Users = new(Database, Time);
        Identifiers = new(Database, Time);
        Writing = new(ServedRooms.Events, beside);
        Passkeys = new(Database, Writing, Time, Options);
        Removals = new(Database, Writing, Time);
        SignIns = new(Database);
        Spent = new(Database, Writing, Time);
        Events = new(Database);
        Apps = new(
            Database, new AppRows(ServedRooms.Settings), new ApiKeyStore(Database), new AttestationSources(Options, Time), Time,
            new VerificationKeyCache());
    }
}
