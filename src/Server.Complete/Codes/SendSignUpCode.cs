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
/// Sends a code to finish a registration with. Of an address or number that nobody has it begins the account, as <see cref="SignUp"/>
/// does. Where nobody is to learn which accounts exist, it begins none before the code is entered, and whoever has one gets a code to
/// sign in with.
/// </summary>
internal static class SendSignUpCode
{
    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("apps/{app_id}/register/otp", Handle)
        .Describe(
            nameof(SendSignUpCode),
            "Sends a one-time code to finish a registration with.",
            CompleteRefusals.SignupClosed,
            CompleteRefusals.UserExists,
            CompleteRefusals.CodesOff,
            CompleteRefusals.CodesOffForNow,
            CompleteRefusals.CodeJustSent,
            CompleteRefusals.TooManyCodes,
            CompleteRefusals.TooManyMessages);

    private static async Task<Outcome<SignUpCodeSent>> Handle(
        AppCall call, HttpContext context, RequestBody<SendCodeRequest> body, AccountStore accounts, CodeSending codes,
        CancellationToken cancellationToken)
    {
        var (settings, identifier) = (call.App.Settings.Complete, body.Value.Parsed!);
        if (!settings.Methods.Otp)
            return CompleteRefusals.CodesOff;
        var account = await accounts.SeekAsync(call.App, identifier, cancellationToken);
        if (settings.HideAccounts || account is null)
        {
            if (SignUp.WhyNot(settings, identifier) is { } why)
                return why;
        }
        else if (account.User.Status != UserStatus.Pending)
        {
            return CompleteRefusals.UserExists;
        }

        Func<ValueTask<Account?>> begin = () => accounts.CreateAsync(
            call.AppId, [identifier], metadata: null, signedUp: true, along: null, cancellationToken);
        var sent = await codes.SendAsync(
            call, context.Request, body.Value, account, signsUp: true, settings.HideAccounts ? null : begin, cancellationToken);
        return sent.Refusal is { } refusal ? refusal : new SignUpCodeSent(sent.OtpId);
    }
}

/// <param name="OtpId">What the code is entered with.</param>
internal sealed record SignUpCodeSent(string OtpId) : IAnswer<SignUpCodeSent>
{
    public static int Status => StatusCodes.Status201Created;

    public static JsonTypeInfo<SignUpCodeSent> Json => CodesWire.Default.SignUpCodeSent;
}
