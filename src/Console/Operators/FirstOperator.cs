using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using OpenPassage.OperatorConsole.Sessions;
using OpenPassage.Server;
using OpenPassage.Server.Audit;

namespace OpenPassage.OperatorConsole.Operators;

/// <summary>
/// As long as nobody can enter the console, each start says how the first operator gets in: by a link, where somebody sits before it.
/// What a service prints is kept as its log, by systemd, a container runtime or a file: there it names the command that prints one.
/// </summary>
internal static class FirstOperator
{
    /// <summary>The lines to print; null when there is nobody to invite.</summary>
    /// <param name="services">The server's.</param>
    /// <param name="atTerminal">Whether a person reads them and nothing keeps them.</param>
    public static async Task<string?> InviteAsync(IServiceProvider services, bool atTerminal)
    {
        var console = services.GetRequiredService<IOptions<OpenPassageConsoleOptions>>().Value;
        if (!console.Enabled)
            return null;
        var operators = services.GetRequiredService<OperatorStore>();
        if (await operators.AnyAsync(CancellationToken.None))
            return null;
        if (!atTerminal)
        {
            var data = Path.GetFullPath(services.GetRequiredService<IOptions<OpenPassageOptions>>().Value.DataDirectory);
            return $"""

                  The console has no operator yet. Run this command on this machine to get a link that works once, for 24 hours. Add any
                  other settings of the server that are not in its settings file:
                  openpassage operator invite NAME --OpenPassage:DataDirectory={data} --OpenPassage:Console:Origin={console.Origin}

                """;
        }

        var token = await operators.InviteAsync(name: null, OperatorRole.Admin, Actor.Command("start"), CancellationToken.None);
        var link = SetupLink.Of(services.GetRequiredService<ConsoleApp>(), token);
        return $"""

              The console has no operator yet. Open this link to become the first one. It works once, for 24 hours:
              {link}

            """;
    }
}
