using System.Diagnostics;
using System.Text;

namespace OpenPassage.Proof.Tests.Processes;

/// <summary>
/// A program that serves in the foreground, as a child of this process. PostgreSQL does not run as root: then it and its company
/// run as the user whom its package made.
/// </summary>
internal sealed class Daemon : IAsyncDisposable
{
    private const string Unprivileged = "postgres";

    private readonly StringBuilder output = new();
    private readonly Process process;

    private Daemon(ProcessStartInfo start)
    {
        process = new Process { StartInfo = start };
        process.OutputDataReceived += (_, line) => Collect(line.Data);
        process.ErrorDataReceived += (_, line) => Collect(line.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public int Id => process.Id;

    public bool Ended => process.HasExited;

    /// <summary>The last things it said.</summary>
    public string Output
    {
        get
        {
            lock (output)
                return output.ToString(Math.Max(0, output.Length - 4000), Math.Min(4000, output.Length));
        }
    }

    public static Daemon Start(string program, params string[] arguments)
    {
        string[] line = Environment.IsPrivilegedProcess
            ? ["setpriv", $"--reuid={Unprivileged}", $"--regid={Unprivileged}", "--clear-groups", program, .. arguments]
            : [program, .. arguments];
        var start = new ProcessStartInfo(line[0], line[1..])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetTempPath(),
        };
        return new Daemon(start);
    }

    /// <summary>Gives a file or a directory to the user whom daemons run as.</summary>
    public static void Own(string path)
    {
        if (!Environment.IsPrivilegedProcess)
            return;
        using var chown = Process.Start("chown", ["--recursive", $"{Unprivileged}:", path]);
        chown.WaitForExit();
    }

    /// <summary>Runs a program to its end.</summary>
    /// <exception cref="InvalidOperationException">It failed; the message is what it said.</exception>
    public static async Task RunAsync(string program, params string[] arguments)
    {
        await using var once = Start(program, arguments);
        await once.process.WaitForExitAsync();
        if (once.process.ExitCode != 0)
            throw new InvalidOperationException($"{program} failed: {once.Output}");
    }

    /// <summary>
    /// <c>kill -9</c> of it, of others that belong to it, and of all their children. They are stopped first, so that none can fork
    /// another meanwhile.
    /// </summary>
    public async Task KillAsync(params int[] and)
    {
        int[] parents = [process.Id, .. and];
        Signal("STOP", parents);
        Signal("KILL", [.. parents, .. parents.SelectMany(ChildrenOf)]);
        await process.WaitForExitAsync();
        process.Dispose();
    }

    private static IEnumerable<int> ChildrenOf(int parent) =>
        File.ReadAllText($"/proc/{parent}/task/{parent}/children").Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(int.Parse);

    private static void Signal(string signal, IEnumerable<int> processes)
    {
        using var kill = Process.Start(new ProcessStartInfo("kill", [$"-{signal}", .. processes.Select(id => id.ToString())])
        {
            UseShellExecute = false,
            RedirectStandardError = true,
        })!;
        kill.WaitForExit();
    }

    /// <summary>Ends it in good order; kills it when it takes more than 15 seconds.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
            Signal("TERM", [process.Id]);
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(15));
        try
        {
            await process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync();
        }
        process.Dispose();
    }

    private void Collect(string? line)
    {
        lock (output)
            output.AppendLine(line);
    }
}
