using OpenPassage.Server.Events;
using OpenPassage.Server.Sealing;
using OpenPassage.Server.Sql;
using OpenPassage.Server.Users;
using OpenPassage.Server.Values;
using static OpenPassage.Server.Sql.Parameter;

namespace OpenPassage.Server.Passkeys;

internal enum NonceResult { SpentNow, AlreadySpent, UserNotActive, PasskeyGone }

/// <summary>What came of spending a nonce; the user's external id, if there is one, when it was spent now.</summary>
internal readonly record struct NonceOutcome(NonceResult Result, string? ExternalId)
{
    public bool SpentNow => Result == NonceResult.SpentNow;
}

/// <summary>
/// The tickets that have been used, until nothing sealed can stand for them any more. Taking is inserting: the unique key
/// decides who won, on however many nodes.
/// </summary>
internal sealed class SpentTickets(Database database, EventWriting events, TimeProvider time)
{
    /// <summary>How much longer than its ticket a spent row stays, for clocks that differ between nodes.</summary>
    public static readonly TimeSpan Margin = TimeSpan.FromMinutes(10);

    private static readonly Removal Expired = new("spent", "ticket");

    private static readonly FrequentWrite SpendNonce = new(
        Rank: 2,
        One:
        [
            """
            INSERT INTO spent (app_id, ticket, attempt, expires_at)
            SELECT @app, @ticket, @attempt, @spent_until
            FROM passkeys p JOIN users u ON u.app_id = p.app_id AND u.user_id = p.user_id
            WHERE p.app_id = @app AND p.credential_id = @credential AND p.user_id = @user AND u.status = 'active'
            ON CONFLICT (app_id, ticket) DO NOTHING
            RETURNING (SELECT u.external_id FROM users u WHERE u.app_id = @app AND u.user_id = @user)
            """,
        ],
        Many: SpentTicketsPostgres.SpendNonces);

    // Registrations of apps that hold new passkeys: few, and each by itself. The passkey's row is held before anything is decided.
    private const string HoldPasskey =
        "UPDATE passkeys SET updated_at = updated_at WHERE app_id = @app AND credential_id = @credential AND user_id = @user";

    private const string SpendIfWaiting = """
        INSERT INTO spent (app_id, ticket, attempt, expires_at)
        SELECT @app, @ticket, @attempt, @spent_until
        FROM passkeys p JOIN users u ON u.app_id = p.app_id AND u.user_id = p.user_id
        WHERE p.app_id = @app AND p.credential_id = @credential AND p.user_id = @user AND u.status = 'active' AND u.enrolment_blocked = 0
        ON CONFLICT (app_id, ticket) DO NOTHING
        """;

    private readonly string[] activate =
    [
        .. events.One(PasskeyEvents.Activated, SpentNow),
        $"""
        UPDATE passkeys SET inactive_until = 0, updated_at = @now
        WHERE app_id = @app AND credential_id = @credential AND user_id = @user AND {SpentNow}
        """,
    ];

    private const string SpentNow = "EXISTS (SELECT 1 FROM spent s WHERE s.app_id = @app AND s.ticket = @ticket AND s.attempt = @attempt)";

    public async ValueTask<bool> IsSpentAsync(AppId app, TicketId ticket, CancellationToken cancellationToken)
        => await database.NumberAsync(
            new(
                "SELECT COUNT(*) FROM spent WHERE app_id = @app AND ticket = @ticket",
                Text("app", app.Value),
                Bytes("ticket", ticket.ToArray())),
            cancellationToken) > 0;

    /// <summary>
    /// One of all callers with the same nonce is told <see cref="NonceResult.SpentNow"/>. A passkey that waits for it becomes active
    /// in the same transaction.
    /// </summary>
    public async ValueTask<NonceOutcome> SpendNonceAsync(AppId app, Nonce nonce, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        Parameter[] parameters =
        [
            Text("app", app.Value),
            Text("user", nonce.UserId),
            Bytes("credential", nonce.CredentialId.ToArray()),
            Bytes("ticket", nonce.Id.ToArray()),
            Text("attempt", Ids.Next()),
            Time("spent_until", nonce.ExpiresAt + Margin),
            Time("now", now),
        ];
        if (nonce.Proof is { Activates: true })
        {
            return await SpendAndActivateAsync(
                [.. parameters, .. EventWriting.From(ipAddress: "", userAgent: "", started: now)], cancellationToken);
        }

        var written = await database.WriteAsync(SpendNonce, app, parameters, cancellationToken);
        return written.Done ? new(NonceResult.SpentNow, written.Text) : new(await ReasonAsync(parameters, cancellationToken), null);
    }

    /// <summary>Removes what has expired, a few rows at a time so that no sign-in waits; how many it removed.</summary>
    public ValueTask<int> RemoveExpiredAsync(CancellationToken cancellationToken)
        => Expired.BeforeAsync(database, "expires_at", time.GetUtcNow(), cancellationToken);

    private async ValueTask<NonceOutcome> SpendAndActivateAsync(Parameter[] parameters, CancellationToken cancellationToken)
    {
        Statement spend = new(SpendIfWaiting, parameters);
        var touched = await database.WriteAsync(
            [new(HoldPasskey, parameters), spend, .. activate.Select(sql => new Statement(sql, parameters))], cancellationToken);
        if (touched.By(spend) == 0)
            return new(await ReasonAsync(parameters, cancellationToken), null);
        var owner = await database.ListAsync(
            new("SELECT external_id FROM users WHERE app_id = @app AND user_id = @user", parameters),
            row => row.IsNull(0) ? null : row.GetString(0),
            cancellationToken);
        return owner is [var externalId] ? new(NonceResult.SpentNow, externalId) : new(NonceResult.PasskeyGone, null);
    }

    private async ValueTask<NonceResult> ReasonAsync(Parameter[] parameters, CancellationToken cancellationToken)
    {
        var status = await database.FindAsync(
            new(
                """
                SELECT u.status
                FROM passkeys p JOIN users u ON u.app_id = p.app_id AND u.user_id = p.user_id
                WHERE p.app_id = @app AND p.credential_id = @credential AND p.user_id = @user
                """,
                parameters),
            row => row.GetString(0),
            cancellationToken);
        return status is null ? NonceResult.PasskeyGone
            : UserStatuses.Parse(status) != UserStatus.Active ? NonceResult.UserNotActive
            : NonceResult.AlreadySpent;
    }
}
