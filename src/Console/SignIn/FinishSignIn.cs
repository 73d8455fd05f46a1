using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using OpenPassage.OperatorConsole.Http;
using OpenPassage.OperatorConsole.Operators;
using OpenPassage.OperatorConsole.Pages;
using OpenPassage.OperatorConsole.Sessions;

namespace OpenPassage.OperatorConsole.SignIn;

/// <summary>An operator's passkey begins a session. Whatever cookie was there before, the session is a new one.</summary>
internal static class FinishSignIn
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("sign-in/finish", Handle);

    private static async Task<IResult> Handle(
        ConsoleCall call,
        OperatorCeremonies ceremonies,
        OperatorStore operators,
        SessionStore sessions,
        SessionCookie cookie,
        CancellationToken cancellationToken)
    {
        var body = await call.ReadJsonAsync();
        if (ConsoleCall.CeremonyIn(body) is not { } finished)
            return Problem.Sentence("The browser sent no passkey. Try again.");
        var outcome = await ceremonies.FinishSignInAsync(one: null, finished, call.Caller, cancellationToken);
        if (outcome.Refusal is { } refusal)
            return Problem.Of(refusal);
        var userId = outcome.Value.Nonce.UserId;
        if (await operators.FindAsync(userId, cancellationToken) is null)
            return Problem.Sentence("This passkey belongs to no operator of this console.");

        if (call.Session is { } before)
            await sessions.EndAsync(before.Hash, cancellationToken);
        cookie.Write(call.Context.Response, await sessions.BeginAsync(userId, call.Caller, cancellationToken));
        return new Said<NextPage>(
            new(call.Context.Request.PathBase + ConsolePaths.Own(ConsoleCall.Text(body, "to"))), ConsoleJson.Default.NextPage);
    }
}
