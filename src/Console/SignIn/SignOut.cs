using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using OpenPassage.OperatorConsole.Http;
using OpenPassage.OperatorConsole.Pages;
using OpenPassage.OperatorConsole.Sessions;

namespace OpenPassage.OperatorConsole.SignIn;

/// <summary>Ends the session, here and in the database.</summary>
internal static class SignOut
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("sign-out", Handle);

    private static async Task<IResult> Handle(
        ConsoleCall call, SessionStore sessions, SessionCookie cookie, CancellationToken cancellationToken)
    {
        await sessions.EndAsync(call.Session!.Hash, cancellationToken);
        cookie.Remove(call.Context.Response);
        return new SeeOther(ConsolePaths.SignIn);
    }
}
