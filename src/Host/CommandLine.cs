using System.CommandLine;
using OpenPassage.Host.Commands;
using OpenPassage.Host.Serving;
using OpenPassage.Host.Terminals;

namespace OpenPassage.Host;

/// <summary>The program's commands, one line each. Without a command it serves.</summary>
internal static class CommandLine
{
    private const string About = """
        OpenPassage: passkeys for an existing login, or as the login itself.

        Without a command it runs the server. Every command accepts settings, which override appsettings.json and the environment:
          --urls http://0.0.0.0:8420               where to listen
          --OpenPassage:DataDirectory /var/lib/…   where data is stored
        docs/guides/configuration.md lists all settings.
        """;

    // The defaults wait two seconds after SIGTERM and turn an exception into a stack: the host has its own ways with both.
    private static readonly InvocationConfiguration Invocation =
        new() { ProcessTerminationTimeout = null, EnableDefaultExceptionHandler = false };

    // A word that begins with @ is that word and no file of arguments.
    private static readonly ParserConfiguration Parser = new() { ResponseFileTokenReplacer = null };

    /// <summary>Runs what the arguments say. 0 when it is done, 1 with a sentence on standard error when it is not.</summary>
    public static async Task<int> RunAsync(string[] args)
    {
        if (!SettingArguments.TrySplit(args, out var settings, out var words, out var wrong))
        {
            await Console.Error.WriteLineAsync(wrong);
            return 1;
        }

        // Making all commands ready to be parsed is a twentieth of a server's start.
        if (words is [] or [Serve.Name])
            return await ServerHost.RunAsync(settings);
        var parsed = Commands(settings).Parse(words, Parser);
        if (parsed.Errors is [var error, ..])
        {
            await Console.Error.WriteLineAsync($"{error.Message} See openpassage --help.");
            return 1;
        }

        return await parsed.InvokeAsync(Invocation);
    }

    internal static RootCommand Commands(string[] settings)
    {
        var json = new Option<bool>("--json") { Description = "Answer in JSON.", Recursive = true };
        var terminal = new Terminal(settings, json);
        var root = new RootCommand($"{About}\n{ExitCode.Help}")
        {
            json,
            Serve.Make(settings),
        };
        foreach (var make in HostRooms.All.SelectMany(room => room.Commands))
            root.Add(make(terminal));
        foreach (var command in (Command[])
        [
            DoctorCommand.Make(settings, json),
            Completion.Make(),
            SettingsCommand.Make(settings, json),
            VersionCommand.Make(json),
        ])
        {
            root.Add(command);
        }

        NotedCommand.ShowNotes(root);
        root.SetAction((_, _) => ServerHost.RunAsync(settings));
        return root;
    }
}
