using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using OpenPassage.OperatorConsole.Http;

namespace OpenPassage.OperatorConsole.Operators;

/// <summary>Takes a link back that nobody has used.</summary>
internal static class WithdrawInvitation
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("operators/invitations/{invitation_id}/withdraw", Handle);

    private static async Task<IResult> Handle(ConsoleCall call, string invitation_id, OperatorStore operators, CancellationToken cancellationToken)
        => await operators.WithdrawAsync(invitation_id, call.Actor, cancellationToken)
            ? SeeOther.With(ConsolePaths.Operators, "invitation-withdrawn")
            : Problem.NotFound("There is no such invitation: it was used, has expired, or was withdrawn.");
}
