namespace OpenPassage.WebAuthn.Tests;

/// <summary>Conformance data, which may stand beside the repository.</summary>
internal static class Vectors
{
    public const string Absent = "The conformance data (shared/vectors) does not stand beside the repository.";

    /// <summary>The path of a file there; null when it is not there.</summary>
    public static string? Find(string file)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (!File.Exists(Path.Combine(folder.FullName, "OpenPassage.slnx")))
                continue;
            var path = Path.Combine(folder.FullName, "..", "shared", "vectors", file);
            return File.Exists(path) ? path : null;
        }
        return null;
    }
}
