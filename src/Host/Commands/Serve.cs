using System.CommandLine;
using OpenPassage.Host.Serving;

namespace OpenPassage.Host.Commands;

/// <summary><c>openpassage serve</c>, which is also what the program does without a command.</summary>
internal static class Serve
{
    public const string Name = "serve";

    private const string About =
        "Run the server until SIGTERM or Ctrl+C, then finish the requests in progress. This is the default command.";

    public static Command Make(string[] settings)
    {
        var command = new Command(Name, About);
        command.SetAction((_, _) => ServerHost.RunAsync(settings));
        return command;
    }
}
