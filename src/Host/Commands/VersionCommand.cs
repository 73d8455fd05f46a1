using System.CommandLine;
using System.Runtime.InteropServices;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using OpenPassage.Host.Serving;

namespace OpenPassage.Host.Commands;

/// <summary><c>openpassage version</c>: what to write into a bug report.</summary>
internal static class VersionCommand
{
    public static Command Make(Option<bool> json)
    {
        var command = new Command("version", "Print the versions of the program, the runtime and the system.");
        command.SetAction(parsed =>
        {
            using var sqlite = new SqliteConnection();
            var shown = new VersionShown(
                ProgramVersion.Text, RuntimeInformation.FrameworkDescription, sqlite.ServerVersion, RuntimeInformation.RuntimeIdentifier);
            parsed.InvocationConfiguration.Output.WriteLine(parsed.GetValue(json)
                ? JsonSerializer.Serialize(shown, HostWire.Default.VersionShown)
                : $"openpassage {shown.Version}\n{shown.Runtime}, SQLite {shown.Sqlite}, {shown.Platform}");
        });
        return command;
    }
}

/// <summary>The versions.</summary>
internal sealed record VersionShown(string Version, string Runtime, string Sqlite, string Platform);
