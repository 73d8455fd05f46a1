using OpenPassage.Server.Admission;
using OpenPassage.Server.Complete.Accounts;
using OpenPassage.Server.Complete.Messages;
using OpenPassage.Server.Complete.Outcomes;
using OpenPassage.Server.Http;
using OpenPassage.Server.Sql;
using OpenPassage.Server.Users;
using OpenPassage.Server.Values;

namespace OpenPassage.Server.Complete.Links;

/// <summary>A link as a page asks for it.</summary>
/// <param name="To">Whom it is sent to.</param>
/// <param name="Path">The page that it leads to.</param>
/// <param name="Language">Of the message.</param>
/// <param name="Registers">Whether somebody signs up.</param>
internal sealed record WantedLink(AccountIdentifier To, string Path, string Language, bool Registers);

/// <summary>
/// Makes links and has them sent. Where nobody is to learn which accounts exist, every step is taken for those that do not too, and what
/// that has written is taken back in the same transaction, but for the message.
/// </summary>
internal sealed class LinkSending(
    Database database, AccountStore accounts, SendTurns turns, Outbox outbox, TimeProvider time)
{
    public async ValueTask<Outcome<LinkSent>> SendAsync(AppCall call, WantedLink wanted, CancellationToken cancellationToken)
    {
        var (settings, to) = (call.App.Settings.Complete, wanted.To);
        if (!settings.Methods.MagicLink)
            return CompleteRefusals.LinksOff;
        if (wanted.Registers && SignUp.WhyNot(settings, to) is { } closed)
            return closed;
        if (outbox.WhyNot(to) is { } unreachable)
            return Refusal.InvalidRequest.Because(unreachable);

        var account = await accounts.SeekAsync(call.App, to, cancellationToken);
        if (!settings.HideAccounts && WhyNot(account, wanted.Registers) is { } refusal)
            return refusal;
        var now = time.GetUtcNow();
        var turn = await turns.TakeAsync(call.App, SendPurpose.Link, to, account?.User.Id ?? "", call.Caller, cancellationToken);
        if (turn.Refused(CompleteRefusals.LinkJustSent, CompleteRefusals.TooManyLinks) is { } tooMany)
            return tooMany;

        if (account is null && wanted.Registers && !settings.HideAccounts
            && (account = await accounts.CreateAsync(call.AppId, [to], metadata: null, signedUp: true, along: null, cancellationToken)
                ?? await accounts.FindAsync(call.AppId, to, cancellationToken)) is null)
            return Refusal.Busy;
        var (occasion, mayBegin) = SendDecision.OccasionOf(
            account, wanted.Registers, settings.HideAccounts, turn.HasLive(MessageKind.SignUpLink, settings.Methods.MagicLinkTtl, now));
        NewLink link = new(Ids.New(), LinkSecret.New(), LinkPurpose.SignIn, to)
        {
            MayBegin = mayBegin,
            MessageId = turn.MessageId!,
            UserId = account?.User.Id ?? "",
            Network = Networks.Of(call.Caller.IpAddress),
            CreatedAt = now,
            ExpiresAt = now + settings.Methods.MagicLinkTtl,
        };
        var message = new Message(KindOn(occasion), to, wanted.Language)
        {
            Id = turn.MessageId,
            UserId = account?.User.Id,
            Link = occasion == SendOccasion.NoAccount ? null : LinkUrl.Of(call.App, wanted.Path, link.Purpose, link.Secret),
            ValidFor = settings.Methods.MagicLinkTtl,
            UserAgent = call.Caller.UserAgent,
            AskedAt = now,
        };
        return await WriteAsync(call, link, message, cancellationToken)
            ? LinkSent.Of(link.Id)
            : SendTurn.Overtaken(CompleteRefusals.LinkJustSent);
    }

    /// <summary>Where everybody may learn which accounts exist.</summary>
    private static Refusal? WhyNot(Account? account, bool registers) => (account?.User.Status, registers) switch
    {
        (null, false) => Refusal.UserNotFound,
        (UserStatus.Inactive, false) => Refusal.UserNotActive,
        (UserStatus.Inactive or UserStatus.Active, true) => CompleteRefusals.UserExists,
        _ => null,
    };

    private static MessageKind KindOn(SendOccasion occasion) => occasion switch
    {
        SendOccasion.SignUp => MessageKind.SignUpLink,
        SendOccasion.SignIn => MessageKind.SignInLink,
        _ => MessageKind.NoAccount,
    };

    // False: another message was written at the same moment.
    private async ValueTask<bool> WriteAsync(AppCall call, NewLink link, Message message, CancellationToken cancellationToken)
    {
        var send = await outbox.WritingAsync(call.App, message, "1 = 1", [], cancellationToken);
        var touched = await database.WriteAsync(
            [
                send,
                LinkStore.Making(call.AppId, link, Outbox.IsWritten(), send.Parameters),
                LinkStore.TakingBack(call.AppId, link, message.Link is null),
            ],
            cancellationToken);
        var isWritten = touched.By(send) == 1;
        if (isWritten)
            outbox.Hurry();
        return isWritten;
    }
}
