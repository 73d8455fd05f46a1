using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using OpenPassage.OperatorConsole.Admission;
using OpenPassage.OperatorConsole.Http;
using OpenPassage.OperatorConsole.Pages;
using OpenPassage.OperatorConsole.Sessions;
using OpenPassage.Server.Passkeys;

namespace OpenPassage.OperatorConsole.Operators;

/// <summary>
/// An operator removes one of the own passkeys, never the last. Other sessions end: one of them may be the lost device's.
/// </summary>
internal static class RemovePasskey
{
    public static void Map(IEndpointRouteBuilder routes)
        => routes.MapPost("account/passkeys/{device_id}/remove", Handle).Confirmed("remove this passkey", "account");

    private static async Task<IResult> Handle(
        ConsoleCall call,
        string device_id,
        ConsoleApp console,
        PasskeyStore passkeys,
        OperatorStore operators,
        CancellationToken cancellationToken)
    {
        var own = (await passkeys.ListAsync(console.Id, call.Operator.UserId, cancellationToken))
            .FirstOrDefault(passkey => passkey.DeviceId == device_id);
        return own is not null && await operators.RemovePasskeyAsync(call.Session!, own, call.Actor, cancellationToken)
            ? SeeOther.With(ConsolePaths.Account, "passkey-removed")
            : Problem.Because(
                StatusCodes.Status409Conflict,
                "This passkey cannot be removed",
                "It is your last one, or was already removed. To remove your last one, add another first.");
    }
}
