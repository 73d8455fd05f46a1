using Microsoft.Extensions.Options;
using OpenPassage.Server.Settings;

namespace OpenPassage.Server.Sql;

/// <summary>The directory of everything that is kept, readable by its owner only.</summary>
internal sealed class DataDirectory
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <exception cref="OptionsValidationException">It cannot be made.</exception>
    public DataDirectory(IOptions<OpenPassageOptions> options)
    {
        FullPath = Path.GetFullPath(options.Value.DataDirectory);
        try
        {
            Create(FullPath);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw WrongSetting.Make(nameof(OpenPassageOptions.DataDirectory), $"names {FullPath}, which cannot be created: {e.Message}");
        }
    }

    public string FullPath { get; }

    /// <summary>A directory inside, made for the owner only.</summary>
    public string Directory(string name)
    {
        var path = Path.Combine(FullPath, name);
        Create(path);
        return path;
    }

    /// <summary>Makes an empty file for the owner only, unless it is there.</summary>
    public static void CreateFile(string path)
    {
        if (File.Exists(path))
            return;
        using var created = new FileStream(path, Options(FileMode.OpenOrCreate));
    }

    /// <summary>Makes an empty file for the owner only.</summary>
    /// <exception cref="IOException">It is there already.</exception>
    public static void CreateNewFile(string path)
    {
        using var created = OpenNewFile(path);
    }

    /// <summary>Opens a new file for the owner only, to be written.</summary>
    /// <exception cref="IOException">It is there already.</exception>
    public static FileStream OpenNewFile(string path) => new(path, Options(FileMode.CreateNew));

    /// <summary>Writes a file for the owner only, in the place of one that is there: whoever has that one open goes on seeing it.</summary>
    public static void WriteFile(string path, string text)
    {
        var unfinished = $"{path}.{Environment.ProcessId}.part";
        File.Delete(unfinished);
        using (var stream = OpenNewFile(unfinished))
            stream.Write(System.Text.Encoding.UTF8.GetBytes(text));
        File.Move(unfinished, path, overwrite: true);
    }

    public static void RestrictFile(string path)
    {
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, OwnerOnly);
    }

    private static void Create(string path)
    {
        // On Windows a directory inherits the rights of the one above it.
        if (OperatingSystem.IsWindows())
            System.IO.Directory.CreateDirectory(path);
        else
            System.IO.Directory.CreateDirectory(path, OwnerOnly | UnixFileMode.UserExecute);
    }

    private static FileStreamOptions Options(FileMode mode)
    {
        var options = new FileStreamOptions { Mode = mode, Access = FileAccess.Write, Share = FileShare.ReadWrite };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = OwnerOnly;
        return options;
    }
}
