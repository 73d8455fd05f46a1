using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using OpenPassage.OperatorConsole.Admission;
using OpenPassage.OperatorConsole.Http;
using OpenPassage.OperatorConsole.Pages;
using OpenPassage.OperatorConsole.Sessions;
using OpenPassage.Server.Passkeys;

namespace OpenPassage.OperatorConsole.Operators;

/// <summary>An operator makes another passkey, having shown one: whoever finds a browser open cannot settle down in it.</summary>
internal static class AddPasskey
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("account/passkeys/add", Show).Confirmed("add a passkey", "account");
        routes.MapPost("account/passkeys/start", Start).Confirmed("add a passkey", "account");
        routes.MapPost("account/passkeys/finish", Finish);
    }

    private static IResult Show(ConsoleApp console) => new Page<AddPasskeyPage>(new AddPasskeyModel(console.Origin));

    private static async Task<IResult> Start(ConsoleCall call, OperatorCeremonies ceremonies, CancellationToken cancellationToken)
        => await ceremonies.StartAddingAsync(call.Operator, cancellationToken) is { } started
            ? new Said<StartedCeremony>(started, ConsoleJson.Default.StartedCeremony)
            : Problem.Sentence("You are no longer an operator.");

    // Asks for no passkey again: only who has shown one holds a handshake, and the five minutes may end at the authenticator.
    private static async Task<IResult> Finish(ConsoleCall call, OperatorCeremonies ceremonies, CancellationToken cancellationToken)
    {
        if (ConsoleCall.CeremonyIn(await call.ReadJsonAsync()) is not { } finished)
            return Problem.Sentence("The browser sent no passkey. Try again.");
        var outcome = await ceremonies.FinishAddingAsync(call.Operator, finished, call.Caller, call.Actor, cancellationToken);
        if (outcome.Refusal is { } refusal)
            return Problem.Of(refusal);
        return new Said<NextPage>(
            new($"{call.Context.Request.PathBase}{ConsolePaths.Account}?done=passkey-added"), ConsoleJson.Default.NextPage);
    }
}

internal sealed record AddPasskeyModel(string Origin);
