using System.Diagnostics;
using System.IO.Compression;
using System.Xml.Linq;
using OpenPassage.OperatorConsole;

namespace OpenPassage.Server.Tests.House;

/// <summary>Packages mean what they say (decision 29).</summary>
public sealed class PackagesTests
{
    private static readonly string Source = Path.Combine(RepositoryRoot.Find(), "src");

    private static readonly Dictionary<string, XDocument> Projects = Directory
        .EnumerateFiles(Source, "*.csproj", SearchOption.AllDirectories)
        .ToDictionary(file => Path.GetFileName(Path.GetDirectoryName(file)!), XDocument.Load, StringComparer.Ordinal);

    private static IEnumerable<string> Packed
        => Projects
            .Where(project => project.Value.Descendants("IsPackable").Any(value => value.Value == "true"))
            .Select(project => project.Key);

    [Fact]
    public void What_users_take_is_packed_with_its_public_surface_in_a_file()
    {
        string[] taken =
        [
            "Complete", "Complete.AspNetCore", "Console", "Flex", "Flex.AspNetCore", "Server", "Server.Complete", "Server.Ready",
            "WebAuthn",
        ];

        Assert.Equal(taken, Packed.Order(StringComparer.Ordinal));
        Assert.All(taken, project => Assert.True(File.Exists(Path.Combine(Source, project, "PublicAPI.Shipped.txt")), project));
    }

    [Fact]
    public void Internals_of_a_package_are_used_by_those_alone_that_ask_for_its_very_version()
    {
        var uses = Packed.SelectMany(
            project => Projects[project].Descendants("InternalsVisibleTo").Select(seen => (string)seen.Attribute("Include")!),
            (project, seer) => (project, seer));

        Assert.Equal(
            [
                ("Server", "OpenPassage.Console"), ("Server", "OpenPassage.Server.Complete"), ("Server", "OpenPassage.Server.Ready"),
                ("Server.Complete", "OpenPassage.Console"), ("Server.Ready", "OpenPassage.Console"),
            ],
            uses.Where(use => Packed.Any(project => use.seer == $"OpenPassage.{project}")).Order());
    }

    [Theory]
    [InlineData("Console", "OpenPassage.Server", "OpenPassage.Server.Complete", "OpenPassage.Server.Ready")]
    [InlineData("Server.Complete", "OpenPassage.Server")]
    [InlineData("Server.Ready", "OpenPassage.Server")]
    public async Task A_package_asks_for_the_very_version_of_what_it_uses_internals_of(string project, params string[] pinned)
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        var folder = Directory.CreateTempSubdirectory("openpassage-tests-");
        try
        {
            var configuration = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;
            using var pack = Process.Start(new ProcessStartInfo(
                "dotnet",
                ["pack", Path.Combine(Source, project), "--no-build", "--configuration", configuration, "--output", folder.FullName])
            {
                RedirectStandardOutput = true,
                UseShellExecute = false,
            })!;
            var output = await pack.StandardOutput.ReadToEndAsync(cancellationToken);
            await pack.WaitForExitAsync(cancellationToken);
            Assert.True(pack.ExitCode == 0, output);

            using var package = await ZipFile.OpenReadAsync(Assert.Single(folder.GetFiles("*.nupkg")).FullName, cancellationToken);
            await using var content = await package.GetEntry($"OpenPassage.{project}.nuspec")!.OpenAsync(cancellationToken);
            var nuspec = await XDocument.LoadAsync(content, LoadOptions.None, cancellationToken);
            var version = nuspec.Descendants().Single(element => element.Name.LocalName == "version").Value;
            var dependencies = nuspec.Descendants().Where(element => element.Name.LocalName == "dependency")
                .Select(dependency => ((string)dependency.Attribute("id")!, (string)dependency.Attribute("version")!));

            Assert.Equal(
                pinned.Select(name => (name, $"[{version}]")),
                dependencies.Where(dependency => dependency.Item1.StartsWith("OpenPassage.", StringComparison.Ordinal)).Order());
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>NuGet warns of another one and takes it: what is missing would be told at the first page that needs it.</summary>
    [Fact]
    public void The_console_works_with_the_server_of_its_very_version_alone()
    {
        ServerVersion.Demand("1.2.0", "1.2.0");

        var refused = Assert.Throws<InvalidOperationException>(() => ServerVersion.Demand("1.2.0", "1.3.0"));
        Assert.Equal(
            "OpenPassage.Console 1.2.0 works with OpenPassage.Server 1.2.0 alone, and this is 1.3.0. Give both packages one version.",
            refused.Message);
    }

    /// <summary>Razor makes them public, whether somebody should use them or not.</summary>
    [Fact]
    public void Of_the_console_nothing_is_offered_but_what_adds_it_and_its_options()
    {
        var offered = typeof(OpenPassageConsole).Assembly.GetExportedTypes()
            .Where(type => type.GetCustomAttributes(typeof(System.ComponentModel.EditorBrowsableAttribute), inherit: false) is []);

        Assert.Equal(
            [typeof(OpenPassageConsole), typeof(OpenPassageConsoleOptions)], offered.OrderBy(type => type.Name, StringComparer.Ordinal));
    }
}
