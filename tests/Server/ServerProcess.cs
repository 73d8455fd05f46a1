using System.Diagnostics;

namespace OpenPassage.Server.Tests;

/// <summary>The server as a process of its own, on the system's clock: one node of several.</summary>
internal sealed class ServerProcess(string database) : ServerFixture
{
    private Process? process;

    /// <summary>More settings of its command line.</summary>
    public IReadOnlyList<string> More { get; init; } = [];

    public override async ValueTask InitializeAsync()
    {
        string[] arguments =
        [
            Path.Combine(AppContext.BaseDirectory, "openpassage.dll"),
            .. Arguments(database),
            .. More,
            "--Logging:LogLevel:Microsoft.AspNetCore=Warning",
        ];
        process = Process.Start(
            new ProcessStartInfo("dotnet", arguments)
            {
                UseShellExecute = false,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                WorkingDirectory = DataDirectory,
            })!;
        var listening = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        var said = new System.Text.StringBuilder();
        DataReceivedEventHandler read = (_, line) =>
        {
            const string Listening = "Now listening on: ";
            if (line.Data?.IndexOf(Listening, StringComparison.Ordinal) is { } at and >= 0)
                listening.TrySetResult(line.Data[(at + Listening.Length)..]);
            lock (said)
                said.AppendLine(line.Data);
        };
        process.OutputDataReceived += read;
        process.ErrorDataReceived += read;
        process.EnableRaisingEvents = true;
        process.Exited += (_, _) => listening.TrySetException(new InvalidOperationException($"The server ended: {said}"));
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        Address = new Uri(await listening.Task.WaitAsync(TimeSpan.FromMinutes(2)));
        Http = new HttpClient { BaseAddress = Address };
    }

    public override async ValueTask DisposeAsync()
    {
        if (process is not null)
        {
            process.Kill();
            await process.WaitForExitAsync();
            process.Dispose();
        }

        await base.DisposeAsync();
    }
}
