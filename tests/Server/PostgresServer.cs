using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.Extensions.Options;
using Npgsql;
using OpenPassage.Host.Serving;
using OpenPassage.Server.Sql;

[assembly: AssemblyFixture(typeof(OpenPassage.Server.Tests.PostgresServer.Shared))]

namespace OpenPassage.Server.Tests;

/// <summary>
/// A real PostgreSQL in a temporary directory. It ends with this process, however that ends: the shell
/// which started it waits for its input to be closed.
/// </summary>
public sealed class PostgresServer : IAsyncDisposable
{
    private const string Template = "template_openpassage";

    private static readonly Lock Gate = new();
    private static Task<PostgresServer>? shared;

    private readonly string directory;
    private readonly bool flush;
    private readonly ConcurrentQueue<string> log = new();
    private Process? process;
    private int databases;

    private PostgresServer(bool flush)
    {
        this.flush = flush;
        // What is flushed is on the disk, wherever temporary files are.
        directory = Directory.CreateDirectory(
            Path.Combine(flush ? "/var/tmp" : Path.GetTempPath(), $"openpassage-postgres-{Guid.NewGuid():N}")).FullName;
    }

    public int Port { get; } = Ports.Free();

    /// <summary>A database's setting; the superuser needs no password.</summary>
    public string ConnectionString(string database) => $"Host=127.0.0.1;Port={Port};Username=postgres;Database={database}";

    /// <summary>The one of this run, started when first asked for.</summary>
    public static Task<PostgresServer> SharedAsync()
    {
        SkipWhenNotInstalled();
        lock (Gate)
            return shared ??= Task.Run(() => CreateAsync(flush: false));
    }

    /// <summary>One more, for a test that stops it.</summary>
    /// <param name="flush">Whether commits are flushed to the disk, as they are unless a server is told otherwise.</param>
    public static async Task<PostgresServer> CreateAsync(bool flush = true)
    {
        SkipWhenNotInstalled();
        var server = new PostgresServer(flush);
        await GiveToPostgresAsync(server.directory);
        // A language whose order is not that of bytes, as most installations have.
        await RunAsPostgresAsync(
            Program("initdb"),
            "-D",
            server.Data,
            "-U",
            "postgres",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--locale=C",
            "--locale-provider=icu",
            "--icu-locale=en-US");
        await server.StartAsync();
        await server.ExecuteAsync("postgres", $"CREATE DATABASE {Template}");
        new PostgresDatabase(
            Options.Create(new OpenPassageOptions { Database = server.ConnectionString(Template) + ";Pooling=false" }),
            TimeProvider.System,
            ServedRooms.Schema).Dispose();
        return server;
    }

    /// <summary>An empty database with the schema in place.</summary>
    public async Task<string> CreateDatabaseAsync()
    {
        var name = $"test_{Interlocked.Increment(ref databases)}";
        await ExecuteAsync("postgres", $"CREATE DATABASE {name} TEMPLATE {Template}");
        return ConnectionString(name);
    }

    public Task DropDatabaseAsync(string name) => ExecuteAsync("postgres", $"DROP DATABASE {name} WITH (FORCE)");

    /// <summary>What the server has said about a database until now.</summary>
    public async Task<IReadOnlyList<string>> LogOfAsync(string database)
    {
        var end = $"end {Guid.NewGuid():N}";
        await ExecuteAsync(database, $"DO $$ BEGIN RAISE LOG '{end}'; END $$");
        while (!log.Any(line => line.Contains(end, StringComparison.Ordinal)))
            await Task.Yield();
        return [.. log.Where(line => line.StartsWith($"{database}: ", StringComparison.Ordinal))];
    }

    public async Task StartAsync()
    {
        var durable = flush ? "on" : "off";
        // Of tables that are not analysed yet the planner expects so much that it compiles queries, which costs far more than to run them.
        process = StartBoundToThis(
            Program("postgres"), "-D", Data, "-p", $"{Port}", "-k", Data, "-c", "listen_addresses=127.0.0.1", "-c", "max_connections=300",
            "-c", $"fsync={durable}", "-c", $"synchronous_commit={durable}", "-c", $"full_page_writes={durable}", "-c", "jit=off",
            "-c", "logging_collector=off", "-c", "log_line_prefix=%d: ");
        process.ErrorDataReceived += (_, line) => log.Enqueue(line.Data ?? "");
        process.BeginErrorReadLine();
        for (var patience = Stopwatch.StartNew(); ;)
        {
            try
            {
                await ExecuteAsync("postgres", "SELECT 1");
                return;
            }
            catch (NpgsqlException) when (patience.Elapsed < TimeSpan.FromSeconds(60) && !process.HasExited)
            {
                await Task.Delay(50);
            }
        }
    }

    /// <summary>Ends it as a crash does: nothing is tidied up, and the next start recovers from the log.</summary>
    public Task CrashAsync() => StopAsync("QUIT");

    public async Task StopAsync(string signal = "INT")
    {
        await process!.StandardInput.WriteLineAsync(signal);
        process.StandardInput.Close();
        await process.WaitForExitAsync();
        process.Dispose();
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync("QUIT");
        Directory.Delete(directory, recursive: true);
    }

    /// <summary>Starts a program as the user postgres. It ends when told a signal on its input, or when this process is gone.</summary>
    public static Process StartBoundToThis(params string[] command)
    {
        var arguments = AsPostgres(
            ["sh", "-c", "\"$@\" & server=$!; read -r end; kill -s \"${end:-INT}\" $server; wait $server", "sh", .. command]);
        return Process.Start(new ProcessStartInfo(arguments[0], arguments[1..])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardError = true,
            WorkingDirectory = "/",
        })!;
    }

    /// <summary>Runs a program to its good end.</summary>
    public static Task RunProgramAsync(string program, params string[] arguments) => RunAsync(program, arguments);

    public static async Task GiveToPostgresAsync(string directory)
    {
        if (IsRoot)
            await RunAsync("chown", "-R", "postgres", directory);
    }

    private string Data => Path.Combine(directory, "data");

    private static bool IsRoot => Environment.UserName == "root";

    private static string? Binaries =>
        Directory.Exists("/usr/lib/postgresql")
            ? Directory.GetDirectories("/usr/lib/postgresql").Select(version => Path.Combine(version, "bin")).Where(Directory.Exists).Max()
            : null;

    /// <summary>Where one of PostgreSQL's programs is.</summary>
    public static string Program(string name) => Path.Combine(Binaries!, name);

    private static void SkipWhenNotInstalled()
        => Assert.SkipWhen(Binaries is null, "PostgreSQL is not installed: apt-get install postgresql");

    // PostgreSQL refuses to run as root.
    private static string[] AsPostgres(params string[] command) => IsRoot ? ["runuser", "-u", "postgres", "--", .. command] : command;

    private static Task RunAsPostgresAsync(params string[] command) => RunAsync(AsPostgres(command)[0], AsPostgres(command)[1..]);

    private static async Task RunAsync(string program, params string[] arguments)
    {
        using var running = Process.Start(
            new ProcessStartInfo(program, arguments)
            {
                UseShellExecute = false,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                WorkingDirectory = "/",
            })!;
        var (output, error) = (running.StandardOutput.ReadToEndAsync(), running.StandardError.ReadToEndAsync());
        await running.WaitForExitAsync();
        Assert.True(running.ExitCode == 0, $"{program}: {await output} {await error}");
    }

    public async Task ExecuteAsync(string database, string sql)
    {
        await using var connection = new NpgsqlConnection(ConnectionString(database) + ";Pooling=false");
        await connection.OpenAsync();
#pragma warning disable CA2100 // Only tests write the text.
        await using var command = new NpgsqlCommand(sql, connection);
#pragma warning restore CA2100
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>Stops the shared one after the last test.</summary>
    public sealed class Shared : IAsyncLifetime
    {
        public ValueTask InitializeAsync() => ValueTask.CompletedTask;

        public async ValueTask DisposeAsync()
        {
            if (shared is { IsCompletedSuccessfully: true })
                await (await shared).DisposeAsync();
        }
    }
}
