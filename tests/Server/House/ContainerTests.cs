using System.Diagnostics;
using System.Xml.Linq;

namespace OpenPassage.Server.Tests.House;

/// <summary><c>deploy/Containerfile</c> fetches packages before it has the code: then it needs all that decides over them.</summary>
public sealed class ContainerTests
{
    private static readonly string Root = RepositoryRoot.Find();

    [Fact]
    public void It_copies_every_project_that_the_server_is_made_of()
    {
        var needed = Needed("src/Host").Distinct().Order(StringComparer.Ordinal);
        var copied = Copies()
            .SelectMany(copy => copy.Sources)
            .Where(source => source.EndsWith(".csproj", StringComparison.Ordinal))
            .Select(source => Path.GetDirectoryName(source)!);

        Assert.Equal(needed, copied.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task What_it_copies_is_enough_to_fetch_the_packages_that_the_lock_files_name()
    {
        var folder = Directory.CreateTempSubdirectory("openpassage-tests-");
        try
        {
            foreach (var (sources, to) in Copies())
            {
                var target = Directory.CreateDirectory(Path.Combine(folder.FullName, to)).FullName;
                foreach (var file in sources.SelectMany(Files))
                    File.Copy(file, Path.Combine(target, Path.GetFileName(file)));
            }

            using var restore = Process.Start(new ProcessStartInfo("dotnet", ["restore", "src/Host", "--locked-mode", "-nodeReuse:false"])
            {
                WorkingDirectory = folder.FullName,
                RedirectStandardOutput = true,
                UseShellExecute = false,
            })!;
            var output = await restore.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
            await restore.WaitForExitAsync(TestContext.Current.CancellationToken);

            Assert.True(restore.ExitCode == 0, output);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static IEnumerable<string> Needed(string project)
    {
        var file = Assert.Single(Directory.EnumerateFiles(Path.Combine(Root, project), "*.csproj"));
        return XDocument.Load(file).Descendants("ProjectReference")
            .Select(reference => Path.GetRelativePath(
                Root, Path.GetFullPath(Path.Combine(Root, project, Path.GetDirectoryName((string)reference.Attribute("Include")!)!))))
            .SelectMany(Needed)
            .Prepend(project);
    }

    // What comes before the packages are fetched.
    private static IEnumerable<(string[] Sources, string To)> Copies()
        => File.ReadLines(Path.Combine(Root, "deploy", "Containerfile"))
            .TakeWhile(line => !line.StartsWith("RUN dotnet restore", StringComparison.Ordinal))
            .Where(line => line.StartsWith("COPY ", StringComparison.Ordinal))
            .Select(line => line.Split(' '))
            .Select(words => (words[1..^1], words[^1]));

    private static IEnumerable<string> Files(string pattern)
        => Directory.EnumerateFiles(Path.Combine(Root, Path.GetDirectoryName(pattern)!), Path.GetFileName(pattern));
}
