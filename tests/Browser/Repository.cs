using System.Xml.Linq;

namespace OpenPassage.Browser.Tests;

/// <summary>Where things are while the tests run.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot();

    /// <summary>A path below the root.</summary>
    public static string At(params string[] parts) => Path.Combine([Root, .. parts]);

    /// <summary>What a project of this repository built, in the configuration that these tests were built in.</summary>
    public static string Built(string project, string file)
    {
        var output = new DirectoryInfo(AppContext.BaseDirectory);
        return At(project, "bin", output.Parent!.Name, output.Name, file);
    }

    /// <summary>The product's version.</summary>
    public static string Version { get; } = XDocument.Load(At("Directory.Build.props")).Descendants("Version").Single().Value;

    private static string FindRoot()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(directory.FullName, "OpenPassage.slnx")))
            directory = directory.Parent ?? throw new InvalidOperationException("These tests run inside the repository.");
        return directory.FullName;
    }
}
