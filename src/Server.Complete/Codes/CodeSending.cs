using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;
using OpenPassage.Server.Admission;
using OpenPassage.Server.Complete.Accounts;
using OpenPassage.Server.Complete.Keys;
using OpenPassage.Server.Complete.Messages;
using OpenPassage.Server.Complete.Outcomes;
using OpenPassage.Server.Http;
using OpenPassage.Server.Sealing;
using OpenPassage.Server.Sql;
using OpenPassage.Server.Statistics;

namespace OpenPassage.Server.Complete.Codes;

/// <summary>
/// Sends codes. All that is written is the message: what else belongs to a code, the page holds sealed. Whether there is an account
/// changes nothing of what is asked and written, only what the message says.
/// </summary>
internal sealed class CodeSending(
    Database database,
    CodeStore codes,
    SendTurns turns,
    Outbox outbox,
    Tickets tickets,
    AppSecrets secrets,
    Counting counting,
    TimeProvider time)
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    /// <summary>Sends a code, or says why not.</summary>
    /// <param name="call">The app, and who asks.</param>
    /// <param name="request">The request, for its language.</param>
    /// <param name="ask">What was asked.</param>
    /// <param name="account">Of the address or number; null: it has none.</param>
    /// <param name="signsUp">Whether a page asks that registers.</param>
    /// <param name="beginAsync">Makes the account where it has none, once nothing is in the way; null: none is made.</param>
    /// <param name="cancellationToken">Ends it before it is written.</param>
    public async ValueTask<SentCode> SendAsync(
        AppCall call, HttpRequest request, SendCodeRequest ask, Account? account, bool signsUp, Func<ValueTask<Account?>>? beginAsync,
        CancellationToken cancellationToken)
    {
        var (app, to, settings) = (call.App, ask.Parsed!, call.App.Settings.Complete);
        if (outbox.WhyNot(to) is { } why)
            return new(Refusal.InvalidRequest.Because(why), "");
        var now = time.GetUtcNow();
        var failures = await codes.FailuresAsync(app.Id, to, cancellationToken);
        if (failures.Number >= CodeDecision.MostFailuresPerDay)
            return new(CompleteRefusals.CodesOffForNow with { RetryAfter = failures.Since + Day - now }, "");
        var turn = await turns.TakeAsync(app, SendPurpose.Code, to, account?.User.Id ?? "", call.Caller, cancellationToken);
        if (turn.Refused(CompleteRefusals.CodeJustSent, CompleteRefusals.TooManyCodes) is { } refusal)
            return new(refusal, "");

        if (account is null && beginAsync is not null && (account = await beginAsync()) is null)
            return new(Refusal.Busy, "");
        var message = CodeDecision.ToSend(
            account, signsUp, settings.HideAccounts, turn.HasLive(MessageKind.SignUpCode, settings.Methods.OtpTtl, now));
        var (id, digits) = (Code.NewId(), Code.NewDigits());
        var mac = Code.MacOf(id, digits, await secrets.GetAsync(app.Id, AppSecrets.OfCodes, cancellationToken));
        var hasCode = message.Kind != MessageKind.NoAccount;
        var code = new Code(
            id, now + settings.Methods.OtpTtl, hasCode ? mac : RandomNumberGenerator.GetBytes(mac.Length), to, message.MayBegin,
            turn.MessageId!, now);
        var writing = await outbox.WritingAsync(
            app,
            new Message(message.Kind, to, Languages.Choose(ask.Language, request, settings))
            {
                Id = turn.MessageId,
                UserId = account?.User.Id,
                Code = hasCode ? digits : null,
                ValidFor = settings.Methods.OtpTtl,
                UserAgent = call.Caller.UserAgent,
                AskedAt = now,
            },
            "1 = 1",
            [],
            cancellationToken);
        if ((await database.WriteAsync([writing], cancellationToken)).By(writing) == 0)
            // Somebody else has asked at the same moment.
            return new(SendTurn.Overtaken(CompleteRefusals.CodeJustSent), "");
        outbox.Hurry();
        counting.Started(app.Id, CeremonyKinds.Code);
        return new(null, tickets.Seal(app.Id, code));
    }
}

/// <summary>What came of asking for a code.</summary>
/// <param name="Refusal">Null: it was sent.</param>
/// <param name="OtpId">What the page enters it with.</param>
internal readonly record struct SentCode(Refusal? Refusal, string OtpId);
