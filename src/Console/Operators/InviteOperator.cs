using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using OpenPassage.OperatorConsole.Http;
using OpenPassage.OperatorConsole.Pages;

namespace OpenPassage.OperatorConsole.Operators;

/// <summary>Makes a link for a new operator, or for another passkey of one there is. It is shown once.</summary>
internal static class InviteOperator
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("operators/invite", Handle).Confirmed();

    private static async Task<IResult> Handle(ConsoleCall call, ConsoleApp console, OperatorStore operators, CancellationToken cancellationToken)
    {
        var model = new OperatorsModel(await operators.ListAsync(cancellationToken), await operators.ListInvitationsAsync(cancellationToken));
        if (Operator.ToName(call.Field("name")) is not { } name)
            return new Page<OperatorsPage>(model with { Complaint = $"A name has 1 to {Operator.MaxName} characters." }, StatusCodes.Status400BadRequest);
        if (OperatorRoles.Of(call.Field("role")) is not { } role)
            return new Page<OperatorsPage>(model with { Complaint = "Choose a role." }, StatusCodes.Status400BadRequest);
        if (name == call.Operator.Name && role != OperatorRole.Admin)
            return new Page<OperatorsPage>(model with { Complaint = "Your own role stays admin: another admin can change it." }, StatusCodes.Status400BadRequest);

        var token = await operators.InviteAsync(name, role, call.Actor, cancellationToken);
        return new Page<OperatorsPage>(model with { Invitations = await operators.ListInvitationsAsync(cancellationToken), Link = SetupLink.Of(console, token), InvitedName = name });
    }
}

/// <summary>The address that an invitation is handed over as.</summary>
internal static class SetupLink
{
    public static string Of(ConsoleApp console, string token) => $"{console.Origin}{ConsolePaths.Setup}#{token}";
}
