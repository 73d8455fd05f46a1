using System.CommandLine;

namespace OpenPassage.Host.Commands;

/// <summary><c>openpassage serve</c>, which is also what the program does without a command.</summary>
internal static class Serve
{
    private const string About = "Serve until SIGTERM or Ctrl+C, and then answer what is in flight. This is what is done without a command, too.";

    public static Command Make(string[] settings)
    {
        var command = new Command("serve", About);
        command.SetAction((_, _) => ServerHost.RunAsync(settings));
        return command;
    }
}
