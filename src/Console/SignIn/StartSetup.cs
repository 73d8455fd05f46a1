using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using OpenPassage.OperatorConsole.Operators;
using OpenPassage.OperatorConsole.Pages;
using OpenPassage.OperatorConsole.Sessions;
using OpenPassage.Server.Passkeys;
using OpenPassage.Server.Users;

namespace OpenPassage.OperatorConsole.SignIn;

/// <summary>
/// An invited person begins: asked without a name, it says whom the link is for; with one where the link has none, or at once
/// where it has, it says what to pass to the authenticator.
/// </summary>
internal static class StartSetup
{
    public const string NotGood = "It was already used, has expired, or was not copied completely.";

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("setup/start", Handle);

    private static async Task<IResult> Handle(
        ConsoleCall call,
        ConsoleApp console,
        OperatorStore operators,
        OperatorCeremonies ceremonies,
        UserStore users,
        CancellationToken cancellationToken)
    {
        var body = await call.ReadJsonAsync();
        if (await operators.FindInvitationAsync(ConsoleCall.Text(body, "token"), cancellationToken) is not { } invitation)
            return Problem.Sentence(NotGood);
        if ((invitation.Name ?? Operator.ToName(ConsoleCall.Text(body, "name"))) is not { } name)
            return Problem.Sentence($"Choose a name: your changes are recorded under it. {Operator.NameRule}");

        // Before the authenticator makes a passkey that nobody would keep.
        await operators.KeepOneAdminAsync(invitation.Name, invitation.Role, cancellationToken);
        var user = await users.CreateOrGetAsync(console.Id, name, cancellationToken);
        var started = await ceremonies.StartSetupAsync(invitation, user, cancellationToken);
        return started.Refusal is { } refusal
            ? Problem.Of(refusal)
            : new Said<StartedCeremony>(started.Value, ConsoleJson.Default.StartedCeremony);
    }
}
