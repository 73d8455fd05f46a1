using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using OpenPassage.OperatorConsole.Admission;
using OpenPassage.OperatorConsole.Http;
using OpenPassage.OperatorConsole.Pages;
using OpenPassage.Server.Admission;
using OpenPassage.Server.Http;
using OpenPassage.Server.Manage;

namespace OpenPassage.OperatorConsole.Operators;

/// <summary>Takes a link back that nobody has used.</summary>
internal static class WithdrawInvitation
{
    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("operators/invitations/{invitation_id}/withdraw", Handle)
        .Confirmed("withdraw this invitation", "operators");

    /// <summary>The same for a key of the whole server.</summary>
    public static void MapManaged(IEndpointRouteBuilder routes) => routes
        .MapDelete("manage/operators/invitations/{invitation_id}", HandleManaged)
        .Describe(nameof(WithdrawInvitation), "Withdraws an unused invitation to the console.", Refusal.InvitationNotFound);

    private static async Task<Outcome<Done>> HandleManaged(
        ServerCall call, string invitation_id, OperatorStore operators, CancellationToken cancellationToken)
        => await operators.WithdrawAsync(invitation_id, call.Actor, cancellationToken) ? new Done() : Refusal.InvitationNotFound;

    private static async Task<IResult> Handle(
        ConsoleCall call, string invitation_id, OperatorStore operators, CancellationToken cancellationToken)
        => await operators.WithdrawAsync(invitation_id, call.Actor, cancellationToken)
            ? SeeOther.With(ConsolePaths.Operators, "invitation-withdrawn")
            : Problem.NotFound("There is no such invitation: it was used, has expired, or was withdrawn.");
}
