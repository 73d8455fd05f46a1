using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using OpenPassage.Host;

namespace OpenPassage.Server.Tests;

/// <summary>
/// The real server on a free port with a real database file, and two apps: <see cref="App"/> and, to be kept out,
/// <see cref="OtherApp"/>. Its clock stands still until a test moves it.
/// </summary>
public class ServerFixture : IAsyncLifetime
{
    public static readonly TestApp App = new("acme", "acme-key-0123456789abcdef", "example.com", "https://login.example.com", "https://shop.example.com");
    public static readonly TestApp OtherApp = new("other", "other-key-0123456789abcdef", "example.com", "https://login.example.com");

    private readonly CapturedLog log = new();
    private WebApplication? server;

    public TestClock Clock { get; } = new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));

    public string DataDirectory { get; } = Path.Combine(Path.GetTempPath(), $"openpassage-tests-{Guid.NewGuid():N}");

    /// <summary>Where the server listens, such as <c>http://127.0.0.1:40123/</c>.</summary>
    public Uri Address { get; private set; } = null!;

    public HttpClient Http { get; private set; } = null!;

    public IServiceProvider Services => server!.Services;

    /// <summary>Everything the server has logged.</summary>
    public string Log => log.Text;

    /// <summary>More command-line settings, such as <c>--OpenPassage:Limits:BrowserCallsPerMinute=5</c>.</summary>
    protected virtual IEnumerable<string> Settings => [];

    /// <summary>Most tests call more often than a person would.</summary>
    private static readonly string[] NoLimits = ["--OpenPassage:Limits:BrowserCallsPerMinute=0", "--OpenPassage:Limits:FailedKeysPerMinute=0"];

    public virtual async ValueTask InitializeAsync()
    {
        Directory.CreateDirectory(DataDirectory);
        string[] arguments =
        [
            "--urls=http://127.0.0.1:0",
            $"--contentRoot={DataDirectory}",
            $"--OpenPassage:DataDirectory={DataDirectory}",
            .. App.Settings(0),
            .. OtherApp.Settings(1),
            .. NoLimits,
            .. Settings,
        ];
        server = ServerHost.Create(arguments, builder =>
        {
            builder.Services.Replace(ServiceDescriptor.Singleton<TimeProvider>(Clock));
            builder.Logging.ClearProviders().AddProvider(log).SetMinimumLevel(LogLevel.Debug);
            Configure(builder);
        });
        await server.StartAsync();
        Address = new Uri(server.Urls.Single());
        Http = new HttpClient { BaseAddress = Address };
    }

    public virtual async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        Http.Dispose();
        await server!.StopAsync();
        await server.DisposeAsync();
        Directory.Delete(DataDirectory, recursive: true);
    }

    protected virtual void Configure(WebApplicationBuilder builder)
    {
    }

    /// <summary>Every row of every table, as text: what a refused call must leave as it is.</summary>
    public string Rows()
    {
        using var connection = new SqliteConnection($"Data Source={Path.Combine(DataDirectory, "openpassage.db")};Mode=ReadOnly;Pooling=false");
        connection.Open();
        var rows = new StringBuilder();
        foreach (var table in Query(connection, "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name"))
        {
            foreach (var row in Query(connection, $"SELECT * FROM {table} ORDER BY 1, 2"))
                rows.Append(table).Append(": ").AppendLine(row);
        }
        return rows.ToString();
    }

    private static List<string> Query(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        using var reader = command.ExecuteReader();
        var rows = new List<string>();
        while (reader.Read())
        {
            var values = Enumerable.Range(0, reader.FieldCount).Select(column => reader.GetValue(column) switch
            {
                byte[] bytes => Convert.ToHexString(bytes),
                var value => Convert.ToString(value, CultureInfo.InvariantCulture),
            });
            rows.Add(string.Join(" | ", values));
        }
        return rows;
    }

    private sealed class CapturedLog : ILoggerProvider, ILogger
    {
        private readonly ConcurrentQueue<string> lines = new();

        public string Text => string.Join('\n', lines);

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            lines.Enqueue($"{logLevel}: {formatter(state, exception)} {exception}");

        public void Dispose()
        {
        }
    }
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
