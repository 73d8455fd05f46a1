using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace OpenPassage.Benchmarks.SignIn;

/// <summary>The real server in a process of its own, with a fresh data directory and no rate limits.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    public const string AppId = "bench";
    public const string Origin = "http://localhost:8421";

    private readonly DirectoryInfo data = Directory.CreateTempSubdirectory("openpassage-bench-");
    private readonly Process process;

    private ServerProcess()
    {
        Address = new Uri($"http://127.0.0.1:{FreePort()}");
        var start = new ProcessStartInfo("dotnet") { UseShellExecute = false, WorkingDirectory = data.FullName };
        string[] arguments =
        [
            Executable(),
            $"--urls={Address}",
            $"--OpenPassage:DataDirectory={data.FullName}",
            $"--OpenPassage:Apps:0:Id={AppId}",
            "--OpenPassage:Apps:0:Name=Benchmark",
            "--OpenPassage:Apps:0:RpId=localhost",
            $"--OpenPassage:Apps:0:Origins:0={Origin}",
            $"--OpenPassage:Apps:0:ApiKeys:0={ApiKey}",
            "--OpenPassage:Limits:BrowserCallsPerMinute=0",
            "--OpenPassage:Limits:FailedKeysPerMinute=0",
            "--Logging:LogLevel:Default=Warning",
        ];
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        process = Process.Start(start)!;
    }

    public Uri Address { get; }

    public string ApiKey { get; } = RandomNumberGenerator.GetHexString(40);

    /// <summary>From the start of the process to the first 200 of <c>/health/ready</c>.</summary>
    public TimeSpan StartUp { get; private set; }

    /// <summary>The CPU time that the server has used, on all cores together.</summary>
    public TimeSpan CpuTime
    {
        get
        {
            process.Refresh();
            return process.TotalProcessorTime;
        }
    }

    public double WorkingSetMiB
    {
        get
        {
            process.Refresh();
            return process.WorkingSet64 / 1048576.0;
        }
    }

    public static async Task<ServerProcess> StartAsync()
    {
        var watch = Stopwatch.StartNew();
        var server = new ServerProcess();
        using var http = new HttpClient();
        while (!await server.IsReadyAsync(http))
        {
            if (server.process.HasExited || watch.Elapsed > TimeSpan.FromMinutes(1))
                throw new InvalidOperationException("The server did not become ready.");
            await Task.Delay(2);
        }
        server.StartUp = watch.Elapsed;
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
            process.Kill();
        await process.WaitForExitAsync();
        process.Dispose();
        data.Delete(recursive: true);
    }

    private async Task<bool> IsReadyAsync(HttpClient http)
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

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static string Executable()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(directory.FullName, "OpenPassage.slnx")))
            directory = directory.Parent ?? throw new InvalidOperationException("The benchmarks run inside the repository.");
        return Path.Combine(directory.FullName, "src", "Host", "bin", "Release", "net10.0", "openpassage.dll");
    }
}
