using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using OpenPassage.OperatorConsole.Operators;
using OpenPassage.OperatorConsole.Pages;
using OpenPassage.Server.Passkeys;

namespace OpenPassage.OperatorConsole.SignIn;

/// <summary>The sign-in page asks what to pass to the authenticator. Writes nothing.</summary>
internal static class StartSignIn
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("sign-in/start", Handle);

    private static IResult Handle(OperatorCeremonies ceremonies)
        => new Said<StartedCeremony>(ceremonies.StartSignIn(), ConsoleJson.Default.StartedCeremony);
}
