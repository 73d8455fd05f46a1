using System.Diagnostics;
using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Data.Sqlite;
using Microsoft.Playwright;
using OpenPassage.Browser.Tests.Official;

namespace OpenPassage.Browser.Tests.Consoles;

/// <summary>
/// The server as somebody starts it for the first time: an empty directory, no settings but the ports; one has TLS, for the
/// official client, which knows one host. And a site that uses that client.
/// </summary>
public sealed partial class ConsoleServer : IAsyncLifetime
{
    private readonly DirectoryInfo data = Directory.CreateTempSubdirectory("openpassage-console-");
    private readonly StringBuilder output = new();
    private readonly TaskCompletionSource<string> link = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly int port = Ports.Free();
    private readonly int tlsPort = Ports.Free();
    private OfficialPage? site;
    private Process? process;

    public string Origin => $"http://localhost:{port}";

    /// <summary>Where a site with the official client is.</summary>
    public string Site => site!.Origin;

    /// <summary>What the first start prints: the way in for the first operator.</summary>
    public Task<string> LinkAsync() => link.Task.WaitAsync(TimeSpan.FromSeconds(60));

    public Chromium Chromium { get; private set; } = null!;

    /// <summary>As if it were six minutes ago that operators last showed their passkeys: nobody waits that long in a test.</summary>
    public async Task LetConfirmationsExpireAsync()
    {
        await using var database = new SqliteConnection($"Data Source={Path.Combine(data.FullName, "openpassage.db")};Pooling=False");
        await database.OpenAsync();
        await using var command = database.CreateCommand();
        command.CommandText = "UPDATE operator_sessions SET verified_at = verified_at - 360000000";
        Assert.NotEqual(0, await command.ExecuteNonQueryAsync());
    }

    /// <summary>A year of devices for an app, whose funnel begins with those of one month.</summary>
    public async Task SeedReadinessAsync(string app)
    {
        var (file, today) = (Path.Combine(data.FullName, "openpassage.db"), DateOnly.FromDateTime(DateTime.UtcNow));
        await SeededReadiness.WriteAsync(file, app, today);
    }

    /// <summary>The console as its first operator has it, who has just made a passkey.</summary>
    internal async Task<ConsolePage> SetUpAsync()
    {
        var console = new ConsolePage(await Chromium.NewPageAsync(), Origin);
        await VirtualAuthenticator.AddAsync(console.Page);
        await console.Page.GotoAsync(await LinkAsync());
        await console.Page.GetByLabel("Your name").FillAsync("Olga");
        await console.Button("Create passkey").ClickAsync();
        await Assertions.Expect(console.Heading("Apps")).ToBeVisibleAsync();
        return console;
    }

    public async ValueTask InitializeAsync()
    {
        // At a terminal of its own, on which alone the link is shown: util-linux's script copies it here.
        var start = new ProcessStartInfo("script")
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = data.FullName,
        };
        var certificate = Path.Combine(data.FullName, "tls.pfx");
        await File.WriteAllBytesAsync(certificate, ServerProcess.SelfSigned("auth.passage.id", "localhost"));
        string[] command =
        [
            "dotnet", Repository.Built("src/Host", "openpassage.dll"), $"--urls={Origin};https://localhost:{tlsPort}",
            $"--Kestrel:Certificates:Default:Path={certificate}",
            $"--OpenPassage:DataDirectory={data.FullName}", $"--OpenPassage:Console:Origin={Origin}",
        ];
        foreach (var argument in (string[])["-qefc", string.Join(' ', command.Select(word => $"'{word}'")), "/dev/null"])
            start.ArgumentList.Add(argument);
        process = new Process { StartInfo = start };
        process.OutputDataReceived += (_, line) => Collect(line.Data);
        process.ErrorDataReceived += (_, line) => Collect(line.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        using var http = new HttpClient();
        var patience = Stopwatch.StartNew();
        while (!await IsReadyAsync(http))
        {
            lock (output)
                Assert.True(patience.Elapsed < TimeSpan.FromSeconds(60) && !process.HasExited, output.ToString());
            await Task.Delay(50);
        }

        site = await OfficialPage.StartAsync();
        Chromium = await Chromium.LaunchAsync(
            $"--host-resolver-rules=MAP auth.passage.id:443 127.0.0.1:{tlsPort}", "--ignore-certificate-errors");
    }

    public async ValueTask DisposeAsync()
    {
        if (Chromium is not null)
            await Chromium.DisposeAsync();
        if (site is not null)
            await site.DisposeAsync();
        if (process is not null)
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync();
            process.Dispose();
        }

        data.Delete(recursive: true);
    }

    private async Task<bool> IsReadyAsync(HttpClient http)
    {
        try
        {
            using var ready = await http.GetAsync(new Uri($"{Origin}/health/ready"));
            return ready.StatusCode == HttpStatusCode.OK;
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
        if (line is not null && SetupLink().Match(line) is { Success: true } found)
            link.TrySetResult(found.Value);
    }

    [GeneratedRegex("http://localhost:[0-9]+/console/setup#opi_[A-Za-z0-9_]+", RegexOptions.None, 1000)]
    private static partial Regex SetupLink();
}
