using System.Diagnostics;
using Npgsql;

namespace OpenPassage.Proof.Tests.Processes;

/// <summary>A real PostgreSQL in a directory of its own, every commit flushed, that can be killed and started again.</summary>
internal sealed class PostgresDaemon : IAsyncDisposable
{
    private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("openpassage-postgres-");
    private readonly int port = Ports.Free();
    private readonly string[] settings;
    private Daemon? daemon;

    private PostgresDaemon(string[] settings) => this.settings = settings;

    public string ConnectionString => $"Host=127.0.0.1;Port={port};Username=postgres;Database=postgres";

    /// <summary>The same database as most programs outside .NET name it.</summary>
    public string Url => $"postgres://postgres@127.0.0.1:{port}/postgres";

    /// <summary>The postmaster; the backends are its children.</summary>
    public int ProcessId => daemon!.Id;

    /// <summary>Where it keeps its data.</summary>
    public string Data => Path.Combine(directory.FullName, "data");

    /// <param name="settings">More than the defaults, such as <c>shared_buffers=1GB</c>.</param>
    public static async Task<PostgresDaemon> StartNewAsync(params string[] settings)
    {
        var server = new PostgresDaemon(settings);
        Daemon.Own(server.directory.FullName);
        await Daemon.RunAsync(
            Program("initdb"), "--pgdata", server.Data, "--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C");
        await server.StartAsync();
        return server;
    }

    /// <summary>Starts it, and waits until it takes connections.</summary>
    public async Task StartAsync()
    {
        string[] arguments =
        [
            "-D", Data,
            "-p", $"{port}",
            "-k", directory.FullName,
            "-c", "listen_addresses=127.0.0.1",
            .. settings.SelectMany(setting => new[] { "-c", setting }),
        ];
        daemon = Daemon.Start(Program("postgres"), arguments);
        for (var patience = Stopwatch.StartNew(); ;)
        {
            string[] question = ["--quiet", "--host=127.0.0.1", $"--port={port}"];
            using var ask = Process.Start(new ProcessStartInfo(Program("pg_isready"), question) { UseShellExecute = false })!;
            await ask.WaitForExitAsync();
            if (ask.ExitCode == 0)
                return;
            if (daemon.Ended || patience.Elapsed > TimeSpan.FromMinutes(1))
                throw new InvalidOperationException($"PostgreSQL did not start. It said:\n{daemon.Output}");
            await Task.Delay(50);
        }
    }

    /// <summary>One number.</summary>
    public async Task<object?> AskAsync(string sql)
    {
        await using var source = NpgsqlDataSource.Create(ConnectionString);
        await using var command = source.CreateCommand(sql);
        return await command.ExecuteScalarAsync();
    }

    /// <summary><c>kill -9</c> of the postmaster and of every backend.</summary>
    public async Task KillAsync()
    {
        await daemon!.KillAsync();
        daemon = null;
    }

    public async ValueTask DisposeAsync()
    {
        if (daemon is not null)
            await daemon.KillAsync();
        directory.Delete(recursive: true);
    }

    private static string Program(string name) =>
        Path.Combine(
            Programs.PostgresBinaries ?? throw new InvalidOperationException("PostgreSQL is not installed: apt-get install postgresql"),
            name);
}
