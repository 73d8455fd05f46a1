using OpenPassage.Server.Sql;
using OpenPassage.Server.Values;
using OpenPassage.WebAuthn;
using static OpenPassage.Server.Sql.Parameter;

namespace OpenPassage.Server.Users;

/// <summary>The users of every app.</summary>
internal sealed class UserStore(Database database, TimeProvider time)
{
    // A sign-in touches its passkey's row only; what a user's sign-ins add up to is asked here.
    internal const string LoginCount = """
        u.carried_logins + CAST(COALESCE((SELECT SUM(p.usage_count) FROM passkeys p WHERE p.app_id = u.app_id AND p.user_id = u.user_id), 0) AS BIGINT)
        """;

    internal const string LastLoginAt = """
        COALESCE((SELECT MAX(CASE WHEN p.last_login_at > u.carried_last_login_at THEN p.last_login_at ELSE u.carried_last_login_at END)
                  FROM passkeys p WHERE p.app_id = u.app_id AND p.user_id = u.user_id), u.carried_last_login_at)
        """;

    /// <summary>As it was given; null: the user has none.</summary>
    internal const string FirstIdentifier = """
        (SELECT i.given FROM identifiers i WHERE i.app_id = u.app_id AND i.user_id = u.user_id ORDER BY i.created_at, i.kind, i.value LIMIT 1)
        """;

    // Identifiers are asked for where there is no external id, and only there.
    internal const string Columns = $"""
        u.app_id, u.user_id, u.external_id, u.user_handle, u.status, u.created_at, u.updated_at, u.metadata, {LoginCount}, {LastLoginAt},
        u.enrolment_blocked, COALESCE(u.external_id, {FirstIdentifier}, u.user_id), u.signed_up
        """;

    /// <summary>The user with this external id, made when there is none.</summary>
    /// <exception cref="ArgumentException">An empty external id.</exception>
    public async ValueTask<User> CreateOrGetAsync(AppId app, string externalId, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(externalId);
        if (await GetByExternalIdAsync(app, externalId, cancellationToken) is { } known)
            return known;

        // Whoever came first made the row; everyone reads the same one.
        await database.WriteAsync([Creation(app, Ids.New(), externalId)], cancellationToken);
        return await GetByExternalIdAsync(app, externalId, cancellationToken)
            ?? throw new InvalidOperationException("The user that was just made is gone.");
    }

    /// <summary>The statement that makes a user, unless there is one with this external id; null: the user has none.</summary>
    public Statement Creation(AppId app, string userId, string? externalId) => new(
        """
        INSERT INTO users (app_id, user_id, external_id, user_handle, status, carried_logins, carried_last_login_at, created_at, updated_at)
        VALUES (@app, @user, @external_id, @handle, 'active', 0, 0, @now, @now)
        ON CONFLICT (app_id, external_id) DO NOTHING
        """,
        Text("app", app.Value),
        Text("user", userId),
        Text("external_id", externalId),
        Bytes("handle", UserHandle.Create().ToArray()),
        Time("now", time.GetUtcNow()));

    public ValueTask<User?> GetByExternalIdAsync(AppId app, string externalId, CancellationToken cancellationToken)
        => database.FindAsync(
            new(
                $"SELECT {Columns} FROM users u WHERE u.app_id = @app AND u.external_id = @external_id",
                Text("app", app.Value),
                Text("external_id", externalId)),
            Read,
            cancellationToken);

    public ValueTask<User?> GetAsync(AppId app, string userId, CancellationToken cancellationToken)
        => database.FindAsync(
            new(
                $"SELECT {Columns} FROM users u WHERE u.app_id = @app AND u.user_id = @user",
                Text("app", app.Value),
                Text("user", userId)),
            Read,
            cancellationToken);

    public async ValueTask<UserPage> ListAsync(AppId app, UserQuery query, CancellationToken cancellationToken)
    {
        var sql = new UserQuerySql(database, app, query);
        var total = await database.NumberAsync(
            new($"SELECT COUNT(*) FROM users u WHERE {sql.Where}", sql.Parameters) { OneOff = true }, cancellationToken);

        // The inner query picks the page; only its rows pay for the sums.
        var users = await database.ListAsync(
            new(
                $"""
                SELECT {Columns}
                FROM (SELECT u.* FROM users u WHERE {sql.Where} ORDER BY {sql.OrderBy} LIMIT @limit OFFSET @offset) u
                ORDER BY {sql.OrderBy}
                """,
                [.. sql.Parameters, Number("limit", query.Limit), Number("offset", (query.Page - 1L) * query.Limit)])
            { OneOff = true },
            Read,
            cancellationToken);
        return new(users, total);
    }

    internal static User Read(Row row) => new()
    {
        App = new(row.GetString(0)),
        Id = row.GetString(1),
        ExternalId = row.IsNull(2) ? null : row.GetString(2),
        Handle = new(row.GetBytes(3)),
        Status = UserStatuses.Parse(row.GetString(4)),
        CreatedAt = Micros.ToTime(row.GetInt64(5)),
        UpdatedAt = Micros.ToTime(row.GetInt64(6)),
        Metadata = row.IsNull(7) ? null : row.GetString(7),
        LoginCount = row.GetInt64(8),
        LastLoginAt = Micros.ToTimeOrNever(row.GetInt64(9)),
        EnrolmentBlocked = row.GetInt64(10) == 1,
        Name = row.GetString(11),
        SignedUp = row.GetInt64(12) == 1,
    };
}
