using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;
using OpenPassage.Host.Serving;
using OpenPassage.Server.Sql;
using OpenPassage.Server.Tests.Host;
using OpenPassage.Server.Values;

namespace OpenPassage.Server.Tests.Store;

/// <summary>PostgreSQL behind PgBouncer, as Debian ships it.</summary>
public sealed class PoolerTests : IOnPostgres
{
    private static readonly FrequentWrite Put = new(
        1, [], ["INSERT INTO spent SELECT @app, unnest(@ticket), unnest(@attempt), 1 RETURNING attempt"]);

    private static readonly Statement BackendOf = new("SELECT CAST(pg_backend_pid() AS BIGINT)");

    [Theory]
    [InlineData("transaction", "")]
    [InlineData("session", "")]
    [InlineData("transaction", ";Max Auto Prepare=64;Auto Prepare Min Usages=1")]
    [InlineData("transaction", ";Multiplexing=true;No Reset On Close=false")]
    public async Task Through_a_pooler_no_statement_is_kept_prepared_and_the_log_says_so_once(string mode, string more)
    {
        var log = new Lines();
        using var database = await OpenAsync(await PgBouncer.SharedAsync(mode), log, more);

        await WorkAsync(database);

        Assert.Equal(0, await database.NumberAsync(new("SELECT COUNT(*) FROM pg_prepared_statements"), default));
        Assert.Contains("connection pooler", Assert.Single(log.All), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_pooler_statements_are_kept_prepared_and_nothing_is_said()
    {
        var log = new Lines();
        using var database = await OpenAsync(null, log);

        await WorkAsync(database);

        // Connections are taken by turns; each has prepared what it ran often.
        Assert.NotEqual(0, await database.NumberAsync(new("SELECT COUNT(*) FROM pg_prepared_statements"), default));
        Assert.Empty(log.All);
    }

    [Fact]
    public async Task Where_a_pooler_gives_each_client_a_connection_preparing_can_be_chosen()
    {
        using var database = await OpenAsync(await PgBouncer.SharedAsync("session"), new Lines(), ";Max Auto Prepare=64");

        await WorkAsync(database);

        Assert.NotEqual(0, await database.NumberAsync(new("SELECT COUNT(*) FROM pg_prepared_statements"), default));
    }

    [Fact]
    public async Task A_pooler_that_appears_while_the_server_runs_is_noticed()
    {
        var (server, pooler, log) = (await PostgresServer.SharedAsync(), await PgBouncer.SharedAsync("transaction"), new Lines());
        using var address = new Relay(server.Port);
        using var database = await OpenAsync(null, log, $";Port={address.Port}");
        await WorkAsync(database);
        Assert.Empty(log.All);

        // As when a name or a virtual address moves to another machine: open connections end.
        address.LeadTo(pooler.Port);

        await Assert.ThrowsAsync<DatabaseUnavailableException>(async () => await database.WriteAsync([new("SELECT 1")], default));
        await WorkAsync(database);
        Assert.Equal(0, await database.NumberAsync(new("SELECT COUNT(*) FROM pg_prepared_statements"), default));
        Assert.Single(log.All);
    }

    [Fact]
    public async Task A_statement_that_is_prepared_for_somebody_else_is_run_again_unprepared()
    {
        var log = new Lines();
        using var database = await OpenAsync(null, log, ";Maximum Pool Size=1;Timeout=60");
        await WorkAsync(database);

        // As a pooler does that shows the server's own numbers: the session is another one, without what was prepared.
        await database.WriteAsync([new("DEALLOCATE ALL") { OneOff = true }], default);
        await WorkAsync(database);

        Assert.Equal(0, await database.NumberAsync(new("SELECT COUNT(*) FROM pg_prepared_statements"), default));
        Assert.Single(log.All);
    }

    [Fact]
    public async Task Through_a_pooler_nothing_stays_behind_on_the_connections_that_others_use()
    {
        var pooler = await PgBouncer.SharedAsync("transaction");
        using var database = await OpenAsync(pooler, new Lines());
        await WorkAsync(database);

        Assert.Equal(["on"], await database.ListAsync(new("SELECT current_setting('enable_seqscan')"), row => row.GetString(0), default));
        Assert.NotEqual(0, await database.NumberAsync(BackendOf, default));
    }

    [Theory]
    [InlineData("statement", "", "pool_mode is statement, which allows no transactions: set it to transaction or session.")]
    [InlineData("transaction", ";Search Path=passkeys", "The pooler does not pass it on")]
    [InlineData("transaction", ";Options=-c statement_timeout=9000", "The pooler does not pass it on")]
    public async Task What_a_pooler_refuses_stops_the_start_with_a_sentence_that_says_what_to_do(string mode, string more, string told)
    {
        await using var pooler = await PgBouncer.CreateAsync(await PostgresServer.SharedAsync(), mode);

        var refused = await Assert.ThrowsAsync<OptionsValidationException>(() => OpenAsync(pooler, new Lines(), more));

        Assert.Contains(told, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_search_path_that_a_pooler_drops_stops_the_start_instead_of_making_tables_somewhere_else()
    {
        await using var pooler = await PgBouncer.CreateAsync(
            await PostgresServer.SharedAsync(),
            "transaction",
            "ignore_startup_parameters = search_path");

        var refused = await Assert.ThrowsAsync<OptionsValidationException>(() => OpenAsync(pooler, new Lines(), ";Search Path=passkeys"));

        Assert.Contains("ALTER ROLE", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("transaction", "", "ok       database", "prepared statements are not kept")]
    [InlineData("session", "", "ok       database", "prepared statements are not kept")]
    [InlineData("transaction", ";Max Auto Prepare=64", "warning  database", "Remove Max Auto Prepare")]
    [InlineData("statement", "", "error    database", "set it to transaction or session")]
    public async Task The_doctor_names_a_pooler(string mode, string more, string outcome, string told)
    {
        var pooler = await PgBouncer.SharedAsync(mode);
        var database = new NpgsqlConnectionStringBuilder(await (await PostgresServer.SharedAsync()).CreateDatabaseAsync()).Database!;

        var (_, output) = await Executable.RunAsync(
            "doctor", "--offline", $"--OpenPassage:Database={pooler.ConnectionString(database)}{more}");

        Assert.Contains(
            output.Split('\n'),
            line => line.StartsWith(outcome, StringComparison.Ordinal) && line.Contains("pooler", StringComparison.Ordinal));
        Assert.Contains(told, output, StringComparison.Ordinal);
    }

    private static async Task<PostgresDatabase> OpenAsync(PgBouncer? pooler, ILogger log, string more = "")
    {
        var direct = await (await PostgresServer.SharedAsync()).CreateDatabaseAsync();
        var setting = pooler?.ConnectionString(new NpgsqlConnectionStringBuilder(direct).Database!) ?? direct;
        return new PostgresDatabase(
            Options.Create(new OpenPassageOptions { Database = setting + more }), TimeProvider.System, ServedRooms.Schema, logger: log);
    }

    // The same few statements by many callers at once, so that connections are lent to and fro.
    private static async Task WorkAsync(PostgresDatabase database)
    {
        var app = new AppId("a");
        await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(async () =>
        {
            for (var i = 0; i < 10; i++)
            {
                var id = Guid.NewGuid();
                var written = await database.WriteAsync(
                    Put, app, [Parameter.Bytes("ticket", id.ToByteArray()), Parameter.Text("attempt", $"{id}")], default);
                Assert.True(written.Done);
                Statement find = new("SELECT COUNT(*) FROM spent WHERE attempt = @attempt", Parameter.Text("attempt", $"{id}"));
                Assert.Equal(1, await database.NumberAsync(find, default));
                Statement delete = new("DELETE FROM spent WHERE attempt = @attempt", find.Parameters);
                Assert.Equal(1, (await database.WriteAsync([delete], default)).By(delete));
            }
        })));
    }

    /// <summary>An address that leads somewhere else from one moment on.</summary>
    private sealed class Relay : IDisposable
    {
        private readonly TcpListener listener = new(IPAddress.Loopback, 0);
        private readonly List<TcpClient> open = [];
        private volatile int target;

        public Relay(int target)
        {
            this.target = target;
            listener.Start();
            _ = AcceptAsync();
        }

        public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

        public void LeadTo(int other)
        {
            target = other;
            Dispose(all: false);
        }

        public void Dispose() => Dispose(all: true);

        private void Dispose(bool all)
        {
            if (all)
                listener.Stop();
            lock (open)
            {
                open.ForEach(client => client.Dispose());
                open.Clear();
            }
        }

        private async Task AcceptAsync()
        {
            try
            {
                while (true)
                {
                    var (here, there) = (await listener.AcceptTcpClientAsync(), new TcpClient());
                    await there.ConnectAsync(IPAddress.Loopback, target);
                    lock (open)
                        open.AddRange([here, there]);
                    _ = CarryAsync(here, there);
                    _ = CarryAsync(there, here);
                }
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                // Stopped.
            }
        }

        private static async Task CarryAsync(TcpClient from, TcpClient to)
        {
            try
            {
                await from.GetStream().CopyToAsync(to.GetStream());
                to.Client.Shutdown(SocketShutdown.Send);
            }
            catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException or InvalidOperationException)
            {
                to.Dispose();
            }
        }
    }

    private sealed class Lines : ILogger
    {
        private readonly List<string> lines = [];

        public string[] All
        {
            get
            {
                lock (lines)
                    return [.. lines];
            }
        }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            lock (lines)
                lines.Add(formatter(state, exception));
        }
    }
}
