using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using OpenPassage.OperatorConsole.Http;
using OpenPassage.OperatorConsole.Operators;
using OpenPassage.OperatorConsole.Pages;
using OpenPassage.Server.Passkeys;

namespace OpenPassage.OperatorConsole.SignIn;

/// <summary>The session's operator is asked for a passkey again. Writes nothing.</summary>
internal static class StartConfirm
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("confirm/start", Handle);

    private static async Task<IResult> Handle(ConsoleCall call, OperatorCeremonies ceremonies, CancellationToken cancellationToken)
        => new Said<StartedCeremony>(await ceremonies.StartConfirmationAsync(call.Operator, cancellationToken), ConsoleJson.Default.StartedCeremony);
}

/// <summary>The operator's own passkey: steps that ask for one are open for five minutes.</summary>
internal static class FinishConfirm
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("confirm/finish", Handle);

    private static async Task<IResult> Handle(ConsoleCall call, OperatorCeremonies ceremonies, SessionStore sessions, CancellationToken cancellationToken)
    {
        if (ConsoleCall.CeremonyIn(await call.ReadJsonAsync()) is not { } finished)
            return Problem.Sentence("The browser sent no passkey. Try again.");
        var outcome = await ceremonies.FinishSignInAsync(call.Operator, finished, call.Caller, cancellationToken);
        if (outcome.Refusal is { } refusal)
            return Problem.Of(refusal);
        await sessions.ConfirmAsync(call.Session!, cancellationToken);
        return new Said<NextPage>(new(""), ConsoleJson.Default.NextPage);
    }
}

/// <summary>A form that waits for a passkey: its fields, to be sent again once the passkey was shown.</summary>
internal sealed record ConfirmModel(string Origin, string Step, string From, string Action, IReadOnlyList<KeyValuePair<string, string>> Fields)
{
    public static IResult Page(ConsoleCall call, ConsoleApp console, NeedsConfirmation needed) => call.Context.Request.HasJsonContentType()
        ? Problem.Because(StatusCodes.Status403Forbidden, "Confirm that it is you", "More than five minutes have passed since you used your passkey. Go back to your account and start again.")
        : new Page<ConfirmPage>(
            new ConfirmModel(
                console.Origin,
                needed.Step,
                needed.PageOf(call.Context),
                call.Context.Request.PathBase + call.Context.Request.Path + call.Context.Request.QueryString,
                [.. call.Form.Where(field => field.Key != "form_token").SelectMany(field => field.Value.Select(value => KeyValuePair.Create(field.Key, value ?? "")))]),
            StatusCodes.Status403Forbidden);
}
