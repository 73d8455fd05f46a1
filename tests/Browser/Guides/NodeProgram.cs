using System.Diagnostics;

namespace OpenPassage.Browser.Tests.Guides;

/// <summary>A program for Node that finds the packages of these tests.</summary>
internal static class NodeProgram
{
    /// <summary>Runs it to its end and returns what it says.</summary>
    public static async Task<string> RunAsync(string program, IReadOnlyDictionary<string, string> environment, params string[] arguments)
    {
        var file = Repository.At("tests", "Browser", "node_modules", $".guide-{Guid.NewGuid():N}.mjs");
        await File.WriteAllTextAsync(file, program);
        try
        {
            var start = new ProcessStartInfo("node", [file, .. arguments])
            {
                UseShellExecute = false,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            };
            foreach (var (name, value) in environment)
                start.Environment[name] = value;
            using var node = Process.Start(start)!;
            var complaints = node.StandardError.ReadToEndAsync();
            var said = await node.StandardOutput.ReadToEndAsync();
            await node.WaitForExitAsync();
            Assert.True(node.ExitCode == 0, await complaints);
            return said.Trim();
        }
        finally
        {
            File.Delete(file);
        }
    }
}
