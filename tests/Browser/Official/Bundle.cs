using System.Diagnostics;

namespace OpenPassage.Browser.Tests.Official;

/// <summary>Passage's published packages as one script, as sites bundle them and otherwise untouched.</summary>
internal static class Bundle
{
    /// <summary>One of Passage's packages.</summary>
    public static Task<byte[]> OfAsync(string package, string entry = "dist/index.js") =>
        RunAsync("", $"node_modules/@passageidentity/{package}/{entry}");

    /// <summary>A script with all that it imports.</summary>
    public static Task<byte[]> OfScriptAsync(string script) => RunAsync(script, "--define:process.env.NODE_ENV=\"production\"");

    private static async Task<byte[]> RunAsync(string input, params string[] own)
    {
        var start = new ProcessStartInfo(Repository.At("tests", "Browser", "node_modules", ".bin", "esbuild"))
        {
            WorkingDirectory = Repository.At("tests", "Browser"),
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var argument in (string[])[.. own, "--bundle", "--format=esm", "--log-level=warning"])
            start.ArgumentList.Add(argument);
        using var esbuild = Process.Start(start)!;
        var complaints = esbuild.StandardError.ReadToEndAsync();
        await esbuild.StandardInput.WriteAsync(input);
        esbuild.StandardInput.Close();
        using var bundle = new MemoryStream();
        await esbuild.StandardOutput.BaseStream.CopyToAsync(bundle);
        await esbuild.WaitForExitAsync();
        return esbuild.ExitCode == 0 ? bundle.ToArray() : throw new InvalidOperationException(await complaints);
    }
}
