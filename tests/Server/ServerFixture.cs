using System.Collections.Concurrent;
using System.Data;
using System.Data.Common;
using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;
using OpenPassage.Host.Serving;
using OpenPassage.Server.Sql;

namespace OpenPassage.Server.Tests;

/// <summary>
/// The real server on a free port with a real database, and two apps: <see cref="App"/> and, to be kept out,
/// <see cref="OtherApp"/>. Its clock stands still until a test moves it.
/// </summary>
public class ServerFixture : IAsyncLifetime
{
    public static readonly TestApp App = new(
        "acme", "acme-key-0123456789abcdef", "example.com", "https://login.example.com", "https://shop.example.com");
    public static readonly TestApp OtherApp = new("other", "other-key-0123456789abcdef", "example.com", "https://login.example.com");

    /// <summary>Manages the whole server.</summary>
    public const string AdminKey = "admin-key-0123456789abcdef0123456789";

    private readonly CapturedLog log = new();
    private WebApplication? server;
    private TestDatabase? database;
    private DbConnection? asking;

    public TestClock Clock { get; } = new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));

    public string DataDirectory { get; } = Path.Combine(Path.GetTempPath(), $"openpassage-tests-{Guid.NewGuid():N}");

    /// <summary>Where the server listens, such as <c>http://127.0.0.1:40123/</c>.</summary>
    public Uri Address { get; protected set; } = null!;

    public HttpClient Http { get; protected set; } = null!;

    /// <summary>A database that others use too. Null: one of its own, on the engine that the running test class is for.</summary>
    public string? SharedDatabase { get; init; }

    public IServiceProvider Services => server!.Services;

    /// <summary>Everything the server has logged.</summary>
    public string Log => log.Text(0);

    /// <summary>How many entries it has logged.</summary>
    public int Logged => log.Count;

    /// <summary>What it has logged since there were so many entries.</summary>
    public string LogSince(int logged) => log.Text(logged);

    /// <summary>What is less than that is not logged.</summary>
    protected virtual LogLevel LeastLogged => LogLevel.Debug;

    /// <summary>More command-line settings, such as <c>--OpenPassage:Limits:BrowserCallsPerMinute=5</c>.</summary>
    protected virtual IEnumerable<string> Settings => [];

    /// <summary>Most tests call more often than a person would.</summary>
    private static readonly string[] NoLimits =
    [
        "--OpenPassage:Limits:BrowserCallsPerMinute=0", "--OpenPassage:Limits:FailedKeysPerMinute=0",
        "--OpenPassage:Readiness:ReportsPerMinute=0", "--OpenPassage:Readiness:DevicesPerNetworkAndHour=0",
    ];

    public virtual async ValueTask InitializeAsync()
    {
        if (SharedDatabase is null)
            database = await TestDatabase.CreateAsync();
        server = ServerHost.Create(Arguments(SharedDatabase ?? database!.Setting), builder =>
        {
            builder.Services.Replace(ServiceDescriptor.Singleton<TimeProvider>(Clock));
            builder.Logging.ClearProviders().AddProvider(log).SetMinimumLevel(LeastLogged);
            Configure(builder);
        });
        Map(server);
        await server.StartAsync();
        Address = new Uri(server.Urls.Single());
        Http = new HttpClient { BaseAddress = Address };
    }

    public virtual async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await EndAsync();
        if (asking is not null)
            await asking.DisposeAsync();
        if (database is not null)
            await database.DisposeAsync();
        Directory.Delete(DataDirectory, recursive: true);
    }

    /// <summary>Ends the server in order, and leaves what it has kept.</summary>
    public async Task EndAsync()
    {
        Http?.Dispose();
        if (Interlocked.Exchange(ref server, null) is not { } running)
            return;
        await running.StopAsync();
        await running.DisposeAsync();
    }

    /// <summary>The command line: two apps, an empty directory.</summary>
    protected string[] Arguments(string databaseSetting)
    {
        Directory.CreateDirectory(DataDirectory);
        return
        [
            "--urls=http://127.0.0.1:0",
            $"--contentRoot={DataDirectory}",
            $"--OpenPassage:DataDirectory={DataDirectory}",
            $"--OpenPassage:Database={databaseSetting}",
            .. App.Settings(0),
            .. OtherApp.Settings(1),
            $"--OpenPassage:AdminKeys:0={AdminKey}",
            .. NoLimits,
            .. Settings,
        ];
    }

    /// <summary>Adds addresses of the test's own.</summary>
    protected virtual void Map(WebApplication application)
    {
    }

    protected virtual void Configure(WebApplicationBuilder builder)
    {
    }

    /// <summary>
    /// Every row of every table, as text: what a refused call must leave as it is. When a key was last used is written down a
    /// minute later, whatever came of it; a refused ceremony that a backend has begun leaves its event.
    /// </summary>
    public string Rows()
    {
        var connection = Connection();
        var rows = new StringBuilder();
        var tables = database!.IsPostgres
            ? "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public' ORDER BY 1"
            : "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY 1";
        // What was counted before may be written at any moment, and a refused call counts as one.
        foreach (var table in Query(connection, tables).Where(table => table is not ("counters" or "active_users")))
        {
            var rest = table switch
            {
                "api_keys" => "app_id, key_id, name, key_hash, scopes, source, created_at, expires_at FROM api_keys",
                // When a server last worked on a SQLite file is noted every ten seconds.
                "changes" => "* FROM changes WHERE kind <> 'worked'",
                "events" => "* FROM events WHERE outcome <> 'refused'",
                _ => $"* FROM {table}",
            };
            foreach (var row in Query(connection, $"SELECT {rest} ORDER BY 1, 2"))
                rows.Append(table).Append(": ").AppendLine(row);
        }
        return rows.ToString();
    }

    private OpenPassageOptions Options => Services.GetRequiredService<IOptions<OpenPassageOptions>>().Value;

    // Opened once: many tests ask again and again, and to PostgreSQL each connection is a process.
    private DbConnection Connection()
    {
        if (asking is not { State: ConnectionState.Open })
        {
            asking?.Dispose();
            asking = database!.IsPostgres
                ? new NpgsqlConnection($"{database.Setting};Pooling=false")
                : new SqliteConnection($"{SqliteBackup.FileOf(Options)};Pooling=false");
            asking.Open();
        }

        return asking;
    }

    private static List<string> Query(DbConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // The text is ours.
        command.CommandText = sql;
#pragma warning restore CA2100
        using var reader = command.ExecuteReader();
        var rows = new List<string>();
        while (reader.Read())
            rows.Add(string.Join(" | ", Enumerable.Range(0, reader.FieldCount).Select(column => Text(reader.GetValue(column)))));
        return rows;
    }

    private static string? Text(object value)
        => value is byte[] bytes ? Convert.ToHexString(bytes) : Convert.ToString(value, CultureInfo.InvariantCulture);

    private sealed class CapturedLog : ILoggerProvider, ILogger
    {
        private readonly ConcurrentQueue<string> lines = new();

        public int Count => lines.Count;

        public string Text(int since) => string.Join('\n', lines.Skip(since));

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            lines.Enqueue($"{logLevel}: {formatter(state, exception)} {exception}");

        public void Dispose()
        {
        }
    }
}

/// <summary>The same for tests of very many calls: it logs what somebody should read, and no step of each call.</summary>
public sealed class QuietServer : ServerFixture
{
    protected override LogLevel LeastLogged => LogLevel.Warning;
}

/// <summary>An app as the fixture declares it. The first origin is where its pages run.</summary>
public sealed record TestApp(string Id, string ApiKey, string RpId, params string[] Origins)
{
    public string Origin => Origins[0];

    public IEnumerable<string> Settings(int index) =>
    [
        $"--OpenPassage:Apps:{index}:Id={Id}",
        $"--OpenPassage:Apps:{index}:Name={Id}",
        $"--OpenPassage:Apps:{index}:RpId={RpId}",
        $"--OpenPassage:Apps:{index}:ApiKeys:0={ApiKey}",
        .. Origins.Select((origin, number) => $"--OpenPassage:Apps:{index}:Origins:{number}={origin}"),
    ];
}

/// <summary>A clock that a test moves.</summary>
public sealed class TestClock(DateTimeOffset start) : TimeProvider
{
    private long ticks = start.UtcTicks;

    public override DateTimeOffset GetUtcNow() => new(Interlocked.Read(ref ticks), TimeSpan.Zero);

    public void Advance(TimeSpan time) => Interlocked.Add(ref ticks, time.Ticks);
}
