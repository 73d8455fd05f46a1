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

/// <summary>Links, a row each. Every change of one is a single statement on its row, which asks for what the rule has asked for.</summary>
internal sealed class LinkStore(Database database, EventWriting events, TimeProvider time)
{
    /// <summary>SQL over <c>@app</c>, <c>@link</c> and <c>@attempt</c>: whether this very try has changed the row.</summary>
    public const string ChangedNow = "EXISTS (SELECT 1 FROM links WHERE app_id = @app AND link_id = @link AND attempt = @attempt)";

    /// <summary>SQL over the same and <c>@user</c>: from then on it is this account's.</summary>
    public const string BecomesUsers = "UPDATE links SET user_id = @user WHERE app_id = @app AND link_id = @link AND attempt = @attempt";

    /// <summary>
    /// SQL over the same, <c>@now</c> and <c>@is_own</c>: what the opening before has begun ends; and where somebody has opened it
    /// elsewhere than where it was asked for, what was begun there too.
    /// </summary>
    public const string EndsEarlier = $"""
        UPDATE sessions SET revoked_at = @now
        WHERE app_id = @app AND revoked_at = 0
            AND (session_id = (SELECT l.earlier_session FROM links l WHERE l.app_id = @app AND l.link_id = @link)
                OR (@is_own = 0
                    AND session_id = (SELECT l.delivered_session FROM links l WHERE l.app_id = @app AND l.link_id = @link)))
            AND {ChangedNow}
        """;

    /// <summary>All of them.</summary>
    public static readonly Removal Rows = new("links", "link_id");

    /// <summary>Those that ended a day ago go.</summary>
    public static readonly KeptRows Kept = new(Rows, "expires_at", TimeSpan.FromDays(1));

    private const string Columns = """
        link_id, purpose, may_begin, kind, value, given, message_id, user_id, network, redirect_url, created_at, expires_at, openings,
        opened_by, opener, opened_at, own_opened_at, session_id, delivered_at, delivered_to, delivered_session, asked_by, since, held_since,
        proven_at, proven_weakly
        """;

    /// <summary>Null: there is none.</summary>
    public ValueTask<Link?> FindAsync(AppId app, string id, CancellationToken cancellationToken) => database.FindAsync(
        new($"SELECT {Columns} FROM links WHERE app_id = @app AND link_id = @link", Text("app", app.Value), Text("link", id)),
        Read,
        cancellationToken);

    /// <summary>Null: there is none.</summary>
    public async ValueTask<Link?> FindBySecretAsync(AppId app, string secret, CancellationToken cancellationToken)
        => LinkSecret.Hash(secret) is { } hash
            ? await database.FindAsync(
                new(
                    $"SELECT {Columns} FROM links WHERE app_id = @app AND secret_hash = @hash",
                    Text("app", app.Value),
                    Bytes("hash", hash)),
                Read,
                cancellationToken)
            : null;

    /// <summary>The statement that makes one, for the transaction that sends it.</summary>
    /// <param name="app">Whose.</param>
    /// <param name="link">What is made.</param>
    /// <param name="when">SQL over <c>@app</c> and <paramref name="parameters"/>: whether it is made.</param>
    /// <param name="parameters">Those of the condition; none begins with <c>link_</c>.</param>
    public static Statement Making(AppId app, NewLink link, string when, Parameter[] parameters) => new(
        $"""
        INSERT INTO links (app_id, link_id, secret_hash, purpose, may_begin, kind, value, given, message_id, user_id, network, redirect_url,
            created_at, expires_at, openings, opened_by, opener, opened_at, own_opened_at, session_id, earlier_session, delivered_at,
            delivered_to, delivered_session, attempt, asked_by, since, held_since, proven_at, proven_weakly)
        SELECT @app, @link_id, @link_hash, @link_purpose, @link_begins, @link_kind, @link_value, @link_given, @link_message, @link_user,
            @link_network, @link_redirect, @link_created, @link_expires, 0, ' ', '', 0, 0, '', '', 0, '', '', '',
            @link_asked_by, @link_since, @link_held_since, @link_proven_at, @link_weakly
        WHERE {when}
        """,
        [
            .. parameters.Where(parameter => parameter.Name != "app"),
            Text("app", app.Value),
            Text("link_id", link.Id),
            Bytes("link_hash", link.Secret.Hash()),
            Text("link_purpose", link.Purpose.ToWord()),
            Flag("link_begins", link.MayBegin),
            Text("link_kind", link.Identifier.Kind.Word),
            Text("link_value", link.Identifier.Value),
            Text("link_given", link.Identifier.Given),
            Text("link_message", link.MessageId),
            Text("link_user", link.UserId),
            Text("link_network", link.Network),
            Text("link_redirect", link.RedirectUrl),
            Time("link_created", link.CreatedAt),
            Time("link_expires", link.ExpiresAt),
            Text("link_asked_by", link.AskedBy),
            Time("link_since", link.TakenBack.Since),
            Number("link_held_since", Micros.OrNever(link.TakenBack.HeldSince)),
            Number("link_proven_at", Micros.OrNever(link.TakenBack.ProvenAt)),
            Flag("link_weakly", link.TakenBack.IsWeak),
        ]);

    /// <summary>
    /// Takes back what <see cref="Making"/> wrote where that is said: it is asked either way, so that it takes as long.
    /// </summary>
    public static Statement TakingBack(AppId app, NewLink link, bool isTakenBack) => new(
        "DELETE FROM links WHERE app_id = @app AND link_id = @link AND @is_good = 0",
        Text("app", app.Value),
        Text("link", link.Id),
        Flag("is_good", !isTakenBack));

    /// <summary>
    /// SQL that opens one on a condition, as <see cref="LinkDecision"/> allows it: over <c>@app</c>, <c>@owner</c>, <c>@now</c>,
    /// <c>@attempt</c>, <c>@session</c> and the parameters of <c>Opening</c>.
    /// </summary>
    /// <param name="condition">SQL over whatever the caller has.</param>
    public static string Open(string condition) => $"""
        UPDATE links SET
            openings = openings + 1, opened_by = opened_by || @opener || ' ', opener = @opener, opened_at = @now,
            own_opened_at = CASE WHEN @is_own = 1 THEN @now ELSE 0 END, earlier_session = session_id, session_id = @session,
            attempt = @attempt
        WHERE {MayOpen} AND (user_id = '' OR user_id = @owner) AND {condition}
        """;

    /// <summary>SQL over the columns of links, <c>@app</c>, <c>@now</c> and the parameters of <c>Opening</c>: it can be opened.</summary>
    public const string MayOpen = """
        app_id = @app AND link_id = @link AND expires_at > @now AND own_opened_at = 0 AND opened_by NOT LIKE @opened_here
            AND (@is_own = 1 OR openings < @most_openings)
        """;

    /// <summary>What <see cref="Open"/> and what is done behind it ask.</summary>
    public static Parameter[] Opening(Link link, string network) => Opening(link, network, link.IsOwn(network));

    /// <param name="link">Which.</param>
    /// <param name="network">Where it is opened.</param>
    /// <param name="isOwn">Whether that is its own one.</param>
    public static Parameter[] Opening(Link link, string network, bool isOwn) =>
    [
        Text("link", link.Id), Text("opener", network), Text("opened_here", $"% {network} %"), Flag("is_own", isOwn),
        Number("most_openings", LinkDecision.MostOf(link)),
    ];

    /// <summary>
    /// SQL over <c>@app</c>, <c>@user</c> and <c>@now</c> that ends links by which a user changes something or takes a change back.
    /// </summary>
    /// <param name="which">SQL over the columns of links: which of them.</param>
    public static string Ending(string which) => ArrivalStore.EndingLinks("@user", which);

    /// <summary>
    /// Begins a session for whoever has asked, as <see cref="LinkDecision.Deliver"/> allows it, while the one of the opening goes on.
    /// </summary>
    /// <returns>False: somebody else was first, or the opening's session has ended.</returns>
    public async ValueTask<bool> TryDeliverAsync(
        AppId app, Link link, string network, NewSession session, Caller caller, CancellationToken cancellationToken)
    {
        Parameter[] parameters =
        [
            Text("app", app.Value), Text("user", link.UserId), Text("link", link.Id), Text("opening", link.SessionId),
            Text("network", network), Text("attempt", Ids.Next()), .. EventWriting.From(caller.IpAddress, caller.UserAgent, link.CreatedAt),
            Time("now", time.GetUtcNow()),
        ];
        var begins = SessionStore.Beginning(app, link.UserId, session, deviceId: "", caller, ChangedNow);
        Statement deliver = new(
            """
            UPDATE links SET delivered_at = @now, delivered_to = @network, delivered_session = @session, attempt = @attempt
            WHERE app_id = @app AND link_id = @link AND delivered_at = 0 AND session_id = @opening
                AND EXISTS (SELECT 1 FROM sessions s JOIN users u ON u.app_id = s.app_id AND u.user_id = s.user_id
                            WHERE s.app_id = @app AND s.session_id = @opening AND s.user_id = @user AND s.revoked_at = 0
                                AND u.status = 'active')
            """,
            [.. parameters, Text("session", session.Id)]);
        var touched = await database.WriteAsync(
            [
                // A deactivation that is under way ends first.
                IdentifierStore.Hold(parameters),
                deliver,
                begins with { Parameters = [.. begins.Parameters.Concat(parameters).DistinctBy(parameter => parameter.Name)] },
                .. events.One(CompleteEvents.LinkDelivered, parameters, ChangedNow),
            ],
            cancellationToken);
        return touched.By(deliver) == 1;
    }

    private static Link Read(Row row) => new()
    {
        Id = row.GetString(0),
        Purpose = LinkPurposes.Parse(row.GetString(1)),
        MayBegin = row.GetInt64(2) == 1,
        Identifier = Identifiers.Of(row.GetString(3), row.GetString(4), row.GetString(5)),
        MessageId = row.GetString(6),
        UserId = row.GetString(7),
        Network = row.GetString(8),
        RedirectUrl = row.GetString(9),
        CreatedAt = Micros.ToTime(row.GetInt64(10)),
        ExpiresAt = Micros.ToTime(row.GetInt64(11)),
        Openings = row.GetInt64(12),
        OpenedBy = row.GetString(13).Split(' ', StringSplitOptions.RemoveEmptyEntries),
        Opener = row.GetString(14),
        OpenedAt = Micros.ToTimeOrNever(row.GetInt64(15)),
        OwnOpenedAt = Micros.ToTimeOrNever(row.GetInt64(16)),
        SessionId = row.GetString(17),
        DeliveredAt = Micros.ToTimeOrNever(row.GetInt64(18)),
        DeliveredTo = row.GetString(19),
        DeliveredSession = row.GetString(20),
        AskedBy = row.GetString(21),
        TakenBack = new(
            Micros.ToTime(row.GetInt64(22)), Micros.ToTimeOrNever(row.GetInt64(23)), Micros.ToTimeOrNever(row.GetInt64(24)),
            row.GetInt64(25) == 1),
    };
}
