using System.Diagnostics;
using Npgsql;

[assembly: AssemblyFixture(typeof(OpenPassage.Server.Tests.PgBouncer.Shared))]

namespace OpenPassage.Server.Tests;

/// <summary>
/// A real PgBouncer before the shared PostgreSQL, with Debian's defaults but for its mode. It ends with this process, as the server does.
/// </summary>
public sealed class PgBouncer : IAsyncDisposable
{
    private static readonly Lock Gate = new();
    private static readonly Dictionary<string, Task<PgBouncer>> SharedOnes = [];

    private readonly string directory = Directory.CreateTempSubdirectory("openpassage-pgbouncer-").FullName;
    private Process? process;

    private PgBouncer()
    {
    }

    public int Port { get; } = Ports.Free();

    private static string? Program => ((string[])["/usr/sbin/pgbouncer", "/usr/bin/pgbouncer"]).FirstOrDefault(File.Exists);

    /// <summary>The one of this run for this mode, started when first asked for.</summary>
    public static async Task<PgBouncer> SharedAsync(string mode)
    {
        var server = await PostgresServer.SharedAsync();
        // A session is a connection of the server's, and a client keeps it while it is idle: three nodes have up to 96.
        string[] settings = mode == "session" ? ["default_pool_size = 100"] : [];
        Task<PgBouncer>? shared;
        lock (Gate)
        {
            if (!SharedOnes.TryGetValue(mode, out shared))
                SharedOnes.Add(mode, shared = Task.Run(() => CreateAsync(server, mode, settings)));
        }

        return await shared;
    }

    /// <summary>One more.</summary>
    /// <param name="server">What it stands before.</param>
    /// <param name="mode">Its <c>pool_mode</c>.</param>
    /// <param name="settings">More lines for its file.</param>
    public static async Task<PgBouncer> CreateAsync(PostgresServer server, string mode, params string[] settings)
    {
        Assert.SkipWhen(Program is null, "PgBouncer is not installed: apt-get install pgbouncer");
        var pooler = new PgBouncer();
        var file = Path.Combine(pooler.directory, "pgbouncer.ini");
        // Whoever comes is the superuser, as before the server itself.
        string[] lines =
        [
            "[databases]", $"* = host=127.0.0.1 port={server.Port} user=postgres",
            "[pgbouncer]", "listen_addr = 127.0.0.1", $"listen_port = {pooler.Port}", "unix_socket_dir =", "auth_type = any",
            $"pool_mode = {mode}", "max_client_conn = 1000",
            .. settings,
        ];
        await File.WriteAllLinesAsync(file, lines);
        await PostgresServer.GiveToPostgresAsync(pooler.directory);
        pooler.process = PostgresServer.StartBoundToThis(Program!, "-q", file);
        pooler.process.ErrorDataReceived += (_, _) => { };
        pooler.process.BeginErrorReadLine();
        for (var patience = Stopwatch.StartNew(); ;)
        {
            try
            {
                await using var connection = new NpgsqlConnection(pooler.ConnectionString("postgres") + ";Pooling=false");
                await connection.OpenAsync();
                return pooler;
            }
            catch (NpgsqlException) when (patience.Elapsed < TimeSpan.FromSeconds(60) && !pooler.process.HasExited)
            {
                await Task.Delay(50);
            }
        }
    }

    public string ConnectionString(string database) => $"Host=127.0.0.1;Port={Port};Username=postgres;Database={database}";

    public async ValueTask DisposeAsync()
    {
        await process!.StandardInput.WriteLineAsync("TERM");
        process.StandardInput.Close();
        await process.WaitForExitAsync();
        process.Dispose();
        Directory.Delete(directory, recursive: true);
    }

    /// <summary>Stops the shared ones after the last test.</summary>
    public sealed class Shared : IAsyncLifetime
    {
        public ValueTask InitializeAsync() => ValueTask.CompletedTask;

        public async ValueTask DisposeAsync()
        {
            foreach (var one in SharedOnes.Values.Where(one => one.IsCompletedSuccessfully))
                await (await one).DisposeAsync();
        }
    }
}
