namespace OpenPassage.WebAuthn.Tests;

/// <summary>Conformance data, which may stand beside the repository.</summary>
internal static class Vectors
{
    public const string Absent = "The conformance data (shared/vectors) does not stand beside the repository.";

    /// <summary>The repository's folder.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>The path of a file there; null when it is not there.</summary>
    public static string? Find(string file)
    {
        var path = Path.Combine(Root, "..", "shared", "vectors", file);
        return File.Exists(path) ? path : null;
    }

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "OpenPassage.slnx")))
            folder = folder.Parent ?? throw new InvalidOperationException("The tests run outside the repository.");
        return folder.FullName;
    }
}
