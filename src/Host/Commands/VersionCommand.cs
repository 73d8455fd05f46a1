using System.CommandLine;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Text.Json;
using Microsoft.Data.Sqlite;

namespace OpenPassage.Host.Commands;

/// <summary><c>openpassage version</c>: what to write into a bug report.</summary>
internal static class VersionCommand
{
    /// <summary>Such as <c>0.1.0+da387c0</c>.</summary>
    public static string Text { get; } = typeof(VersionCommand).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;

    public static Command Make(Option<bool> json)
    {
        var command = new Command("version", "Print the versions of the program, the runtime and the system.");
        command.SetAction(parsed =>
        {
            using var sqlite = new SqliteConnection();
            var shown = new VersionShown(Text, RuntimeInformation.FrameworkDescription, sqlite.ServerVersion, RuntimeInformation.RuntimeIdentifier);
            parsed.InvocationConfiguration.Output.WriteLine(parsed.GetValue(json)
                ? JsonSerializer.Serialize(shown, HostWire.Default.VersionShown)
                : $"openpassage {shown.Version}\n{shown.Runtime}, SQLite {shown.Sqlite}, {shown.Platform}");
        });
        return command;
    }
}

/// <summary>The versions.</summary>
internal sealed record VersionShown(string Version, string Runtime, string Sqlite, string Platform);
