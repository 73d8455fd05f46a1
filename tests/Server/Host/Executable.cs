using System.Diagnostics;
using System.Text;

namespace OpenPassage.Server.Tests.Host;

/// <summary>The program in a process of its own, as an operator runs it, on the system's clock.</summary>
internal sealed class Executable : IAsyncDisposable
{
    private readonly StringBuilder output = new();
    private readonly TaskCompletionSource<Uri> listening = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Process process;

    private Executable(IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment, bool terminal = false)
    {
        string[] command = ["dotnet", Path.Combine(AppContext.BaseDirectory, "openpassage.dll"), .. arguments];
        // util-linux's script runs it with a terminal of its own, and copies here what is shown on that.
        if (terminal)
            command = ["script", "-qefc", string.Join(' ', command.Select(word => $"'{word}'")), "/dev/null"];
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetTempPath(),
        };
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
            start.Environment[name] = value;
        process = new Process { StartInfo = start, EnableRaisingEvents = true };
        process.OutputDataReceived += (_, line) => Read(line.Data);
        process.ErrorDataReceived += (_, line) => Read(line.Data);
        process.Exited += (_, _) => listening.TrySetException(
            new InvalidOperationException($"The program ended before it listened:\n{Output}"));
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>What it has written to standard output and standard error.</summary>
    public string Output
    {
        get
        {
            lock (output)
                return output.ToString();
        }
    }

    /// <summary>Where it listens.</summary>
    public Uri Address { get; private set; } = null!;

    /// <summary>Starts a server on a free port, and waits until it listens.</summary>
    public static async Task<Executable> ServeAsync(IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null)
    {
        var server = new Executable(
            [.. arguments, "--urls=http://127.0.0.1:0", "--OpenPassage:Limits:BrowserCallsPerMinute=0"], environment);
        server.Address = await server.listening.Task.WaitAsync(TimeSpan.FromMinutes(1));
        return server;
    }

    /// <summary>The same as somebody starts it who sits at a terminal.</summary>
    public static async Task<Executable> ServeOnTerminalAsync(
        IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null)
    {
        var server = new Executable([.. arguments, "--urls=http://127.0.0.1:0"], environment, terminal: true);
        server.Address = await server.listening.Task.WaitAsync(TimeSpan.FromMinutes(1));
        return server;
    }

    /// <summary>Runs a command to its end.</summary>
    public static Task<(int ExitCode, string Output)> RunAsync(params string[] arguments) => RunAsync(null, arguments);

    /// <summary>The same with more in its environment.</summary>
    public static async Task<(int ExitCode, string Output)> RunAsync(
        IReadOnlyDictionary<string, string>? environment, params string[] arguments)
    {
        await using var run = new Executable(arguments, environment);
        return (await run.EndAsync(), run.Output);
    }

    /// <summary>SIGTERM: what systemd, a container runtime and an orchestrator send.</summary>
    public async Task TerminateAsync()
    {
        using var kill = Process.Start("kill", ["-TERM", $"{process.Id}"]);
        await kill.WaitForExitAsync();
    }

    /// <summary>Waits for its end; the exit code.</summary>
    public async Task<int> EndAsync()
    {
        await process.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(1));
        return process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
            process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync();
        process.Dispose();
        // Nobody may have asked where it listens.
        _ = listening.Task.Exception;
    }

    private void Read(string? line)
    {
        const string Listening = "Now listening on: ";
        lock (output)
            output.AppendLine(line);
        if (line?.IndexOf(Listening, StringComparison.Ordinal) is { } at and >= 0)
            listening.TrySetResult(new Uri(line[(at + Listening.Length)..]));
    }
}
