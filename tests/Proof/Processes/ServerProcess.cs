using System.Diagnostics;
using System.Net;
using System.Security.Cryptography;
using System.Text;

namespace OpenPassage.Proof.Tests.Processes;

/// <summary>
/// The server as an operator runs it, in a process of its own that can be killed and started again: same address, same data
/// directory, same database.
/// </summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    public const string AppId = "proof";

    /// <summary>An app of Complete. A token whose answer was lost is good for as long as a crash may take.</summary>
    public const string CompleteAppId = "proof-complete";

    /// <summary>One whose grace for refresh tokens is over after <see cref="ShortGrace"/>.</summary>
    public const string ShortGraceAppId = "proof-short";

    public const string Origin = "http://localhost:8421";

    /// <summary>The same for every server: several stand on one database.</summary>
    public static readonly string ApiKey = RandomNumberGenerator.GetHexString(40);

    public static readonly string MetricsKey = RandomNumberGenerator.GetHexString(40);

    public static readonly TimeSpan ShortGrace = TimeSpan.FromSeconds(1);

    private readonly DirectoryInfo data = Directory.CreateTempSubdirectory("openpassage-proof-");
    private readonly HttpClient http = new() { Timeout = TimeSpan.FromSeconds(10) };
    private readonly StringBuilder output = new();
    private readonly string? database;
    private Process? process;

    /// <param name="database">A connection string; null: a SQLite file in the data directory.</param>
    public ServerProcess(string? database = null)
    {
        this.database = database;
        Address = new Uri($"http://127.0.0.1:{Ports.Free()}");
    }

    public Uri Address { get; }

    public string SqliteFile => Path.Combine(data.FullName, "openpassage.db");

    /// <summary>What it said, all its lives together.</summary>
    public string Output
    {
        get
        {
            lock (output)
                return output.ToString();
        }
    }

    /// <summary>Starts it, and waits until it is ready.</summary>
    public async Task StartAsync()
    {
        var start = new ProcessStartInfo("dotnet")
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = data.FullName,
        };
        foreach (var argument in Arguments())
            start.ArgumentList.Add(argument);
        process = new Process { StartInfo = start };
        process.OutputDataReceived += (_, line) => Collect(line.Data);
        process.ErrorDataReceived += (_, line) => Collect(line.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();

        var patience = Stopwatch.StartNew();
        while (!await IsReadyAsync())
        {
            if (process.HasExited || patience.Elapsed > TimeSpan.FromMinutes(1))
                throw new InvalidOperationException($"The server did not become ready. It said:\n{Output}");
            await Task.Delay(20);
        }
    }

    /// <summary><c>kill -9</c>: nothing of it runs any more, no handler, no finalizer.</summary>
    public async Task KillAsync()
    {
        process!.Kill();
        await process.WaitForExitAsync();
        process.Dispose();
        process = null;
    }

    public async ValueTask DisposeAsync()
    {
        if (process is not null)
            await KillAsync();
        http.Dispose();
        data.Delete(recursive: true);
    }

    private IEnumerable<string> Arguments() =>
    [
        Repository.Server,
        $"--urls={Address}",
        $"--OpenPassage:DataDirectory={data.FullName}",
        .. database is null ? Array.Empty<string>() : [$"--OpenPassage:Database={database}"],
        .. App(0, AppId),
        .. App(1, CompleteAppId, "Type=complete", "Session:RefreshGrace=00:05:00"),
        .. App(2, ShortGraceAppId, "Type=complete", $"Session:RefreshGrace={ShortGrace}"),
        $"--OpenPassage:MetricsKey={MetricsKey}",
        // What was used before a crash is tried again long after it: no ticket may be refused for its age alone.
        "--OpenPassage:TransactionLifetime=02:00:00",
        "--OpenPassage:HandshakeLifetime=02:00:00",
        "--OpenPassage:NonceLifetime=02:00:00",
        "--OpenPassage:Limits:BrowserCallsPerMinute=0",
        "--OpenPassage:Limits:FailedKeysPerMinute=0",
        "--Logging:LogLevel:Default=Warning",
    ];

    private static IEnumerable<string> App(int place, string id, params string[] settings) =>
        ((string[])[$"Id={id}", "Name=Proof", "RpId=localhost", $"Origins:0={Origin}", $"ApiKeys:0={ApiKey}", .. settings])
            .Select(setting => $"--OpenPassage:Apps:{place}:{setting}");

    private async Task<bool> IsReadyAsync()
    {
        try
        {
            using var answer = await http.GetAsync(new Uri(Address, "/health/ready"));
            return answer.StatusCode == HttpStatusCode.OK;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private void Collect(string? line)
    {
        lock (output)
            output.AppendLine(line);
    }
}
