using OpenPassage.Server.Sql;
using OpenPassage.Server.Values;
using static OpenPassage.Server.Sql.Parameter;

namespace OpenPassage.Server.Users;

/// <summary>
/// What users of every app go by, beside their external ids. Within an app an identifier is one user's: the unique key decides
/// whose. A sign-in asks for none of this.
/// </summary>
internal sealed class IdentifierStore(Database database, TimeProvider time)
{
    private const string This = "app_id = @app AND kind = @kind AND value = @value";

    /// <summary>Null: nobody in the app has it.</summary>
    public ValueTask<User?> FindUserAsync(AppId app, IdentifierKind kind, string text, CancellationToken cancellationToken)
        => database.FindAsync(
            new(
                $"""
                SELECT {UserStore.Columns}
                FROM identifiers i JOIN users u ON u.app_id = i.app_id AND u.user_id = i.user_id
                WHERE i.app_id = @app AND i.kind = @kind AND i.value = @value
                """,
                Parameters(app, kind, text)),
            UserStore.Read,
            cancellationToken);

    /// <summary>Gives a user an identifier. One that the user has already stays verified if it was, and is as it is given now.</summary>
    /// <exception cref="ArgumentException">An empty text.</exception>
    public async ValueTask<IdentifierOutcome> AddAsync(
        AppId app, string userId, IdentifierKind kind, string text, bool verified, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(text);
        var now = time.GetUtcNow();
        Parameter[] parameters =
        [
            .. Parameters(app, kind, text),
            Text("given", text),
            Text("user", userId),
            Number("verified_at", verified ? Micros.From(now) : 0),
            Time("now", now),
        ];
        var hold = Hold(parameters);
        Statement add = new(
            """
            INSERT INTO identifiers (app_id, kind, value, given, user_id, verified_at, created_at)
            SELECT @app, @kind, @value, @given, @user, @verified_at, @now
            FROM users u WHERE u.app_id = @app AND u.user_id = @user
            ON CONFLICT (app_id, kind, value) DO UPDATE SET
                given = excluded.given,
                verified_at = CASE WHEN identifiers.verified_at = 0 THEN excluded.verified_at ELSE identifiers.verified_at END
            WHERE identifiers.user_id = excluded.user_id
            """,
            parameters);
        var touched = await database.WriteAsync([hold, add], cancellationToken);
        return touched.By(hold) == 0
            ? IdentifierOutcome.NoSuchUser
            : touched.By(add) == 0 ? IdentifierOutcome.Taken : IdentifierOutcome.Has;
    }

    /// <summary>Takes an identifier from a user. False when the user has no such one.</summary>
    public async ValueTask<bool> RemoveAsync(
        AppId app, string userId, IdentifierKind kind, string text, CancellationToken cancellationToken)
    {
        Statement remove = new(
            $"DELETE FROM identifiers WHERE {This} AND user_id = @user", [.. Parameters(app, kind, text), Text("user", userId)]);
        return (await database.WriteAsync([remove], cancellationToken)).By(remove) == 1;
    }

    /// <summary>Says that an identifier is proven to be a user's, or is not any more. False when the user has no such one.</summary>
    public async ValueTask<bool> SetVerifiedAsync(
        AppId app, string userId, IdentifierKind kind, string text, bool verified, CancellationToken cancellationToken)
    {
        Statement set = new(
            $"UPDATE identifiers SET verified_at = @verified_at, verified_weakly = 0 WHERE {This} AND user_id = @user",
            [
                .. Parameters(app, kind, text),
                Text("user", userId),
                Number("verified_at", verified ? Micros.From(time.GetUtcNow()) : 0),
            ]);
        return (await database.WriteAsync([set], cancellationToken)).By(set) == 1;
    }

    /// <summary>What a user goes by, the oldest first.</summary>
    public ValueTask<IReadOnlyList<Identifier>> ListAsync(AppId app, string userId, CancellationToken cancellationToken)
        => database.ListAsync(
            new(
                """
                SELECT kind, value, given, verified_at, verified_weakly, created_at FROM identifiers
                WHERE app_id = @app AND user_id = @user ORDER BY created_at, kind, value
                """,
                Text("app", app.Value),
                Text("user", userId)),
            Read,
            cancellationToken);

    /// <summary>What each of a page of users goes by, in one query; by user, the oldest first.</summary>
    public async ValueTask<ILookup<string, Identifier>> ListAsync(
        AppId app, IReadOnlyList<User> users, CancellationToken cancellationToken)
    {
        if (users is [])
            return Enumerable.Empty<Identifier>().ToLookup(_ => "");
        var names = string.Join(", ", users.Select((_, place) => $"@user{place}"));
        var found = await database.ListAsync(
            new(
                $"""
                SELECT kind, value, given, verified_at, verified_weakly, created_at, user_id FROM identifiers
                WHERE app_id = @app AND user_id IN ({names}) ORDER BY created_at, kind, value
                """,
                [Text("app", app.Value), .. users.Select((user, place) => Text($"user{place}", user.Id))])
            { OneOff = true },
            row => (User: row.GetString(6), Identifier: Read(row)),
            cancellationToken);
        return found.ToLookup(one => one.User, one => one.Identifier);
    }

    /// <summary>
    /// The statements that take all identifiers from a user who goes. They stand first in that transaction: whoever adds one waits for
    /// its end, and finds no user then.
    /// </summary>
    /// <param name="parameters"><c>@app</c> and <c>@user</c>.</param>
    public static Statement[] Removal(Parameter[] parameters) =>
        [Hold(parameters), new("DELETE FROM identifiers WHERE app_id = @app AND user_id = @user", parameters)];

    private static Identifier Read(Row row) => new(
        row.GetString(0),
        row.GetString(1),
        row.GetString(2),
        Micros.ToTimeOrNever(row.GetInt64(3)),
        row.GetInt64(4) == 1,
        Micros.ToTime(row.GetInt64(5)));

    private static Statement Hold(Parameter[] parameters)
        => new("UPDATE users SET updated_at = updated_at WHERE app_id = @app AND user_id = @user", parameters);

    private static Parameter[] Parameters(AppId app, IdentifierKind kind, string text)
        => [Text("app", app.Value), Text("kind", kind.Word), Text("value", kind.ToCompared(text))];
}
