using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace OpenPassage.Host.Terminals;

/// <summary>A command that has more to say than the one line that stands for it in a list of commands.</summary>
/// <param name="name">The command's word.</param>
/// <param name="about">One line.</param>
/// <param name="notes">What its own help says besides.</param>
internal sealed class NotedCommand(string name, string about, string notes) : Command(name, about)
{
    public string Notes => notes;

    /// <summary>Lets the help of noted commands end with their notes.</summary>
    public static void ShowNotes(RootCommand root)
    {
        var help = root.Options.OfType<HelpOption>().Single();
        help.Action = new Help((SynchronousCommandLineAction)help.Action!);
    }

    private sealed class Help(SynchronousCommandLineAction usual) : SynchronousCommandLineAction
    {
        // Else whoever asks for help is told which argument is missing.
        public override bool ClearsParseErrors => true;

        public override int Invoke(ParseResult parseResult)
        {
            var result = usual.Invoke(parseResult);
            if (parseResult.CommandResult.Command is NotedCommand noted)
                parseResult.InvocationConfiguration.Output.WriteLine(noted.Notes);
            return result;
        }
    }
}
