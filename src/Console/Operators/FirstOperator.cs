using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using OpenPassage.Server;
using OpenPassage.Server.Store;

namespace OpenPassage.OperatorConsole.Operators;

/// <summary>As long as nobody can enter the console, each start prints a link that lets the first operator in.</summary>
internal static class FirstOperator
{
    /// <summary>The lines to print; null when there is nobody to invite. The link is no log entry: it is a secret until it is used.</summary>
    public static async Task<string?> InviteAsync(IServiceProvider services)
    {
        if (!services.GetRequiredService<IOptions<OpenPassageOptions>>().Value.Console.Enabled)
            return null;
        var operators = services.GetRequiredService<OperatorStore>();
        if (await operators.AnyAsync(CancellationToken.None))
            return null;
        var link = SetupLink.Of(services.GetRequiredService<ConsoleApp>(), await operators.InviteAsync(name: null, OperatorRole.Admin, Actor.Command("start"), CancellationToken.None));
        return $"""

              The console has no operator yet. Open this link to become the first one; it is good once, for 24 hours:
              {link}

            """;
    }
}
