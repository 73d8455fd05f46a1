using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.Versioning;
using OpenPassage.Server;

namespace OpenPassage.Host.Doctor;

/// <summary>The data directory: there, ours, for its owner alone, writable, with room.</summary>
internal static class DirectoryCheck
{
    private const long Scarce = 1L << 30;
    private const long TooLittle = 100L << 20;

    private const UnixFileMode Others =
        UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherWrite
            | UnixFileMode.OtherExecute;

    public static Findings Look(OpenPassageOptions options)
    {
        var findings = new Findings("directory");
        if (string.IsNullOrWhiteSpace(options.DataDirectory))
            return findings;
        var path = Path.GetFullPath(options.DataDirectory);
        if (!Directory.Exists(path))
        {
            findings.Warn(
                $"{path} does not exist; the first start creates it.",
                "If the server has run before, use its directory: --OpenPassage:DataDirectory.");
            return findings;
        }

        Owner(findings, path);
        Writable(findings, path);
        Room(findings, path);
        return findings;
    }

    private static void Owner(Findings findings, string path)
    {
        if (OperatingSystem.IsWindows())
            return;
        LookAtMode(findings, path, "700");
        // No deeper: a directory that was misspelled may have no end.
        var keys = Path.Combine(path, "keys");
        foreach (var file in Directory.EnumerateFiles(path).Concat(Directory.Exists(keys) ? Directory.EnumerateFiles(keys) : []))
            LookAtMode(findings, file, "600");
        if (OwnerOf(path) is { } owner && owner != Environment.UserName)
            findings.Warn(
                $"{path} belongs to {owner}, but this command runs as {Environment.UserName}.",
                $"Run the server and its commands as {owner}, for example with sudo -u {owner}: "
                    + $"{owner} may not be able to open files that another user creates.");
    }

    [UnsupportedOSPlatform("windows")]
    private static void LookAtMode(Findings findings, string path, string wanted)
    {
        var mode = File.GetUnixFileMode(path);
        if ((mode & Others) != UnixFileMode.None)
            findings.Warn(
                $"{path} is accessible to users other than its owner (mode {Convert.ToString((int)mode, 8)}).", $"chmod {wanted} {path}");
    }

    private static void Writable(Findings findings, string path)
    {
        var file = Path.Combine(path, $".doctor-{Environment.ProcessId}");
        try
        {
            using (File.Create(file, 1, FileOptions.DeleteOnClose))
                findings.Ok($"{path} can be written to.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            findings.Wrong(
                $"{path} cannot be written to: {e.Message}",
                $"Make the server's user its owner: chown -R USER {path}. The cause may also be a read-only file system or the "
                    + "unit's ReadWritePaths=.");
        }
    }

    private static void Room(Findings findings, string path)
    {
        var free = new DriveInfo(path).AvailableFreeSpace;
        const string Advice = "Free some disk space: sign-ins fail when there is none left.";
        if (free < TooLittle)
            findings.Wrong($"{free >> 20} MiB are free at {path}.", Advice);
        else if (free < Scarce)
            findings.Warn($"{free >> 20} MiB are free at {path}.", Advice);
        else
            findings.Ok($"{free >> 30} GiB are free at {path}.");
    }

    // .NET tells no owner. Where stat is none of GNU's, nothing is said.
    private static string? OwnerOf(string path)
    {
        if (!OperatingSystem.IsLinux())
            return null;
        try
        {
            using var stat = Process.Start(
                new ProcessStartInfo("stat", ["-c", "%U", path])
                {
                    UseShellExecute = false,
                    RedirectStandardOutput = true,
                    RedirectStandardError = true,
                })!;
            var owner = stat.StandardOutput.ReadToEnd().Trim();
            stat.WaitForExit();
            return stat.ExitCode == 0 && owner.Length > 0 ? owner : null;
        }
        catch (Win32Exception)
        {
            return null;
        }
    }
}
