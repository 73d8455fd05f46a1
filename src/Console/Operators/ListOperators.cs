using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using OpenPassage.OperatorConsole.Http;
using OpenPassage.OperatorConsole.Pages;

namespace OpenPassage.OperatorConsole.Operators;

/// <summary>Who may enter the console.</summary>
internal static class ListOperators
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("operators", Handle);

    private static async Task<IResult> Handle(OperatorStore operators, CancellationToken cancellationToken)
        => new Page<OperatorsPage>(new OperatorsModel(await operators.ListAsync(cancellationToken), await operators.ListInvitationsAsync(cancellationToken)));
}

/// <param name="Operators">The oldest first.</param>
/// <param name="Invitations">Those that nobody has used.</param>
internal sealed record OperatorsModel(IReadOnlyList<Operator> Operators, IReadOnlyList<OpenInvitation> Invitations)
{
    /// <summary>What was just invited: shown this once.</summary>
    public string? Link { get; init; }

    public string InvitedName { get; init; } = "";

    /// <summary>What was wrong with the form.</summary>
    public string? Complaint { get; init; }
}
