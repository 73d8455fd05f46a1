using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using OpenPassage.OperatorConsole.Pages;
using OpenPassage.OperatorConsole.Sessions;
using OpenPassage.Server.Admission;
using OpenPassage.Server.Http;

namespace OpenPassage.OperatorConsole.Operators;

/// <summary>Who may enter the console.</summary>
internal static class ListOperators
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("operators", Handle);

    /// <summary>The same for a key of the whole server.</summary>
    public static void MapManaged(IEndpointRouteBuilder routes)
    {
        routes.MapGet("manage/operators", List).Describe(nameof(ListOperators), "Lists the console's operators, oldest first.");
        routes.MapGet("manage/operators/invitations", ListInvitations)
            .Describe("ListInvitations", "Lists the unused invitations to the console, without their links.");
    }

    private static async Task<Outcome<OperatorsListed>> List(OperatorStore operators, CancellationToken cancellationToken)
        => new OperatorsListed([.. (await operators.ListAsync(cancellationToken)).Select(ManagedOperator.Of)]);

    private static async Task<Outcome<InvitationsListed>> ListInvitations(OperatorStore operators, CancellationToken cancellationToken)
        => new InvitationsListed([.. (await operators.ListInvitationsAsync(cancellationToken)).Select(ManagedInvitation.Of)]);

    private static async Task<IResult> Handle(OperatorStore operators, CancellationToken cancellationToken)
        => new Page<OperatorsPage>(
            new OperatorsModel(await operators.ListAsync(cancellationToken), await operators.ListInvitationsAsync(cancellationToken)));
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

    /// <summary>What was in it.</summary>
    public string TypedName { get; init; } = "";

    public string TypedRole { get; init; } = "";
}

internal sealed record OperatorsListed(IReadOnlyList<ManagedOperator> Operators) : IAnswer<OperatorsListed>
{
    public static JsonTypeInfo<OperatorsListed> Json => OperatorWire.Default.OperatorsListed;
}

internal sealed record InvitationsListed(IReadOnlyList<ManagedInvitation> Invitations) : IAnswer<InvitationsListed>
{
    public static JsonTypeInfo<InvitationsListed> Json => OperatorWire.Default.InvitationsListed;
}
