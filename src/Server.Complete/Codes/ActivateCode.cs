using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using OpenPassage.Server.Admission;
using OpenPassage.Server.Complete.Accounts;
using OpenPassage.Server.Complete.Arrivals;
using OpenPassage.Server.Complete.Keys;
using OpenPassage.Server.Complete.Messages;
using OpenPassage.Server.Complete.Outcomes;
using OpenPassage.Server.Complete.Sessions;
using OpenPassage.Server.Http;
using OpenPassage.Server.Sealing;
using OpenPassage.Server.Statistics;

namespace OpenPassage.Server.Complete.Codes;

/// <summary>
/// Somebody enters a code: a try is taken, then it is compared, and whoever has it right is signed in. What is refused says only whether
/// there were too many tries.
/// </summary>
internal static class ActivateCode
{
    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("apps/{app_id}/otp/activate", Handle)
        .Describe(
            nameof(ActivateCode),
            "Signs in whoever has the code that was sent.",
            CompleteRefusals.WrongCode,
            CompleteRefusals.TooManyTries,
            CompleteRefusals.TooManyWrongCodes,
            CompleteRefusals.CodesOff,
            Refusal.UserNotActive);

    private static async Task<Outcome<SignInAnswer>> Handle(
        AppCall call, RequestBody<ActivateCodeRequest> body, CodeEntering codes, Counting counting, CancellationToken cancellationToken)
    {
        if (!call.App.Settings.Complete.Methods.Otp)
            return CompleteRefusals.CodesOff;
        var entered = await codes.EnterAsync(call, body.Value.OtpId, body.Value.Otp, cancellationToken);
        if (entered.Refusal is { } refusal)
        {
            counting.Refused(call.AppId, refusal.CountedAs);
            return refusal;
        }

        counting.Answered(call.AppId, CeremonyKinds.Code, refusal: null);
        return new SignInAnswer(entered.Result!);
    }
}

internal sealed record ActivateCodeRequest(string Otp, string OtpId) : IRequest<ActivateCodeRequest>
{
    public static JsonTypeInfo<ActivateCodeRequest> Json => CodesWire.Default.ActivateCodeRequest;

    // What is no code is a wrong one.
    public string? Complaint() => null;
}

/// <summary>What came of entering a code.</summary>
/// <param name="Refusal">Null: whoever did is signed in.</param>
/// <param name="Result">Then what the client gets.</param>
internal readonly record struct EnteredCode(Refusal? Refusal, AuthResult? Result);

/// <summary>Opens the page's ticket · takes a try · compares · signs in.</summary>
internal sealed class CodeEntering(
    Tickets tickets,
    CodeStore codes,
    GuessBudgets budgets,
    Sends sends,
    AccountStore accounts,
    ArrivalStore arrivals,
    SessionTokens sessions,
    AppSecrets secrets,
    Decoys decoys)
{
    public async ValueTask<EnteredCode> EnterAsync(AppCall call, string otpId, string digits, CancellationToken cancellationToken)
    {
        // What is no guess takes no try.
        if (await tickets.OpenAsync<Code>(call.AppId, otpId, cancellationToken) is not { } code || !Code.IsCode(digits))
            return new(CompleteRefusals.WrongCode, null);
        if (!await budgets.AllowsAsync(call.App, call.Caller, cancellationToken) && !await IsOwnAsync(call, code, cancellationToken))
            return new(CompleteRefusals.TooManyWrongCodes with { RetryAfter = TimeSpan.FromMinutes(1) }, null);

        var state = await codes.TakeTryAsync(call.AppId, code, cancellationToken);
        var isLive = await sends.IsLiveAsync(
            call.AppId, SendPurpose.Code, code.To, code.MessageId, code.ExpiresAt - code.AskedAt, cancellationToken);
        var fits = code.Fits(digits, await secrets.GetAsync(call.AppId, AppSecrets.OfCodes, cancellationToken));
        switch (CodeDecision.Of(hasTaken: state is null, state, isLive, fits))
        {
            case CodeVerdict.Exhausted:
                return new(CompleteRefusals.TooManyTries, null);
            case CodeVerdict.Wrong:
                await FailAsync(call, code, cancellationToken);
                return new(CompleteRefusals.WrongCode, null);
            default:
                return await ArriveAsync(call, code, cancellationToken);
        }
    }

    private async ValueTask<EnteredCode> ArriveAsync(AppCall call, Code code, CancellationToken cancellationToken)
    {
        var settings = call.App.Settings.Complete;
        var outcome = await arrivals.ArriveAsync(
            new Arrival
            {
                App = call.App,
                Identifier = code.To,
                Proof = ArrivalProof.Strong,
                MayBegin = code.MayBegin && SignUp.WhyNot(settings, code.To) is null,
                NewUserId = settings.HideAccounts ? await decoys.UserIdAsync(call.AppId, code.To, cancellationToken) : null,
                Session = sessions.New(call.App, "otp"),
                Spend = CodeStore.Spend,
                SpentNow = CodeStore.SpentNow,
                Parameters = [CodeStore.WithId(code.Id)],
                Event = CompleteEvents.CodeLogin,
                StartedAt = code.AskedAt,
                Caller = call.Caller,
            },
            cancellationToken);
        return outcome.Result switch
        {
            ArrivalResult.SignedIn => new(null, outcome.AuthResult),
            ArrivalResult.NotActive => new(Refusal.UserNotActive, null),
            _ => new(CompleteRefusals.WrongCode, null),
        };
    }

    private async ValueTask<bool> IsOwnAsync(AppCall call, Code code, CancellationToken cancellationToken)
        => await accounts.FindAsync(call.AppId, code.To, cancellationToken) is { } account
            && await sends.IsOwnNetworkAsync(call.AppId, account.User.Id, call.Caller, cancellationToken);

    private async ValueTask FailAsync(AppCall call, Code code, CancellationToken cancellationToken)
    {
        budgets.Failed(call.App, call.Caller);
        var failures = await codes.FailuresAsync(call.AppId, code.To, cancellationToken);
        if (failures.Number == CodeDecision.MostFailuresPerDay
            && await accounts.FindAsync(call.AppId, code.To, cancellationToken) is { } account)
            await codes.TellAsync(call.AppId, CompleteEvents.CodesLocked, account.User.Id, call.Caller, cancellationToken);
    }
}
