using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using OpenPassage.OperatorConsole.Http;
using OpenPassage.OperatorConsole.Operators;
using OpenPassage.OperatorConsole.Pages;
using OpenPassage.OperatorConsole.Sessions;

namespace OpenPassage.OperatorConsole.SignIn;

/// <summary>The invited person brings the new passkey, and is signed in with it. The link is good no more.</summary>
internal static class FinishSetup
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("setup/finish", Handle);

    private static async Task<IResult> Handle(
        ConsoleCall call,
        OperatorStore operators,
        OperatorCeremonies ceremonies,
        SessionStore sessions,
        SessionCookie cookie,
        CancellationToken cancellationToken)
    {
        var body = await call.ReadJsonAsync();
        if (await operators.FindInvitationAsync(ConsoleCall.Text(body, "token"), cancellationToken) is not { } invitation)
            return Problem.Sentence(StartSetup.NotGood);
        if (ConsoleCall.CeremonyIn(body) is not { } finished)
            return Problem.Sentence("The browser sent no passkey. Try again.");
        var outcome = await ceremonies.FinishSetupAsync(invitation, finished, call.Caller, cancellationToken);
        if (outcome.Refusal is { } refusal)
            return Problem.Of(refusal);

        if (call.Session is { } before)
            await sessions.EndAsync(before.Hash, cancellationToken);
        cookie.Write(call.Context.Response, await sessions.BeginAsync(outcome.Value.UserId, call.Caller, cancellationToken));
        return new Said<NextPage>(new(call.Context.Request.PathBase + ConsolePaths.Root), ConsoleJson.Default.NextPage);
    }
}
