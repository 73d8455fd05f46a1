using System.CommandLine;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Options;
using OpenPassage.Server;
using OpenPassage.Server.Store;

namespace OpenPassage.Host.Commands;

/// <summary><c>openpassage backup FILE</c>.</summary>
internal static class Backup
{
    private const string About = """
        Copy the SQLite database to a file, while the server works on it.

        The copy is of one moment, checked, on disk and readable for its owner only. It holds all passkeys, users, events and apps:
        to restore it, stop the server, put the file in the database's place and start the server again. Give the same settings as to
        the server, above all --OpenPassage:DataDirectory. PostgreSQL has means of its own.
        """;

    public static Command Make(string[] settings)
    {
        var file = new Argument<string>("FILE") { Description = "Where to write the copy. It must not exist." };
        var command = new Command("backup", About) { file };
        command.SetAction((parsed, _) => RunAsync(parsed.GetRequiredValue(file), settings, parsed.InvocationConfiguration));
        return command;
    }

    private static async Task<int> RunAsync(string file, string[] settings, InvocationConfiguration console)
    {
        try
        {
            // Built for its settings, which it checks as a start does; it is not started.
            await using var app = ServerHost.Create(settings);
            var bytes = SqliteBackup.Write(app.Services.GetRequiredService<IOptions<OpenPassageOptions>>().Value, file);
            await console.Output.WriteLineAsync($"{file}: {bytes} bytes, checked.");
            return 0;
        }
        catch (Exception wrong) when (wrong is OptionsValidationException or IOException or UnauthorizedAccessException or SqliteException or FormatException)
        {
            await console.Error.WriteLineAsync(wrong.Message);
            return 1;
        }
    }
}
