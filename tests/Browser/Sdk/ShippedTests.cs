using System.Diagnostics;
using System.IO.Compression;

namespace OpenPassage.Browser.Tests.Sdk;

/// <summary>What is shipped of the browser SDK is what its sources give, and small.</summary>
public sealed class ShippedTests : IDisposable
{
    private const int MostBytes = 4096;

    private readonly DirectoryInfo fresh = Directory.CreateTempSubdirectory("openpassage-sdk-");

    public void Dispose() => fresh.Delete(recursive: true);

    [Fact]
    public async Task Bundle_and_types_are_what_the_sources_give()
    {
        await BuildAsync();

        Assert.Equal(Content(Repository.At("src", "Browser", "dist")), Content(Path.Combine(fresh.FullName, "dist")));
        Assert.Equal(Content(Repository.At("src", "Browser", "types")), Content(Path.Combine(fresh.FullName, "types")));
    }

    [Fact]
    public async Task Minified_and_gzipped_it_has_at_most_4_KiB()
    {
        var module = await File.ReadAllBytesAsync(Repository.At("src", "Browser", "dist", "openpassage.js"));
        using var zipped = new MemoryStream();
        await using (var gzip = new GZipStream(zipped, CompressionLevel.SmallestSize, leaveOpen: true))
            await gzip.WriteAsync(module);

        Assert.InRange(zipped.Length, 1, MostBytes);
    }

    private async Task BuildAsync()
    {
        var start = new ProcessStartInfo(Repository.At("src", "Browser", "build"), [fresh.FullName]) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        using var build = Process.Start(start)!;
        var complaints = await Task.WhenAll(build.StandardOutput.ReadToEndAsync(), build.StandardError.ReadToEndAsync());
        await build.WaitForExitAsync();
        Assert.True(build.ExitCode == 0, string.Concat(complaints));
    }

    /// <summary>Every file with its text, in order.</summary>
    private static List<(string Name, string Text)> Content(string directory) =>
    [
        .. Directory.GetFiles(directory).Order(StringComparer.Ordinal).Select(file => (Path.GetFileName(file), File.ReadAllText(file))),
    ];
}
