using System.Diagnostics;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace OpenPassage.Browser.Tests.Sdk;

/// <summary>What is shipped of the browser SDK is what its sources give, and small.</summary>
public sealed partial class ShippedTests : IDisposable
{
    private readonly DirectoryInfo fresh = Directory.CreateTempSubdirectory("openpassage-sdk-");

    public void Dispose() => fresh.Delete(recursive: true);

    [Fact]
    public async Task Bundle_and_types_are_what_the_sources_give()
    {
        await BuildAsync();

        Assert.Equal(Content(Repository.At("src", "Browser", "dist")), Content(Path.Combine(fresh.FullName, "dist")));
        Assert.Equal(Content(Repository.At("src", "Browser", "types")), Content(Path.Combine(fresh.FullName, "types")));
    }

    [Theory]
    [InlineData("openpassage.js", 4096)]
    [InlineData("openpassage-complete.js", 8192)]
    [InlineData("openpassage-readiness.js", 1536)]
    [InlineData("openpassage-signin.js", 1536)]
    public async Task Minified_and_gzipped_it_is_small(string file, int mostBytes)
        => Assert.InRange(await ZippedAsync(Repository.At("src", "Browser", "dist", file)), 1, mostBytes);

    [Fact]
    public async Task A_page_that_bundles_readiness_too_grows_by_less_than_one_KiB_and_by_nothing_when_it_does_not_use_it()
    {
        const string Flex = "export { PassageFlex } from 'openpassage';";
        var alone = await BundleAsync(Flex);

        var unused = await BundleAsync("import { readiness, reportReadiness } from 'openpassage/readiness'; " + Flex);
        var used = await BundleAsync("export { readiness, reportReadiness } from 'openpassage/readiness'; " + Flex);

        // The minifier may name things otherwise, which changes how well they are packed by a few bytes.
        Assert.Equal(new FileInfo(alone).Length, new FileInfo(unused).Length, tolerance: 16d);
        Assert.DoesNotContain("userAgentData", await File.ReadAllTextAsync(unused), StringComparison.Ordinal);
        Assert.InRange(await ZippedAsync(used), await ZippedAsync(alone) + 1, await ZippedAsync(alone) + 1024);
    }

    [Theory]
    [InlineData("openpassage.js")]
    [InlineData("openpassage-complete.js")]
    public async Task What_a_page_takes_besides_is_not_in_the_others(string file)
    {
        var module = await File.ReadAllTextAsync(Repository.At("src", "Browser", "dist", file));

        foreach (var theirs in (string[])["passkey-readiness", "userAgentData", "aria-busy", "security-key"])
            Assert.DoesNotContain(theirs, module, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("openpassage", "integrity")]
    [InlineData("openpassage-complete", "integrityOfComplete")]
    [InlineData("openpassage-readiness", "integrityOfReadiness")]
    [InlineData("openpassage-signin", "integrityOfSignIn")]
    public async Task Its_version_and_integrity_stand_where_people_copy_them_from(string name, string property)
    {
        var module = await File.ReadAllBytesAsync(Repository.At("src", "Browser", "dist", $"{name}.js"));
        var integrity = $"sha384-{Convert.ToBase64String(SHA384.HashData(module))}";
        var package = JsonDocument.Parse(await File.ReadAllTextAsync(Repository.At("src", "Browser", "package.json"))).RootElement;

        Assert.Equal(Repository.Version, package.GetProperty("version").GetString());
        Assert.Equal(integrity, package.GetProperty(property).GetString());
        Assert.False(package.TryGetProperty("dependencies", out _));
        Assert.Contains($"/{name}.{Repository.Version}.js\": \"{integrity}\"", Readme.Text, StringComparison.Ordinal);
        Assert.Contains(
            $"version = '{Repository.Version}'",
            await File.ReadAllTextAsync(Repository.At("src", "Browser", "server.js")),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("docs/guides/install.md")]
    [InlineData("README.md")]
    public async Task Guides_name_the_package_and_where_the_server_has_it(string guide)
    {
        var package = JsonDocument.Parse(await File.ReadAllTextAsync(Repository.At("src", "Browser", "package.json"))).RootElement;
        var text = (await File.ReadAllTextAsync(Repository.At(guide.Split('/')))).ReplaceLineEndings(" ");

        Assert.Matches($@"npm +package +`{package.GetProperty("name").GetString()}`", text);
        Assert.Contains("/openpassage.js`", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Source_types_and_guide_know_the_same_error_codes()
    {
        var source = await File.ReadAllTextAsync(Repository.At("src", "Browser", "errors.js"))
            + await File.ReadAllTextAsync(Repository.At("src", "Browser", "completeerrors.js"));
        var sentences = Sentence().Matches(source).ToDictionary(
            line => line.Groups["code"].Value, line => line.Groups["sentence"].Value, StringComparer.Ordinal);
        var types = await File.ReadAllTextAsync(Repository.At("src", "Browser", "types", "errors.d.ts"));
        var union = Union().Match(types).Groups["codes"].Value.Split(['|', '"', ' '], StringSplitOptions.RemoveEmptyEntries);

        Assert.Equal(
            ErrorGuide.Sentences.OrderBy(entry => entry.Key, StringComparer.Ordinal),
            sentences.OrderBy(entry => entry.Key, StringComparer.Ordinal));
        Assert.Equal(ErrorGuide.Sentences.Keys.Order(), union.Order());
        Assert.Equal(ErrorGuide.Sentences.Keys.Order(), ErrorGuide.Sentences.Keys);
    }

    [Theory]
    [InlineData("bundler", "esnext", "consumer.ts")]
    [InlineData("nodenext", "nodenext", "consumer.ts")]
    [InlineData("bundler", "esnext", "complete.ts")]
    [InlineData("nodenext", "nodenext", "complete.ts")]
    public async Task A_site_in_TypeScript_compiles_against_the_shipped_types(string resolution, string module, string site)
    {
        Install();
        await File.WriteAllTextAsync(Path.Combine(fresh.FullName, "package.json"), """{"type":"module"}""");
        var consumer = Path.Combine(fresh.FullName, site);
        File.Copy(Repository.At("tests", "Browser", "Sdk", site), consumer);

        await RunAsync(
            Repository.At("tests", "Browser", "node_modules", ".bin", "tsc"),
            "--noEmit", "--strict", "--exactOptionalPropertyTypes", "--target", "es2022", "--lib", "es2022,dom",
            "--module", module, "--moduleResolution", resolution, consumer);
    }

    /// <summary>Puts the package where a site's tools find it.</summary>
    private void Install() => Directory.CreateSymbolicLink(
        Path.Combine(fresh.CreateSubdirectory("node_modules").FullName, "openpassage"), Repository.At("src", "Browser"));

    /// <summary>What a site ships that has this script.</summary>
    private async Task<string> BundleAsync(string script)
    {
        if (!Directory.Exists(Path.Combine(fresh.FullName, "node_modules")))
            Install();
        var entry = Path.Combine(fresh.FullName, $"{Guid.NewGuid():N}.js");
        var bundle = Path.ChangeExtension(entry, "min.js");
        await File.WriteAllTextAsync(entry, script);
        await RunAsync(
            Repository.At("tests", "Browser", "node_modules", ".bin", "esbuild"),
            entry, "--bundle", "--minify", "--format=esm", "--charset=utf8", "--log-level=warning", $"--outfile={bundle}");
        return bundle;
    }

    private static async Task<long> ZippedAsync(string file)
    {
        using var zipped = new MemoryStream();
        await using (var gzip = new GZipStream(zipped, CompressionLevel.SmallestSize, leaveOpen: true))
            await gzip.WriteAsync(await File.ReadAllBytesAsync(file));
        return zipped.Length;
    }

    private Task BuildAsync() => RunAsync(Repository.At("src", "Browser", "build"), fresh.FullName);

    private static async Task RunAsync(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var run = Process.Start(start)!;
        var complaints = await Task.WhenAll(run.StandardOutput.ReadToEndAsync(), run.StandardError.ReadToEndAsync());
        await run.WaitForExitAsync();
        Assert.True(run.ExitCode == 0, string.Concat(complaints));
    }

    [GeneratedRegex(@"^  (?<code>\w+): '(?<sentence>.+)',$", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Sentence();

    [GeneratedRegex("type PassageErrorCode = (?<codes>[^;]+);", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Union();

    /// <summary>Every file with its text, in order.</summary>
    private static List<(string Name, string Text)> Content(string directory) =>
    [
        .. Directory.GetFiles(directory).Order(StringComparer.Ordinal).Select(file => (Path.GetFileName(file), File.ReadAllText(file))),
    ];
}
