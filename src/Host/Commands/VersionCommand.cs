using System.CommandLine;
using System.Reflection;
using System.Runtime.InteropServices;
using Microsoft.Data.Sqlite;

namespace OpenPassage.Host.Commands;

/// <summary><c>openpassage version</c>: what to write into a bug report.</summary>
internal static class VersionCommand
{
    /// <summary>Such as <c>0.1.0+da387c0</c>.</summary>
    public static string Text { get; } = typeof(VersionCommand).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;

    public static Command Make()
    {
        var command = new Command("version", "Print the versions of the program and of what it runs on.");
        command.SetAction(parsed =>
        {
            using var sqlite = new SqliteConnection();
            parsed.InvocationConfiguration.Output.WriteLine($"openpassage {Text}");
            parsed.InvocationConfiguration.Output.WriteLine($"{RuntimeInformation.FrameworkDescription}, SQLite {sqlite.ServerVersion}, {RuntimeInformation.RuntimeIdentifier}");
        });
        return command;
    }
}
