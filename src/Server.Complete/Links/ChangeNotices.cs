using OpenPassage.Server.Admission;
using OpenPassage.Server.Complete.Accounts;
using OpenPassage.Server.Complete.Messages;
using OpenPassage.Server.Complete.Outcomes;
using OpenPassage.Server.Complete.Sessions;
using OpenPassage.Server.Http;
using OpenPassage.Server.Users;
using OpenPassage.Server.Values;

namespace OpenPassage.Server.Complete.Links;

/// <summary>What whoever is told of a change is sent: a message, and the link in it that takes the change back.</summary>
internal sealed record ChangeNotice(Message Message, NewLink Link);

/// <summary>Says who is told that an address or number is changed, and what.</summary>
internal sealed class ChangeNotices(SendTurns turns, Outbox outbox, TimeProvider time)
{
    /// <summary>A change can be taken back for so long after it was made.</summary>
    public static readonly TimeSpan CanBeTakenBack = TimeSpan.FromHours(72);

    /// <summary>What is sent, or why there is one message too many; neither: there is nobody to tell.</summary>
    /// <param name="call">The app, and who asks.</param>
    /// <param name="user">Who is signed in.</param>
    /// <param name="wanted">The change.</param>
    /// <param name="old">What is changed; null: there was none.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async ValueTask<(ChangeNotice? Notice, Refusal? TooMany)> OfAsync(
        AppCall call, UserCall user, WantedChange wanted, Identifier? old, CancellationToken cancellationToken)
    {
        if (Told(user.Account, old) is not { } told)
            return (null, null);
        var turn = await turns.TakeAsync(call.App, SendPurpose.Notice, told, user.User.Id, call.Caller, cancellationToken);
        // Nothing is changed of which nobody can be told.
        if (turn.Refused(CompleteRefusals.ChangeJustAsked, CompleteRefusals.TooManyChanges) is { } tooMany)
            return (null, tooMany);
        var (settings, now) = (call.App.Settings.Complete, time.GetUtcNow());
        var restored = old is null ? new(wanted.Kind, "", "") : Identifiers.Of(old.Kind, old.Value, old.Given);
        NewLink link = new(Ids.New(), LinkSecret.New(), LinkPurpose.Undo, restored)
        {
            MessageId = turn.MessageId!,
            UserId = user.User.Id,
            RedirectUrl = settings.LoginUrl,
            TakenBack = new(user.Session.CreatedAt, old?.CreatedAt, old?.VerifiedAt, old is { IsWeak: true }),
            CreatedAt = now,
            // The change may be made as late as its own link ends.
            ExpiresAt = now + settings.Methods.MagicLinkTtl + CanBeTakenBack,
        };
        var kind = told.Value == old?.Value ? MessageKind.IdentifierChanged : MessageKind.OtherIdentifierChanged;
        var message = new Message(kind, told, wanted.Language)
        {
            Id = turn.MessageId,
            UserId = user.User.Id,
            Link = LinkUrl.Of(call.App, settings.LoginUrl, link.Purpose, link.Secret),
            ValidFor = CanBeTakenBack,
            UserAgent = call.Caller.UserAgent,
            AskedAt = now,
        };
        return (new(message, link), null);
    }

    /// <summary>
    /// Who is told of a change: what is changed, where it is proven that it is the user's, else the other one where that is. An address
    /// that nobody has proven may be a stranger's, who is to have no say in the account.
    /// </summary>
    private AccountIdentifier? Told(Account account, Identifier? old)
        => account.Identifiers.Where(one => one.IsProven)
            .OrderByDescending(one => one == old)
            .Select(one => Identifiers.Of(one.Kind, one.Value, one.Given))
            .FirstOrDefault(one => outbox.WhyNot(one) is null);
}
