using OpenPassage.Server.Complete.Accounts;
using OpenPassage.Server.Complete.Outcomes;
using OpenPassage.Server.Complete.Sessions;
using OpenPassage.Server.Events;
using OpenPassage.Server.Http;
using OpenPassage.Server.Passkeys;
using OpenPassage.Server.Sql;
using OpenPassage.Server.Statistics;
using OpenPassage.Server.Users;
using OpenPassage.Server.Values;
using OpenPassage.WebAuthn;
using static OpenPassage.Server.Sql.Parameter;

namespace OpenPassage.Server.Complete.Arrivals;

/// <summary>
/// What happens when somebody proves an identifier, in one transaction: what proved it is spent, the account is made or changes hands as
/// <see cref="ArrivalDecision"/> says, becomes active, and a session begins.
/// </summary>
internal sealed class ArrivalStore(
    Database database, AccountStore accounts, SessionTokens tokens, EventWriting events, Counting counting, TimeProvider time)
{
    private const string IsThis = "app_id = @app AND kind = @kind AND value = @value";

    // By the handle this try knows the user whom it has made from one who was there.
    private const string IsNew = "EXISTS (SELECT 1 FROM users n WHERE n.app_id = @app AND n.user_id = @user AND n.user_handle = @handle)";
    private const string HasIt = $"EXISTS (SELECT 1 FROM identifiers WHERE {IsThis} AND user_id = @user) AND {IsNew}";

    // The account is as it was when the rule was asked.
    private const string IsAsRead = """
        EXISTS (SELECT 1 FROM identifiers i JOIN users u ON u.app_id = i.app_id AND u.user_id = i.user_id
                WHERE i.app_id = @app AND i.kind = @kind AND i.value = @value AND i.user_id = @owner
                    AND i.verified_at = @known_verified_at AND i.verified_weakly = @known_weakly
                    AND u.status = @known_status AND u.signed_up = @known_signed_up)
        AND (SELECT COUNT(*) FROM identifiers i
             WHERE i.app_id = @app AND i.user_id = @owner AND i.verified_at > 0 AND i.verified_weakly = 0) = @known_proven
        """;

    /// <summary>Signs in whoever has arrived.</summary>
    /// <exception cref="RefusedException">Others change the account all the time; the caller may try again.</exception>
    public async ValueTask<ArrivalOutcome> ArriveAsync(Arrival arrival, CancellationToken cancellationToken)
    {
        var app = arrival.App.Id;
        for (var tries = 0; tries < 3; tries++)
        {
            var account = await accounts.FindAsync(app, arrival.Identifier, cancellationToken);
            var verdict = ArrivalDecision.Of(account, arrival.Identifier, arrival.Proof, arrival.MayBegin);
            if (verdict == ArrivalVerdict.NoAccount)
                return new(ArrivalResult.NoAccount, "", null);
            if (verdict == ArrivalVerdict.NotActive)
                return new(ArrivalResult.NotActive, account!.User.Id, null);

            var userId = verdict switch
            {
                ArrivalVerdict.Begins => await NewUserIdAsync(arrival, cancellationToken),
                ArrivalVerdict.Moves => Ids.New(),
                _ => account!.User.Id,
            };
            if (await WriteAsync(arrival, verdict, account, userId, cancellationToken))
            {
                counting.SignedIn(app, userId, arrival.Caller.UserAgent, took: null);
                return new(
                    ArrivalResult.SignedIn, userId,
                    await tokens.BeginAsync(arrival.App, userId, arrival.Session, cancellationToken));
            }

            // Either it was spent, or the account is another than it was.
            if (AreAlike(account, await accounts.FindAsync(app, arrival.Identifier, cancellationToken)))
                return new(ArrivalResult.NotSpent, "", null);
        }

        throw new RefusedException(Refusal.Busy);
    }

    /// <summary>
    /// The statements by which a user loses passkeys and sessions, over <c>@app</c> and <c>@now</c> too. The keys are kept
    /// as those of former passkeys.
    /// </summary>
    /// <param name="parameters">Of the whole write.</param>
    /// <param name="when">SQL: whether it happens.</param>
    /// <param name="who">The parameter that is the user's id.</param>
    /// <param name="which">SQL over the columns of passkeys: which of them go.</param>
    public static Statement[] Losing(Parameter[] parameters, string when, string who = "@loser", string which = "1 = 1")
    {
        var passkeys = $"app_id = @app AND user_id = {who} AND {which} AND {when}";
        var theirs = $"FROM passkeys p WHERE p.app_id = @app AND p.user_id = {who} AND {which}";
        return
        [
            // Holds the rows: a sign-in that is under way is counted first, and its session is ended with the others.
            new($"UPDATE passkeys SET updated_at = @now WHERE {passkeys}", parameters),
            new(
                $"""
                UPDATE users SET
                    carried_logins = carried_logins + CAST(COALESCE((SELECT SUM(p.usage_count) {theirs}), 0) AS BIGINT),
                    carried_last_login_at = COALESCE(
                        (SELECT MAX(CASE WHEN p.last_login_at > carried_last_login_at THEN p.last_login_at ELSE carried_last_login_at END)
                         {theirs}),
                        carried_last_login_at),
                    updated_at = @now
                WHERE app_id = @app AND user_id = {who} AND {when}
                """,
                parameters),
            new(PasskeyRemovals.KeepKeys($"p.app_id = @app AND p.user_id = {who} AND {which} AND {when}"), parameters),
            new($"DELETE FROM passkeys WHERE {passkeys}", parameters),
            new(
                $"UPDATE sessions SET revoked_at = @now WHERE app_id = @app AND user_id = {who} AND revoked_at = 0 AND {when}",
                parameters),
        ];
    }

    private async ValueTask<string> NewUserIdAsync(Arrival arrival, CancellationToken cancellationToken)
        => arrival.NewUserId is { } id && await accounts.GetAsync(arrival.App.Id, id, cancellationToken) is null ? id : Ids.New();

    private async ValueTask<bool> WriteAsync(
        Arrival arrival, ArrivalVerdict verdict, Account? account, string userId, CancellationToken cancellationToken)
    {
        var (now, spent) = (time.GetUtcNow(), arrival.SpentNow);
        var known = account?.Identifiers.First(one => one.Kind == arrival.Identifier.Kind.Word && one.Value == arrival.Identifier.Value);
        Parameter[] parameters =
        [
            Text("app", arrival.App.Id.Value), Text("user", userId), Text("owner", account?.User.Id ?? userId),
            Text("loser", account?.User.Id ?? ""), Text("kind", arrival.Identifier.Kind.Word), Text("value", arrival.Identifier.Value),
            Text("given", arrival.Identifier.Given), Bytes("handle", UserHandle.Create().ToArray()),
            Flag("weakly", !ArrivalDecision.IsStrong(account, arrival.Proof)),
            Number("known_verified_at", known?.VerifiedAt is { } at ? Micros.From(at) : 0), Flag("known_weakly", known?.IsWeak ?? false),
            Text("known_status", (account?.User.Status ?? UserStatus.Pending).ToWord()),
            Flag("known_signed_up", account?.User.SignedUp ?? true),
            Number("known_proven", account?.Identifiers.Count(one => one.IsProven) ?? 0),
            Text("attempt", Ids.Next()), Text("told", Ids.Next()), Text("session", arrival.Session.Id),
            .. EventWriting.From(arrival.Caller.IpAddress, arrival.Caller.UserAgent, arrival.StartedAt), Time("now", now),
            .. arrival.Parameters,
        ];
        var session = SessionStore.Beginning(arrival.App.Id, userId, arrival.Session, deviceId: "", arrival.Caller, spent);
        Statement spend = new(arrival.Spend(verdict == ArrivalVerdict.Begins ? HasIt : IsAsRead), parameters);
        var touched = await database.WriteAsync(
            [
                // Of two who change one account, one waits for the other.
                new("UPDATE users SET updated_at = updated_at WHERE app_id = @app AND user_id = @owner", parameters),
                .. verdict is ArrivalVerdict.Begins or ArrivalVerdict.Moves ? [MakingUser(parameters)] : Array.Empty<Statement>(),
                .. verdict == ArrivalVerdict.Begins ? [MakingIdentifier(parameters)] : Array.Empty<Statement>(),
                spend,
                .. verdict switch
                {
                    ArrivalVerdict.Begins => [Forgetting("identifiers", parameters, spent), Forgetting("users", parameters, spent)],
                    ArrivalVerdict.TakesOver =>
                    [
                        .. Telling(arrival, parameters, userId), .. Losing(parameters, spent), Proving(parameters, spent),
                        // Whoever claimed the account could take back with them what had been changed before, and be in it again.
                        new(EndingLinks("@loser", spent), parameters),
                    ],
                    ArrivalVerdict.Moves =>
                    [
                        .. Telling(arrival, parameters, account!.User.Id), .. Losing(parameters, spent), Moving(parameters, spent),
                        Forgetting("users", parameters, spent),
                    ],
                    _ => (Statement[])[Proving(parameters, spent)],
                },
                new(
                    $"""
                    UPDATE users SET status = 'active', carried_logins = carried_logins + 1, carried_last_login_at = @now, updated_at = @now
                    WHERE app_id = @app AND user_id = @user AND {spent}
                    """,
                    parameters),
                session with { Parameters = With(session.Parameters, parameters) },
                .. events.One(arrival.Event, parameters, spent),
                .. arrival.Then.Select(sql => new Statement(sql, parameters)),
            ],
            cancellationToken);
        return touched.By(spend) == 1;
    }

    private static Statement MakingUser(Parameter[] parameters) => new(
        """
        INSERT INTO users (app_id, user_id, external_id, user_handle, status, metadata, signed_up, carried_logins,
            carried_last_login_at, created_at, updated_at)
        VALUES (@app, @user, NULL, @handle, 'pending', NULL, 1, 0, 0, @now, @now)
        ON CONFLICT (app_id, user_id) DO NOTHING
        """,
        parameters);

    private static Statement MakingIdentifier(Parameter[] parameters) => new(
        $"""
        INSERT INTO identifiers (app_id, kind, value, given, user_id, verified_at, verified_weakly, created_at)
        SELECT @app, @kind, @value, @given, @user, @now, @weakly, @now WHERE {IsNew}
        ON CONFLICT (app_id, kind, value) DO NOTHING
        """,
        parameters);

    // What was made for one who did not arrive after all.
    private static Statement Forgetting(string table, Parameter[] parameters, string spent)
        => new($"DELETE FROM {table} WHERE app_id = @app AND user_id = @user AND {IsNew} AND NOT ({spent})", parameters);

    /// <summary>
    /// Notes that the user <c>@user</c> has proven the identifier <c>@kind</c> and <c>@value</c>, or done so weakly, by <c>@weakly</c>. A
    /// proof stays as good as it ever was.
    /// </summary>
    /// <param name="parameters">Of the whole write.</param>
    /// <param name="spent">SQL: whether it happens.</param>
    public static Statement Proving(Parameter[] parameters, string spent) => new(
        $"""
        UPDATE identifiers SET
            verified_weakly = CASE WHEN verified_at > 0 AND verified_weakly = 0 THEN 0 ELSE @weakly END,
            verified_at = CASE WHEN verified_at = 0 OR verified_weakly > @weakly THEN @now ELSE verified_at END
        WHERE {IsThis} AND user_id = @user AND {spent}
        """,
        parameters);

    /// <summary>SQL over <c>@app</c> and <c>@now</c> that ends a user's links but those to sign in with.</summary>
    /// <param name="who">The parameter that is the user's id.</param>
    /// <param name="which">SQL over the columns of links: which of them.</param>
    public static string EndingLinks(string who, string which) => $"""
        UPDATE links SET expires_at = @now
        WHERE app_id = @app AND user_id = {who} AND purpose <> 'sign_in' AND expires_at > @now AND {which}
        """;

    private static Statement Moving(Parameter[] parameters, string spent) => new(
        $"""
        UPDATE identifiers SET user_id = @user, given = @given, verified_at = @now, verified_weakly = 0, created_at = @now
        WHERE {IsThis} AND user_id = @owner AND {spent}
        """,
        parameters);

    // Where there is something to lose.
    private Statement[] Telling(Arrival arrival, Parameter[] parameters, string loser) => events.One(
        CompleteEvents.IdentifierTaken,
        With([Text("user", loser)], parameters),
        $"""
        {arrival.SpentNow}
            AND (EXISTS (SELECT 1 FROM passkeys p WHERE p.app_id = @app AND p.user_id = @loser)
                OR EXISTS (SELECT 1 FROM sessions s WHERE s.app_id = @app AND s.user_id = @loser AND s.revoked_at = 0))
        """,
        id: "told");

    // The first of a name counts.
    private static Parameter[] With(Parameter[] first, Parameter[] rest) => [.. first.Concat(rest).DistinctBy(one => one.Name)];

    private static bool AreAlike(Account? one, Account? other)
        => one?.User.Id == other?.User.Id
            && one?.User.Status == other?.User.Status
            && one?.User.SignedUp == other?.User.SignedUp
            && (one?.Identifiers ?? []).SequenceEqual(other?.Identifiers ?? []);
}
