using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using OpenPassage.OperatorConsole.Http;

namespace OpenPassage.OperatorConsole.Operators;

/// <summary>An operator removes one of the own passkeys, never the last. Other sessions end: one of them may be the lost device's.</summary>
internal static class RemovePasskey
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("account/passkeys/{device_id}/remove", Handle).Confirmed();

    private static async Task<IResult> Handle(ConsoleCall call, string device_id, OperatorStore operators, CancellationToken cancellationToken)
        => await operators.RemovePasskeyAsync(call.Session!, device_id, call.Actor, cancellationToken)
            ? SeeOther.With(ConsolePaths.Account, "passkey-removed")
            : Problem.Because(StatusCodes.Status409Conflict, "That passkey stays", "It is your last one, or was removed already. Add another one first.");
}
