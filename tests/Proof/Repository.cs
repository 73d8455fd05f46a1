namespace OpenPassage.Proof.Tests;

/// <summary>Where things are while the tests run.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot();

    /// <summary>The server that an operator runs, in the configuration that these tests were built in.</summary>
    public static string Server
    {
        get
        {
            var output = new DirectoryInfo(AppContext.BaseDirectory);
            return Path.Combine(Root, "src", "Host", "bin", output.Parent!.Name, output.Name, "openpassage.dll");
        }
    }

    private static string FindRoot()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(directory.FullName, "OpenPassage.slnx")))
            directory = directory.Parent ?? throw new InvalidOperationException("This runs inside the repository.");
        return directory.FullName;
    }
}
