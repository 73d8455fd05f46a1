using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using OpenPassage.OperatorConsole.Http;
using OpenPassage.OperatorConsole.Operators;

namespace OpenPassage.OperatorConsole.SignIn;

/// <summary>The sign-in page asks what to pass to the authenticator. Writes nothing.</summary>
internal static class StartSignIn
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("sign-in/start", Handle);

    private static async Task<IResult> Handle(OperatorCeremonies ceremonies, CancellationToken cancellationToken)
        => new Said<StartedCeremony>(await ceremonies.StartAuthenticationAsync(one: null, cancellationToken), ConsoleJson.Default.StartedCeremony);
}
