using System.CommandLine;
using OpenPassage.Host.Terminals;

namespace OpenPassage.Host.Commands;

/// <summary><c>openpassage completion bash|zsh|fish</c>: scripts that ask the program itself, and so never lag behind it.</summary>
internal static class Completion
{
    private const string About = "Print a shell completion script.";

    private const string Notes = """
          bash: openpassage completion bash > /etc/bash_completion.d/openpassage
          zsh:  openpassage completion zsh > "${fpath[1]}/_openpassage"
          fish: openpassage completion fish > ~/.config/fish/completions/openpassage.fish
        """;

    private const string Bash = """
        _openpassage() {
          local line
          COMPREPLY=()
          while IFS= read -r line; do
            [[ $line == "${COMP_WORDS[COMP_CWORD]}"* ]] && COMPREPLY+=("$line")
          done < <(openpassage "[suggest:$COMP_POINT]" "$COMP_LINE" 2>/dev/null)
        }
        complete -o default -F _openpassage openpassage
        """;

    private const string Zsh = """
        #compdef openpassage
        _openpassage() {
          local -a words_found
          words_found=("${(@f)$(openpassage "[suggest:$CURSOR]" "$BUFFER" 2>/dev/null)}")
          compadd -- $words_found
        }
        compdef _openpassage openpassage
        """;

    private const string Fish = """
        complete -c openpassage -f -a '(openpassage "[suggest:"(string length -- (commandline -cp))"]" (commandline -cp) 2>/dev/null)'
        """;

    public static Command Make()
    {
        var shell = new Argument<string>("SHELL") { Description = "bash, zsh or fish." };
        shell.AcceptOnlyFromAmong("bash", "zsh", "fish");
        var command = new NotedCommand("completion", About, Notes) { shell };
        command.SetAction(parsed => parsed.InvocationConfiguration.Output.WriteLine(parsed.GetRequiredValue(shell) switch
        {
            "bash" => Bash,
            "zsh" => Zsh,
            _ => Fish,
        }));
        return command;
    }
}
