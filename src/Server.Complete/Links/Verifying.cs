using OpenPassage.Server.Admission;
using OpenPassage.Server.Complete.Accounts;
using OpenPassage.Server.Complete.Arrivals;
using OpenPassage.Server.Complete.Outcomes;
using OpenPassage.Server.Complete.Sessions;
using OpenPassage.Server.Events;
using OpenPassage.Server.Http;
using OpenPassage.Server.Sql;
using OpenPassage.Server.Statistics;
using OpenPassage.Server.Users;
using OpenPassage.Server.Values;
using static OpenPassage.Server.Sql.Parameter;

namespace OpenPassage.Server.Complete.Links;

/// <summary>
/// Opens links that prove an address or number. On the account's own network that is beyond doubt, and signs in. Elsewhere a mail scanner
/// may have done it, or the stranger whose address somebody has mistyped: it proves weakly and signs nobody in.
/// </summary>
internal sealed class Verifying(
    Database database, LinkStore links, AccountStore accounts, SessionStore sessions, SessionTokens tokens, EventWriting events,
    Counting counting, TimeProvider time)
{
    private const string IsThis = "app_id = @app AND kind = @kind AND value = @value";

    // Whose session has been ended, whoever ended it wants nothing of what it has asked for.
    private const string MayChange = """
        EXISTS (SELECT 1 FROM users u WHERE u.app_id = @app AND u.user_id = @user AND u.status <> 'inactive')
        AND (@asked_by = ''
            OR EXISTS (SELECT 1 FROM sessions s WHERE s.app_id = @app AND s.session_id = @asked_by AND s.revoked_at = 0))
        """;

    // Whoever changes such a row holds its user's first.
    private const string IsOpen = $"EXISTS (SELECT 1 FROM links WHERE {LinkStore.MayOpen})";

    /// <summary>Somebody opens one. A refusal has written nothing.</summary>
    public async ValueTask<Outcome<SignInAnswer>> OpenAsync(AppCall call, Link link, CancellationToken cancellationToken)
    {
        var network = Networks.Of(call.Caller.IpAddress);
        var isOwn = link.IsOwn(network) || await IsKnownAsync(call, link.UserId, network, cancellationToken);
        for (var tries = 0; tries < 3; tries++)
        {
            switch (LinkDecision.Open(link, network, isOwn, time.GetUtcNow()))
            {
                case LinkVerdict.Again:
                    return await AgainAsync(call, link, cancellationToken);
                case LinkVerdict.Refused:
                    return CompleteRefusals.LinkNotFound;
                default:
                    if (await accounts.GetAsync(call.AppId, link.UserId, cancellationToken) is not { } account)
                        return CompleteRefusals.LinkNotFound;
                    if (account.User.Status == UserStatus.Inactive)
                        return Refusal.UserNotActive;
                    // Nobody has signed in to a pending one, so no network is its own.
                    var session = isOwn && account.User.Status == UserStatus.Active
                        ? tokens.New(call.App, LinkSignIns.MethodOf(link))
                        : null;
                    if (await WriteAsync(call, link, account, network, session, cancellationToken))
                        return await AnswerAsync(call, link, session, cancellationToken);
                    break;
            }

            // Somebody opens it at the same moment.
            if (await links.FindAsync(call.AppId, link.Id, cancellationToken) is not { } now || now.Openings == link.Openings)
                return CompleteRefusals.LinkNotFound;
            link = now;
        }

        return Refusal.Busy;
    }

    /// <summary>
    /// Whether the user is signed in there by something that no scanner has, so that it is the user who opens a link there.
    /// </summary>
    private async ValueTask<bool> IsKnownAsync(AppCall call, string userId, string network, CancellationToken cancellationToken)
        => network.Length > 0
            && (await sessions.ListAsync(call.AppId, userId, cancellationToken))
                .Any(session => !LinkSignIns.IsMethod(session.Amr) && Networks.Of(session.IpAddress) == network);

    private async ValueTask<bool> WriteAsync(
        AppCall call, Link link, Account account, string network, NewSession? session, CancellationToken cancellationToken)
    {
        var (now, isChange) = (time.GetUtcNow(), link.AskedBy.Length > 0);
        var has = account.Identifiers.Any(one => one.Kind == link.Identifier.Kind.Word && one.Value == link.Identifier.Value);
        const string Spent = LinkStore.ChangedNow;
        Parameter[] parameters =
        [
            Text("app", call.AppId.Value), Text("user", account.User.Id), Text("owner", account.User.Id),
            Text("kind", link.Identifier.Kind.Word), Text("value", link.Identifier.Value), Text("given", link.Identifier.Given),
            Text("asked_by", link.AskedBy), Flag("weakly", session is null), Text("session", session?.Id ?? ""),
            Text("attempt", Ids.Next()), Text("told", Ids.Next()),
            .. EventWriting.From(call.Caller.IpAddress, call.Caller.UserAgent, link.CreatedAt), Time("now", now),
            .. LinkStore.Opening(link, network, isOwn: session is not null),
        ];
        Statement spend = new(
            LinkStore.Open($"{MayChange} AND EXISTS (SELECT 1 FROM identifiers WHERE {IsThis} AND user_id = @user)"),
            parameters);
        var touched = await database.WriteAsync(
            [
                // Of two who change one account, one waits for the other; and whoever ends that session waits too.
                IdentifierStore.Hold(parameters),
                new("UPDATE sessions SET last_used_at = last_used_at WHERE app_id = @app AND session_id = @asked_by", parameters),
                // Of two accounts that are to have it, one gets it. What a backend verifies, the account has.
                .. isChange ? [Adding(parameters)] : Array.Empty<Statement>(),
                spend,
                .. isChange ? [Replacing(parameters)] : Array.Empty<Statement>(),
                ArrivalStore.Proving(parameters, Spent),
                new(
                    $"""
                    UPDATE users SET
                        carried_logins = carried_logins + @is_own, updated_at = @now,
                        carried_last_login_at = CASE WHEN @is_own = 1 THEN @now ELSE carried_last_login_at END
                    WHERE app_id = @app AND user_id = @user AND {Spent}
                    """,
                    parameters),
                new(
                    LinkStore.Ending($"purpose = 'verify' AND kind = @kind AND link_id <> @link AND @is_own = 1 AND {Spent}"),
                    parameters),
                .. events.One(
                    has ? CompleteEvents.IdentifierVerified : CompleteEvents.IdentifierChanged, parameters, Spent, id: "told"),
                .. session is null ? Array.Empty<Statement>() : Beginning(call, account, session, parameters),
            ],
            cancellationToken);
        if (touched.By(spend) == 0)
            return false;
        if (session is not null)
            counting.SignedIn(call.AppId, account.User.Id, call.Caller.UserAgent, took: null);
        return true;
    }

    private static Statement Adding(Parameter[] parameters) => new(
        $"""
        INSERT INTO identifiers (app_id, kind, value, given, user_id, verified_at, verified_weakly, created_at)
        SELECT @app, @kind, @value, @given, @user, 0, 0, @now WHERE {IsOpen} AND {MayChange}
        ON CONFLICT (app_id, kind, value) DO NOTHING
        """,
        parameters);

    private static Statement Replacing(Parameter[] parameters) => new(
        $"""
        DELETE FROM identifiers WHERE app_id = @app AND user_id = @user AND kind = @kind AND value <> @value AND {LinkStore.ChangedNow}
        """,
        parameters);

    private IEnumerable<Statement> Beginning(AppCall call, Account account, NewSession session, Parameter[] parameters)
    {
        var begins = SessionStore.Beginning(
            call.AppId, account.User.Id, session, deviceId: "", call.Caller, LinkStore.ChangedNow);
        return
        [
            begins with { Parameters = [.. begins.Parameters.Concat(parameters).DistinctBy(one => one.Name)] },
            .. events.One(CompleteEvents.LinkLogin, parameters, LinkStore.ChangedNow),
        ];
    }

    private async ValueTask<Outcome<SignInAnswer>> AnswerAsync(
        AppCall call, Link link, NewSession? session, CancellationToken cancellationToken)
        => LinkSignIns.AnswerOf(
            link,
            session is null
                ? await tokens.ExpiredAsync(call.App, link.UserId, cancellationToken)
                : await tokens.BeginAsync(call.App, link.UserId, session, cancellationToken));

    private async ValueTask<Outcome<SignInAnswer>> AgainAsync(AppCall call, Link link, CancellationToken cancellationToken)
    {
        var result = link.SessionId.Length > 0
            ? await tokens.AgainAsync(call.App, link.SessionId, cancellationToken)
            : await tokens.ExpiredAsync(call.App, link.UserId, cancellationToken);
        return result is null ? CompleteRefusals.LinkNotFound : LinkSignIns.AnswerOf(link, result);
    }
}
