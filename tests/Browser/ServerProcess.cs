using System.Diagnostics;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using OpenPassage.Flex;

namespace OpenPassage.Browser.Tests;

/// <summary>
/// The server as an operator runs it: its own process, a fresh data directory, one declared app, HTTP for backends and TLS for
/// browsers.
/// </summary>
public sealed class ServerProcess : IAsyncDisposable
{
    public const string AppId = "browserTestsBrowserTests";

    private readonly DirectoryInfo data = Directory.CreateTempSubdirectory("openpassage-browser-");
    private readonly StringBuilder output = new();
    private readonly Process process;

    private ServerProcess(string rpId, string[] origins, string[] settings)
    {
        var (http, tls) = (Ports.Free(), Ports.Free());
        Address = new Uri($"http://localhost:{http}");
        TlsPort = tls;

        var certificate = Path.Combine(data.FullName, "tls.pfx");
        File.WriteAllBytes(certificate, SelfSigned("auth.passage.id", "api.passage.id", "localhost"));

        var start = new ProcessStartInfo("dotnet")
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = data.FullName,
        };
        string[] arguments =
        [
            Repository.Built("src/Host", "openpassage.dll"),
            $"--urls=http://localhost:{http};https://localhost:{tls}",
            $"--Kestrel:Certificates:Default:Path={certificate}",
            $"--OpenPassage:DataDirectory={data.FullName}",
            $"--OpenPassage:PublicUrl=http://localhost:{http}",
            $"--OpenPassage:Apps:0:Id={AppId}",
            "--OpenPassage:Apps:0:Name=Browser tests",
            $"--OpenPassage:Apps:0:RpId={rpId}",
            $"--OpenPassage:Apps:0:ApiKeys:0={ApiKey}",
            .. origins.Select((origin, index) => $"--OpenPassage:Apps:0:Origins:{index}={origin}"),
            "--OpenPassage:Limits:BrowserCallsPerMinute=0",
            .. settings,
        ];
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);

        process = new Process { StartInfo = start };
        process.OutputDataReceived += (_, line) => Collect(line.Data);
        process.ErrorDataReceived += (_, line) => Collect(line.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public Uri Address { get; }

    public int TlsPort { get; }

    public string ApiKey { get; } = RandomNumberGenerator.GetHexString(40);

    /// <summary>What it would have sent by mail.</summary>
    internal Mailbox Mail => new(data.FullName);

    /// <summary>The SDK, as the backend of the declared app uses it.</summary>
    public PassageFlex Flex => new(AppId, ApiKey, new PassageFlexOptions { BaseAddress = Address });

    /// <summary>Starts a server whose app lives at these origins, and waits until it is ready.</summary>
    public static Task<ServerProcess> StartAsync(params string[] origins) => StartAsync("localhost", origins, []);

    /// <summary>The same under another RP ID, with more settings.</summary>
    public static async Task<ServerProcess> StartAsync(string rpId, string[] origins, string[] settings)
    {
        var server = new ServerProcess(rpId, origins, settings);
        await server.WaitUntilReadyAsync();
        return server;
    }

    /// <summary>The link in the newest mail to somebody, which is kept as a file where there is no mail server.</summary>
    /// <param name="to">Whom it was sent to.</param>
    /// <param name="after">A text in the one before, which it is not; empty: there was none.</param>
    public async Task<Uri> LinkAsync(string to, string after = "")
    {
        var messages = Path.Combine(data.FullName, "messages");
        for (var patience = Stopwatch.StartNew(); patience.Elapsed < TimeSpan.FromSeconds(30); await Task.Delay(50))
        {
            string[] mails = Directory.Exists(messages) ? Directory.GetFiles(messages, "*.eml") : [];
            foreach (var mail in mails.OrderDescending(StringComparer.Ordinal))
            {
                var text = await File.ReadAllTextAsync(mail);
                if (!text.Contains($"To: {to}\r\n", StringComparison.Ordinal))
                    continue;
                // Quoted-printable, and the text comes before the HTML.
                var plain = text.Replace("=\r\n", "", StringComparison.Ordinal).Replace("=3D", "=", StringComparison.Ordinal);
                if (after.Length == 0 || !plain.Contains(after, StringComparison.Ordinal))
                    return new(plain.Split('\r', '\n').First(line => line.StartsWith("http", StringComparison.Ordinal)));
                break;
            }
        }

        throw new TimeoutException($"No mail came to {to}.");
    }

    /// <summary>What a command says that the operator types beside the running server.</summary>
    public async Task<string> TypeAsync(params string[] command)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = data.FullName,
        };
        foreach (var argument in (string[])[Repository.Built("src/Host", "openpassage.dll"), .. command])
            start.ArgumentList.Add(argument);
        start.Environment["OpenPassage__DataDirectory"] = data.FullName;
        using var typed = Process.Start(start)!;
        var said = await Task.WhenAll(typed.StandardOutput.ReadToEndAsync(), typed.StandardError.ReadToEndAsync());
        await typed.WaitForExitAsync();
        return typed.ExitCode == 0 ? said[0] : throw new InvalidOperationException(string.Concat(said));
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
            process.Kill();
        await process.WaitForExitAsync();
        process.Dispose();
        data.Delete(recursive: true);
    }

    private async Task WaitUntilReadyAsync()
    {
        using var http = new HttpClient();
        var patience = Stopwatch.StartNew();
        while (patience.Elapsed < TimeSpan.FromSeconds(60) && !process.HasExited)
        {
            try
            {
                using var ready = await http.GetAsync(new Uri(Address, "/health/ready"));
                if (ready.StatusCode == HttpStatusCode.OK)
                    return;
            }
            catch (HttpRequestException)
            {
                // Not listening yet.
            }
            await Task.Delay(50);
        }
        lock (output)
            throw new InvalidOperationException($"The server did not become ready. It said:\n{output}");
    }

    private void Collect(string? line)
    {
        lock (output)
            output.AppendLine(line);
    }

    internal static byte[] SelfSigned(params string[] hosts)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={hosts[0]}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        foreach (var host in hosts)
            names.AddDnsName(host);
        request.CertificateExtensions.Add(names.Build());
        var now = DateTimeOffset.UtcNow;
        using var certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        return certificate.Export(X509ContentType.Pfx);
    }
}
