using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using OpenPassage.OperatorConsole.Http;

namespace OpenPassage.OperatorConsole.Operators;

/// <summary>Takes an operator's passkeys and sessions away. Nobody removes himself: so there is always one left.</summary>
internal static class RemoveOperator
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("operators/{user_id}/remove", Handle).Confirmed();

    private static async Task<IResult> Handle(ConsoleCall call, string user_id, OperatorStore operators, CancellationToken cancellationToken)
    {
        if (user_id == call.Operator.UserId)
            return Problem.Because(StatusCodes.Status409Conflict, "You cannot remove yourself", "Another admin can.");
        if (await operators.FindAsync(user_id, cancellationToken) is not { } one)
            return Problem.NotFound("There is no such operator.");
        await operators.RemoveAsync(one, call.Actor, cancellationToken);
        return SeeOther.With(ConsolePaths.Operators, "operator-removed");
    }
}
