using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using OpenPassage.Server.Admission;
using OpenPassage.Server.Complete.Accounts;
using OpenPassage.Server.Complete.Outcomes;
using OpenPassage.Server.Http;
using OpenPassage.Server.Users;

namespace OpenPassage.Server.Complete.Codes;

/// <summary>
/// Sends a code to sign in with; for an account that is not finished yet too, as pages ask here for the code of a registration once
/// more. Where nobody is to learn which accounts exist, every address gets a message, and the message says whether it has one.
/// </summary>
internal static class SendLoginCode
{
    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("apps/{app_id}/login/otp", Handle)
        .Describe(
            nameof(SendLoginCode),
            "Sends a one-time code to sign in with.",
            Refusal.UserNotFound,
            Refusal.UserNotActive,
            CompleteRefusals.CodesOff,
            CompleteRefusals.CodesOffForNow,
            CompleteRefusals.CodeJustSent,
            CompleteRefusals.TooManyCodes,
            CompleteRefusals.TooManyMessages);

    private static async Task<Outcome<LoginCodeSent>> Handle(
        AppCall call, HttpContext context, RequestBody<SendCodeRequest> body, AccountStore accounts, CodeSending codes,
        CancellationToken cancellationToken)
    {
        var settings = call.App.Settings.Complete;
        if (!settings.Methods.Otp)
            return CompleteRefusals.CodesOff;
        var account = await accounts.SeekAsync(call.App, body.Value.Parsed!, cancellationToken);
        if (!settings.HideAccounts && account is null)
            return Refusal.UserNotFound;
        if (!settings.HideAccounts && account!.User.Status == UserStatus.Inactive)
            return Refusal.UserNotActive;
        var sent = await codes.SendAsync(call, context.Request, body.Value, account, signsUp: false, beginAsync: null, cancellationToken);
        return sent.Refusal is { } refusal ? refusal : new LoginCodeSent(sent.OtpId);
    }
}

internal sealed record SendCodeRequest(string Identifier) : IRequest<SendCodeRequest>
{
    public static JsonTypeInfo<SendCodeRequest> Json => CodesWire.Default.SendCodeRequest;

    /// <summary>Of the message, such as <c>de</c>; one that messages are not written in is passed over.</summary>
    public string? Language { get; init; }

    internal AccountIdentifier? Parsed => field ??= Identifiers.TryParse(Identifier, out var parsed) ? parsed : null;

    public string? Complaint() => Parsed is null ? IdentifierComplaint.Sentence : null;
}

/// <param name="OtpId">What the code is entered with.</param>
internal sealed record LoginCodeSent(string OtpId) : IAnswer<LoginCodeSent>
{
    public static JsonTypeInfo<LoginCodeSent> Json => CodesWire.Default.LoginCodeSent;
}
