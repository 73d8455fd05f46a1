using Microsoft.AspNetCore.Http;
using OpenPassage.OperatorConsole.Pages;
using OpenPassage.OperatorConsole.Sessions;

namespace OpenPassage.OperatorConsole.Admission;

/// <summary>A form that waits for a passkey: its fields, to be sent again once the passkey was shown.</summary>
internal sealed record ConfirmModel(
    string Origin, string Step, string From, string Action, IReadOnlyList<KeyValuePair<string, string>> Fields)
{
    public static IResult Page(ConsoleCall call, ConsoleApp console, NeedsConfirmation needed) => call.Context.Request.HasJsonContentType()
        ? Problem.Because(
            StatusCodes.Status403Forbidden,
            "Confirm that it is you",
            "More than five minutes have passed since you used your passkey. Go back to your account and start again.")
        : new Page<ConfirmPage>(
            new ConfirmModel(
                console.Origin,
                needed.Step,
                needed.PageOf(call.Context),
                call.Context.Request.PathBase + call.Context.Request.Path + call.Context.Request.QueryString,
                [
                    .. call.Form
                        .Where(field => field.Key != "form_token")
                        .SelectMany(field => field.Value.Select(value => KeyValuePair.Create(field.Key, value ?? ""))),
                ]),
            StatusCodes.Status403Forbidden);
}
