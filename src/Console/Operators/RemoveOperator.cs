using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using OpenPassage.OperatorConsole.Admission;
using OpenPassage.OperatorConsole.Http;
using OpenPassage.OperatorConsole.Pages;
using OpenPassage.OperatorConsole.Sessions;
using OpenPassage.Server.Admission;
using OpenPassage.Server.Http;
using OpenPassage.Server.Manage;

namespace OpenPassage.OperatorConsole.Operators;

/// <summary>Takes an operator's passkeys and sessions away. Nobody removes himself: so there is always one left.</summary>
internal static class RemoveOperator
{
    public static void Map(IEndpointRouteBuilder routes)
        => routes.MapPost("operators/{user_id}/remove", Handle).Confirmed("remove this operator", "operators");

    /// <summary>The same for a key of the whole server, by name.</summary>
    public static void MapManaged(IEndpointRouteBuilder routes) => routes
        .MapDelete("manage/operators/{name}", HandleManaged)
        .Describe(
            nameof(RemoveOperator),
            "Removes an operator with all passkeys, sessions and invitations, at once.",
            Refusal.OperatorNotFound,
            Refusal.LastAdmin);

    private static async Task<Outcome<Done>> HandleManaged(
        ServerCall call, string name, OperatorStore operators, CancellationToken cancellationToken)
    {
        // What cannot be a name is none's, and may be what PostgreSQL compares with nothing.
        if (Operator.ToKeptInPath(name) is not { } known || await operators.FindByNameAsync(known, cancellationToken) is not { } one)
            return Refusal.OperatorNotFound;
        if (await operators.RemoveAsync(one, call.Actor, evenTheLastAdmin: false, cancellationToken))
            return new Done();
        return await operators.FindAsync(one.UserId, cancellationToken) is null ? Refusal.OperatorNotFound : Refusal.LastAdmin;
    }

    private static async Task<IResult> Handle(
        ConsoleCall call, string user_id, OperatorStore operators, CancellationToken cancellationToken)
    {
        if (user_id == call.Operator.UserId)
            return Problem.Because(StatusCodes.Status409Conflict, "You cannot remove yourself", "Another admin can.");
        if (await operators.FindAsync(user_id, cancellationToken) is not { } one)
            return Problem.NotFound("There is no such operator.");
        // Two admins may remove each other at once: one of them stays.
        if (!await operators.RemoveAsync(one, call.Actor, evenTheLastAdmin: false, cancellationToken)
            && await operators.FindAsync(user_id, cancellationToken) is not null)
            return Problem.Because(
                StatusCodes.Status409Conflict, "This operator cannot be removed", "This is the only admin. Invite another admin first.");
        return SeeOther.With(ConsolePaths.Operators, "operator-removed");
    }
}
