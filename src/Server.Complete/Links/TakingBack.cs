using OpenPassage.Server.Admission;
using OpenPassage.Server.Complete.Accounts;
using OpenPassage.Server.Complete.Arrivals;
using OpenPassage.Server.Complete.Outcomes;
using OpenPassage.Server.Complete.Sessions;
using OpenPassage.Server.Events;
using OpenPassage.Server.Http;
using OpenPassage.Server.Sql;
using OpenPassage.Server.Users;
using OpenPassage.Server.Values;
using static OpenPassage.Server.Sql.Parameter;

namespace OpenPassage.Server.Complete.Links;

/// <summary>
/// Opens links that take a change of an address or number back: what was is restored, what has come to the account since the sign-in that
/// asked for the change goes, and all sessions end. Whether the change was made yet makes no difference. It signs nobody in.
/// </summary>
internal sealed class TakingBack(
    Database database, LinkStore links, AccountStore accounts, SessionTokens tokens, EventWriting events, TimeProvider time)
{
    // A user of the same address may have begun an account with it meanwhile, or a thief to keep it.
    private const string Spend = """
        UPDATE links SET
            openings = 1, opened_by = opened_by || @opener || ' ', opener = @opener, opened_at = @now, own_opened_at = @now,
            attempt = @attempt
        WHERE app_id = @app AND link_id = @link AND purpose = 'undo' AND user_id = @user AND expires_at > @now AND openings = 0
            AND EXISTS (SELECT 1 FROM users u WHERE u.app_id = @app AND u.user_id = @user AND u.status = 'active')
            AND NOT EXISTS (SELECT 1 FROM identifiers i WHERE i.app_id = @app AND i.kind = @kind AND i.value = @value
                            AND i.user_id <> @user AND i.user_id <> @loser)
        """;

    /// <summary>Somebody opens one. A refusal has written nothing.</summary>
    public async ValueTask<Outcome<SignInAnswer>> OpenAsync(AppCall call, Link link, CancellationToken cancellationToken)
    {
        var network = Networks.Of(call.Caller.IpAddress);
        for (var tries = 0; tries < 3; tries++)
        {
            switch (LinkDecision.TakeBack(link, network, time.GetUtcNow()))
            {
                case LinkVerdict.Again:
                    return await AnswerAsync(call, link, cancellationToken);
                case LinkVerdict.Refused:
                    return CompleteRefusals.LinkNotFound;
                default:
                    if (await accounts.GetAsync(call.AppId, link.UserId, cancellationToken) is not { } account)
                        return CompleteRefusals.LinkNotFound;
                    if (account.User.Status != UserStatus.Active)
                        return Refusal.UserNotActive;
                    var holder = await HolderAsync(call, link, cancellationToken);
                    if (await WriteAsync(call, link, network, holder == link.UserId ? "" : holder, cancellationToken))
                        return await AnswerAsync(call, link, cancellationToken);
                    break;
            }

            // Somebody opens it at the same moment, or has begun an account.
            if (await links.FindAsync(call.AppId, link.Id, cancellationToken) is not { } now)
                return CompleteRefusals.LinkNotFound;
            link = now;
        }

        return Refusal.Busy;
    }

    // Empty: nobody has it, or there was none.
    private async ValueTask<string> HolderAsync(AppCall call, Link link, CancellationToken cancellationToken)
        => link.Identifier.Value.Length > 0
            && await accounts.FindAsync(call.AppId, link.Identifier, cancellationToken) is { } account ? account.User.Id : "";

    private async ValueTask<bool> WriteAsync(
        AppCall call, Link link, string network, string loser, CancellationToken cancellationToken)
    {
        const string Spent = LinkStore.ChangedNow;
        var (now, back) = (time.GetUtcNow(), link.TakenBack);
        Parameter[] parameters =
        [
            Text("app", call.AppId.Value), Text("user", link.UserId), Text("loser", loser), Text("link", link.Id), Text("opener", network),
            Text("kind", link.Identifier.Kind.Word), Text("value", link.Identifier.Value), Text("given", link.Identifier.Given),
            Time("since", back.Since), Number("held_since", Micros.OrNever(back.HeldSince)),
            Number("proven_at", Micros.OrNever(back.ProvenAt)), Flag("weakly", back.IsWeak), Text("attempt", Ids.Next()),
            Text("told", Ids.Next()),
            .. EventWriting.From(call.Caller.IpAddress, call.Caller.UserAgent, link.CreatedAt), Time("now", now),
        ];
        Statement spend = new(Spend, parameters);
        var touched = await database.WriteAsync(
            [
                // Of two who change one account, one waits for the other.
                IdentifierStore.Hold(parameters),
                spend,
                .. loser.Length == 0 ? Array.Empty<Statement>() : Taking(parameters, loser),
                .. link.Identifier.Value.Length == 0 ? Array.Empty<Statement>() : [Restoring(parameters)],
                new(
                    $"""
                    DELETE FROM identifiers WHERE app_id = @app AND user_id = @user AND NOT (kind = @kind AND value = @value)
                        AND (kind = @kind OR created_at > @since) AND {Spent}
                    """,
                    parameters),
                // Whoever has been at the account may have added a passkey.
                .. ArrivalStore.Losing(parameters, Spent, who: "@user", which: "created_at > @since"),
                new(
                    LinkStore.Ending($"""
                        link_id <> @link AND {Spent}
                            AND (purpose = 'verify' OR held_since > @since OR (kind = @kind AND value = @value))
                        """),
                    parameters),
                .. events.One(CompleteEvents.IdentifierChangeUndone, parameters, Spent),
            ],
            cancellationToken);
        return touched.By(spend) == 1;
    }

    private IEnumerable<Statement> Taking(Parameter[] parameters, string loser) =>
    [
        .. events.One(
            CompleteEvents.IdentifierTaken, [Text("user", loser), .. parameters.Where(one => one.Name != "user")],
            LinkStore.ChangedNow, id: "told"),
        .. ArrivalStore.Losing(parameters, LinkStore.ChangedNow),
    ];

    private static Statement Restoring(Parameter[] parameters) => new(
        $"""
        INSERT INTO identifiers (app_id, kind, value, given, user_id, verified_at, verified_weakly, created_at)
        SELECT @app, @kind, @value, @given, @user, @proven_at, @weakly, @held_since WHERE {LinkStore.ChangedNow}
        ON CONFLICT (app_id, kind, value) DO UPDATE SET
            user_id = excluded.user_id, given = excluded.given, verified_at = excluded.verified_at,
            verified_weakly = excluded.verified_weakly, created_at = excluded.created_at
        """,
        parameters);

    private async ValueTask<Outcome<SignInAnswer>> AnswerAsync(AppCall call, Link link, CancellationToken cancellationToken)
        => LinkSignIns.AnswerOf(link, await tokens.ExpiredAsync(call.App, link.UserId, cancellationToken));
}
