using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using OpenPassage.OperatorConsole.Operators;
using OpenPassage.OperatorConsole.Pages;
using OpenPassage.OperatorConsole.Sessions;
using OpenPassage.Server.Passkeys;

namespace OpenPassage.OperatorConsole.SignIn;

/// <summary>The session's operator is asked for a passkey again. Writes nothing.</summary>
internal static class StartConfirm
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("confirm/start", Handle);

    private static async Task<IResult> Handle(ConsoleCall call, OperatorCeremonies ceremonies, CancellationToken cancellationToken)
        => new Said<StartedCeremony>(
            await ceremonies.StartConfirmationAsync(call.Operator, cancellationToken), ConsoleJson.Default.StartedCeremony);
}

/// <summary>The operator's own passkey: steps that ask for one are open for five minutes.</summary>
internal static class FinishConfirm
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("confirm/finish", Handle);

    private static async Task<IResult> Handle(
        ConsoleCall call, OperatorCeremonies ceremonies, SessionStore sessions, CancellationToken cancellationToken)
    {
        if (ConsoleCall.CeremonyIn(await call.ReadJsonAsync()) is not { } finished)
            return Problem.Sentence("The browser sent no passkey. Try again.");
        var outcome = await ceremonies.FinishSignInAsync(call.Operator, finished, call.Caller, cancellationToken);
        if (outcome.Refusal is { } refusal)
            return Problem.Of(refusal);
        await sessions.ConfirmAsync(call.Session!, cancellationToken);
        return new Said<NextPage>(new(""), ConsoleJson.Default.NextPage);
    }
}
