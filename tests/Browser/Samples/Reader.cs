using System.Diagnostics;

namespace OpenPassage.Browser.Tests.Samples;

/// <summary>Somebody who follows a guide: types its commands and writes its files, in a folder that is empty at first.</summary>
internal sealed class Reader : IAsyncDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("openpassage-guide-");
    private readonly List<Process> serving = [];

    public Reader() => Here = folder.CreateSubdirectory("site").FullName;

    /// <summary>The folder that the commands so far have led to.</summary>
    public string Here { get; private set; }

    /// <summary>A path beside the folder where it begins.</summary>
    public string Beside(string name) => Path.Combine(folder.FullName, name);

    public async ValueTask DisposeAsync()
    {
        foreach (var process in serving)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync();
            process.Dispose();
        }
        folder.Delete(recursive: true);
    }

    public async Task WriteAsync(string file, string content)
    {
        var path = Path.Combine(Here, file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        await File.WriteAllTextAsync(path, content);
    }

    /// <summary>Types commands, which have to succeed, and stays where they lead to.</summary>
    public async Task TypeAsync(string commands)
    {
        var (exit, output) = await RunAsync($"{commands}\npwd > '{Beside("where")}'", Here);
        Assert.True(exit == 0, $"{commands}\n{output}");
        Here = (await File.ReadAllTextAsync(Beside("where"))).Trim();
    }

    /// <summary>Types commands in the repository, which have to succeed.</summary>
    public async Task TypeInRepositoryAsync(string commands)
    {
        var (exit, output) = await RunAsync(commands, Repository.Root, inRepository: true);
        Assert.True(exit == 0, $"{commands}\n{output}");
    }

    /// <summary>Starts what runs until the end, and waits until it answers.</summary>
    public async Task ServeAsync(string command, string origin)
    {
        serving.Add(Process.Start(Start($"exec {command}", Here))!);
        await Listening.AtAsync(origin, serving[^1]);
    }

    public async Task<(int Exit, string Output)> RunAsync(string commands, string where, bool inRepository = false)
    {
        var start = Start(commands, where, inRepository);
        start.RedirectStandardOutput = start.RedirectStandardError = true;
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, await output + await errors);
    }

    private ProcessStartInfo Start(string commands, string where, bool inRepository = false)
    {
        var start = new ProcessStartInfo("bash", ["-euo", "pipefail", "-c", commands]) { WorkingDirectory = where };
        start.Environment["DOTNET_CLI_TELEMETRY_OPTOUT"] = start.Environment["DOTNET_NOLOGO"] = "1";
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        if (!inRepository)
        {
            // Apart from the packages of this machine's user, who may have older ones of the same version.
            var packages = start.Environment.TryGetValue("NUGET_PACKAGES", out var set) && !string.IsNullOrEmpty(set)
                ? set
                : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
            start.Environment["NUGET_FALLBACK_PACKAGES"] = packages;
            start.Environment["NUGET_PACKAGES"] = Beside("packages");
        }
        return start;
    }
}
