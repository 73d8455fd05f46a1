using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Data.Sqlite;

namespace OpenPassage.Browser.Tests.Pictures;

/// <summary>Server and demos as <c>./run</c> starts them, in a directory of their own, and an app with three months of figures.</summary>
internal sealed partial class RunningProduct : IAsyncDisposable
{
    private readonly DirectoryInfo data = Directory.CreateTempSubdirectory("openpassage-pictures-");
    private readonly Process run = new();
    private readonly StringBuilder output = new();
    private readonly TaskCompletionSource started = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private RunningProduct()
    {
    }

    public string Server { get; } = $"http://localhost:{Ports.Free()}";

    /// <summary>Where the app "demo" expects its pages.</summary>
    public string Demo => "http://localhost:8421";

    /// <summary>The same of the app "demo-complete".</summary>
    public string Complete => "http://localhost:8422";

    public static async Task<RunningProduct> StartAsync()
    {
        var product = new RunningProduct();
        try
        {
            await product.RunAsync();
            await product.OpenPassageAsync(
                "app", "create", "shop", "--name", "Corner shop", "--rp-id", "example.com", "--origin", "https://shop.example.com");
            await product.FillAsync();
            return product;
        }
        catch
        {
            await product.DisposeAsync();
            throw;
        }
    }

    /// <summary>A link with which an operator of this name creates a passkey.</summary>
    public async Task<string> InviteAsync(string name) => SetupLink().Match(await OpenPassageAsync("operator", "invite", name)).Value;

    public async ValueTask DisposeAsync()
    {
        if (!run.HasExited)
            run.Kill(entireProcessTree: true);
        await run.WaitForExitAsync();
        run.Dispose();
        data.Delete(recursive: true);
    }

    private async Task RunAsync()
    {
        run.StartInfo = Command(Repository.At("run"), ["--no-build", "--urls", Server, "--OpenPassage:DataDirectory", data.FullName]);
        run.OutputDataReceived += (_, line) => Collect(line.Data);
        run.ErrorDataReceived += (_, line) => Collect(line.Data);
        run.Start();
        run.BeginOutputReadLine();
        run.BeginErrorReadLine();
        await Task.WhenAny(started.Task, run.WaitForExitAsync(), Task.Delay(TimeSpan.FromMinutes(2)));
        lock (output)
            Assert.True(started.Task.IsCompleted, output.ToString());
    }

    private void Collect(string? line)
    {
        lock (output)
            output.AppendLine(line);
        if (line?.Contains("Ctrl+C ends all", StringComparison.Ordinal) == true)
            started.TrySetResult();
    }

    private async Task<string> OpenPassageAsync(params string[] arguments)
    {
        string[] settings = ["--OpenPassage:DataDirectory", data.FullName, "--OpenPassage:Console:Origin", Server];
        using var command = Process.Start(Command("dotnet", [Repository.Built("src/Host", "openpassage.dll"), .. arguments, .. settings]))!;
        var complaints = command.StandardError.ReadToEndAsync();
        var said = await command.StandardOutput.ReadToEndAsync();
        await command.WaitForExitAsync();
        Assert.True(command.ExitCode == 0, await complaints);
        return said;
    }

    private async Task FillAsync()
    {
        await using var database = new SqliteConnection($"Data Source={Path.Combine(data.FullName, "openpassage.db")};Pooling=False");
        await database.OpenAsync();
        await using var command = database.CreateCommand();
        command.CommandText = await File.ReadAllTextAsync(Path.Combine(Picture.Folder, "figures.sql"));
        command.Parameters.AddWithValue("@now", DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() * 1000);
        await command.ExecuteNonQueryAsync();
    }

    private static ProcessStartInfo Command(string program, string[] arguments) =>
        new(program, arguments) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };

    [GeneratedRegex(@"http://localhost:[0-9]+/console/setup#opi_\w+", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex SetupLink();
}
