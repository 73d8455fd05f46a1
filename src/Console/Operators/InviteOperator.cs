using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using OpenPassage.OperatorConsole.Admission;
using OpenPassage.OperatorConsole.Http;
using OpenPassage.OperatorConsole.Pages;
using OpenPassage.OperatorConsole.Sessions;
using OpenPassage.Server.Admission;
using OpenPassage.Server.Http;

namespace OpenPassage.OperatorConsole.Operators;

/// <summary>Makes a link for a new operator, or for another passkey of one there is. It is shown once.</summary>
internal static class InviteOperator
{
    public static void Map(IEndpointRouteBuilder routes)
        => routes.MapPost("operators/invite", Handle).Confirmed("invite an operator", "operators");

    /// <summary>The same for a key of the whole server.</summary>
    public static void MapManaged(IEndpointRouteBuilder routes) => routes
        .MapPost("manage/operators/invitations", HandleManaged)
        .Describe(
            nameof(InviteOperator),
            "Creates a link for making a passkey for the console. The link is returned only once.",
            Refusal.LastAdmin);

    private static async Task<Outcome<OperatorInvited>> HandleManaged(
        ServerCall call,
        HttpRequest request,
        RequestBody<InviteOperatorRequest> body,
        ConsoleApp console,
        OperatorStore operators,
        CancellationToken cancellationToken)
    {
        var (name, role) = (Operator.ToName(body.Value.Name), OperatorRoles.Of(body.Value.Role)!.Value);
        if (name is null && (role != OperatorRole.Admin || await operators.AnyAsync(cancellationToken)))
            return Refusal.InvalidRequest.Because("name is missing. Only the very first operator, who is an admin, chooses a name later.");
        await operators.KeepOneAdminAsync(name, role, cancellationToken);
        var (token, invitation) = await operators.MakeInvitationAsync(name, role, call.Actor, cancellationToken);
        return new OperatorInvited(SetupLink.Of(console, token, request), ManagedInvitation.Of(invitation) with { Name = name });
    }

    private static async Task<IResult> Handle(
        ConsoleCall call, ConsoleApp console, OperatorStore operators, CancellationToken cancellationToken)
    {
        var model = new OperatorsModel(
            await operators.ListAsync(cancellationToken), await operators.ListInvitationsAsync(cancellationToken));
        if (Operator.ToName(call.Field("name")) is not { } name)
            return Wrong(Operator.NameRule);
        if (OperatorRoles.Of(call.Field("role")) is not { } role)
            return Wrong("Choose a role.");
        if (name == call.Operator.Name && role != OperatorRole.Admin)
            return Wrong("Your own role stays admin: another admin can change it.");

        var token = await operators.InviteAsync(name, role, call.Actor, cancellationToken);
        return new Page<OperatorsPage>(model with
        {
            Invitations = await operators.ListInvitationsAsync(cancellationToken),
            Link = SetupLink.Of(console, token, call.Context.Request),
            InvitedName = name,
        });

        IResult Wrong(string complaint) => new Page<OperatorsPage>(
            model with { Complaint = complaint, TypedName = call.Field("name"), TypedRole = call.Field("role") },
            StatusCodes.Status400BadRequest);
    }
}

/// <summary>The address that an invitation is handed over as.</summary>
internal static class SetupLink
{
    /// <param name="console">Where it is opened.</param>
    /// <param name="token">The invitation's.</param>
    /// <param name="request">Whose path the link has before the console's; null where nobody calls: that of the settings.</param>
    public static string Of(ConsoleApp console, string token, HttpRequest? request = null)
    {
        var path = request is { PathBase.HasValue: true } ? request.PathBase.ToString() : console.PathBase;
        return $"{console.Origin}{path}{ConsolePaths.Setup}#{token}";
    }
}

/// <param name="Role"><c>admin</c>, or <c>viewer</c>, who changes nothing.</param>
internal sealed record InviteOperatorRequest(string Role) : IRequest<InviteOperatorRequest>
{
    public static JsonTypeInfo<InviteOperatorRequest> Json => OperatorWire.Default.InviteOperatorRequest;

    /// <summary>A new one, or one that is there, for another passkey and the role. Absent: the first operator of all chooses one.</summary>
    public string? Name { get; init; }

    public string? Complaint() => OperatorRoles.Of(Role) is null
        ? "role is admin or viewer."
        : Name is not null && Operator.ToName(Name) is null ? Operator.NameRule : null;
}

/// <param name="Link">Opened in a browser it makes one passkey; it is shown this once.</param>
/// <param name="Invitation">As it is listed from now on.</param>
internal sealed record OperatorInvited(string Link, ManagedInvitation Invitation) : IAnswer<OperatorInvited>
{
    public static JsonTypeInfo<OperatorInvited> Json => OperatorWire.Default.OperatorInvited;
}
