using OpenPassage.Server.Admission;
using OpenPassage.Server.Complete.Accounts;
using OpenPassage.Server.Complete.Messages;
using OpenPassage.Server.Complete.Outcomes;
using OpenPassage.Server.Complete.Sessions;
using OpenPassage.Server.Events;
using OpenPassage.Server.Http;
using OpenPassage.Server.Sql;
using OpenPassage.Server.Users;
using OpenPassage.Server.Values;
using static OpenPassage.Server.Sql.Parameter;

namespace OpenPassage.Server.Complete.Links;

/// <summary>A change of an address or number as its user asks for it.</summary>
/// <param name="Kind">Which of the two.</param>
/// <param name="To">What it is to be; null: none any more.</param>
/// <param name="Path">The page that the link leads to.</param>
/// <param name="RedirectUrl">Where the user goes then; empty: where the app says.</param>
/// <param name="Language">Of the messages.</param>
internal sealed record WantedChange(IdentifierKind Kind, AccountIdentifier? To, string Path, string RedirectUrl, string Language);

/// <summary>
/// Whoever is signed in asks for another address or number. The new one is sent a link, and nothing changes before that is opened; the one
/// that was is told at once, with a link that takes the change back whether it was made or not. Taking one away needs no proof, and happens
/// at once.
/// </summary>
internal sealed class IdentifierChanging(
    Database database, AccountStore accounts, SendTurns turns, ChangeNotices notices, Outbox outbox, EventWriting events,
    TimeProvider time)
{
    /// <summary>A sign-in is recent enough for so long, or for a shorter time where the app says so.</summary>
    public static readonly TimeSpan Recent = TimeSpan.FromMinutes(10);

    private const string OfUser = "app_id = @app AND user_id = @user";

    public async ValueTask<Outcome<LinkSent>> AskAsync(
        AppCall call, UserCall user, WantedChange wanted, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (!user.IsRecent(call, now) || now - user.Session.CreatedAt > Recent)
            return CompleteRefusals.SignInTooOld;
        var old = user.Account.Identifiers.FirstOrDefault(one => one.Kind == wanted.Kind.Word);
        return wanted.To is { } to
            ? await ChangeAsync(call, user, wanted, old, to, cancellationToken)
            : await RemoveAsync(call, user, wanted, old, cancellationToken);
    }

    private async ValueTask<Outcome<LinkSent>> ChangeAsync(
        AppCall call, UserCall user, WantedChange wanted, Identifier? old, AccountIdentifier to, CancellationToken cancellationToken)
    {
        var (settings, now) = (call.App.Settings.Complete, time.GetUtcNow());
        if (AccountRules.WhyNotAllowed(settings, to) is { } forbidden)
            return Refusal.InvalidRequest.Because(forbidden);
        if (outbox.WhyNot(to) is { } unreachable)
            return Refusal.InvalidRequest.Because(unreachable);
        var isSame = old?.Value == to.Value;
        if (isSame && old!.IsProven)
            return Refusal.InvalidRequest.Because($"The account has this {wanted.Kind.Word} already, and it is verified.");
        var owner = await accounts.SeekAsync(call.App, to, cancellationToken);
        var isTaken = owner is not null && owner.User.Id != user.User.Id;
        if (isTaken && !settings.HideAccounts)
            return CompleteRefusals.UserExists;

        // Not as its owner's, who may be known on this network: that would tell that there is one.
        var turn = await turns.TakeAsync(
            call.App, SendPurpose.Link, to, isSame ? user.User.Id : "", call.Caller, cancellationToken);
        if (turn.Refused(CompleteRefusals.LinkJustSent, CompleteRefusals.TooManyLinks) is { } tooMany)
            return tooMany;
        var (notice, tooManyNotices) = isSame ? (null, null) : await notices.OfAsync(call, user, wanted, old, cancellationToken);
        if (tooManyNotices is not null)
            return tooManyNotices;

        var network = Networks.Of(call.Caller.IpAddress);
        NewLink link = new(Ids.New(), LinkSecret.New(), LinkPurpose.Verify, to)
        {
            MessageId = turn.MessageId!,
            UserId = user.User.Id,
            Network = network,
            RedirectUrl = wanted.RedirectUrl,
            AskedBy = user.Session.Id,
            CreatedAt = now,
            ExpiresAt = now + settings.Methods.MagicLinkTtl,
        };
        var message = new Message(isTaken ? MessageKind.IdentifierInUse : MessageKind.VerifyLink, to, wanted.Language)
        {
            Id = turn.MessageId,
            UserId = isTaken ? owner!.User.Id : user.User.Id,
            Link = isTaken ? null : LinkUrl.Of(call.App, wanted.Path, link.Purpose, link.Secret),
            ValidFor = settings.Methods.MagicLinkTtl,
            UserAgent = call.Caller.UserAgent,
            AskedAt = now,
        };
        return await WriteAsync(call, link, message, notice, cancellationToken)
            ? LinkSent.Of(link.Id)
            : SendTurn.Overtaken(CompleteRefusals.LinkJustSent);
    }

    // The link and both messages, or none of them.
    private async ValueTask<bool> WriteAsync(
        AppCall call, NewLink link, Message message, ChangeNotice? notice, CancellationToken cancellationToken)
    {
        Parameter[] parameters = [.. Of(call, link.UserId), Text("link", link.Id)];
        List<Statement> statements = [IdentifierStore.Hold(parameters)];
        var when = "1 = 1";
        if (notice is not null)
        {
            var tell = await outbox.WritingAsync(call.App, notice.Message, "1 = 1", parameters, cancellationToken);
            parameters = [.. parameters, .. Outbox.As("notice", tell)];
            statements.Add(tell);
            when = Outbox.IsWritten("notice");
        }

        var send = await outbox.WritingAsync(call.App, message, when, parameters, cancellationToken);
        parameters =
        [
            .. parameters, .. Outbox.As("mail", send), Text("kind", link.Identifier.Kind.Word), Text("value", link.Identifier.Value),
        ];
        var isSent = Outbox.IsWritten("mail");
        statements.AddRange(
        [
            send,
            // Of changes that a user asks for one after the other, the last one counts.
            new(LinkStore.Ending($"purpose = 'verify' AND kind = @kind AND value <> @value AND {isSent}"), parameters),
            LinkStore.Making(call.AppId, link, isSent, parameters),
            // What was written for an address that is somebody else's, so that it takes as long.
            LinkStore.TakingBack(call.AppId, link, message.Link is null),
        ]);
        if (notice is not null)
        {
            statements.Add(LinkStore.Making(call.AppId, notice.Link, isSent, parameters));
            statements.Add(new(Outbox.TakingBack("notice", $"NOT ({isSent})"), parameters));
        }

        var written = await database.WriteAsync([.. statements], cancellationToken);
        if (written.By(send) == 0)
            return false;
        outbox.Hurry();
        return true;
    }

    private async ValueTask<Outcome<LinkSent>> RemoveAsync(
        AppCall call, UserCall user, WantedChange wanted, Identifier? old, CancellationToken cancellationToken)
    {
        // Nobody opens anything; clients want an id.
        var answer = LinkSent.Of(Ids.New());
        if (old is null)
            return answer;
        var (settings, account) = (call.App.Settings.Complete, user.Account);
        var left = account with { Identifiers = [.. account.Identifiers.Where(one => one.Kind != old.Kind)] };
        if (AccountRules.WhatIsMissing(settings, left.Email is not null, left.Phone is not null) is { } missing)
            return Refusal.InvalidRequest.Because(missing);
        if (settings.RequireIdentifierVerification && !left.IsVerified)
            return CompleteRefusals.IdentifierNotVerified;
        var (notice, tooMany) = await notices.OfAsync(call, user, wanted, old, cancellationToken);
        if (tooMany is not null)
            return tooMany;

        var now = time.GetUtcNow();
        // Another call may take the other one away at the same moment.
        const string IsAsRead = $"""
            EXISTS (SELECT 1 FROM identifiers i WHERE i.app_id = @app AND i.user_id = @user AND i.kind = @kind AND i.value = @value)
            AND (SELECT COUNT(*) FROM identifiers i WHERE i.app_id = @app AND i.user_id = @user AND i.kind <> @kind) = @left
            """;
        Parameter[] parameters =
        [
            .. Of(call, user.User.Id), Text("kind", old.Kind), Text("value", old.Value), Number("left", left.Identifiers.Count),
            Text("attempt", Ids.Next()), .. EventWriting.From(call.Caller.IpAddress, call.Caller.UserAgent, now),
        ];
        List<Statement> statements = [IdentifierStore.Hold(parameters)];
        var when = IsAsRead;
        if (notice is not null)
        {
            var tell = await outbox.WritingAsync(call.App, notice.Message, IsAsRead, parameters, cancellationToken);
            parameters = [.. parameters, .. Outbox.As("notice", tell)];
            when = $"{IsAsRead} AND {Outbox.IsWritten("notice")}";
            statements.AddRange([tell, LinkStore.Making(call.AppId, notice.Link, when, parameters)]);
        }

        Statement remove = new($"DELETE FROM identifiers WHERE {OfUser} AND kind = @kind AND value = @value AND {when}", parameters);
        statements.AddRange(
        [
            .. events.One(CompleteEvents.IdentifierChanged, parameters, when),
            new(LinkStore.Ending($"purpose = 'verify' AND kind = @kind AND {when}"), parameters),
            new($"UPDATE users SET updated_at = @now WHERE {OfUser} AND {when}", parameters),
            remove,
        ]);
        if ((await database.WriteAsync([.. statements], cancellationToken)).By(remove) == 0)
            return Refusal.Busy;
        outbox.Hurry();
        return answer;
    }

    private Parameter[] Of(AppCall call, string userId)
        => [Text("app", call.AppId.Value), Text("user", userId), Time("now", time.GetUtcNow())];
}
