using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using OpenPassage.OperatorConsole.Operators;
using OpenPassage.OperatorConsole.Pages;
using OpenPassage.OperatorConsole.Sessions;

namespace OpenPassage.OperatorConsole.SignIn;

/// <summary>Whom a link is for, so that the page can say so. Asking does not use it up.</summary>
internal static class ReadInvitation
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("setup/invitation", Handle);

    private static async Task<IResult> Handle(ConsoleCall call, OperatorStore operators, CancellationToken cancellationToken)
        => await operators.FindInvitationAsync(ConsoleCall.Text(await call.ReadJsonAsync(), "token"), cancellationToken) is { } invitation
            ? new Said<InvitationRead>(new(invitation.Name, invitation.Role.Word()), InvitationJson.Default.InvitationRead)
            : Problem.Sentence(StartSetup.NotGood);
}

/// <param name="Name">Null: the first operator chooses one.</param>
/// <param name="Role"><c>admin</c> or <c>viewer</c>.</param>
internal sealed record InvitationRead(string? Name, string Role);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(InvitationRead))]
internal sealed partial class InvitationJson : JsonSerializerContext;
