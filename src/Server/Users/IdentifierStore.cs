using OpenPassage.Server.Sql;
using OpenPassage.Server.Values;
using OpenPassage.WebAuthn;
using static OpenPassage.Server.Sql.Parameter;

namespace OpenPassage.Server.Users;

/// <summary>
/// What users of every app go by, beside their external ids. Within an app an identifier is one user's: the unique key decides
/// whose. What a sign-in asks of this, <c>SignIns</c> in Passkeys asks.
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

    /// <summary>
    /// The same where nobody is to learn who is there: if nobody has it, somebody else stands in, so that looking him up and whatever is
    /// asked for afterwards is the same work. Null: the app has no users.
    /// </summary>
    /// <param name="app">Whose.</param>
    /// <param name="kind">What it is.</param>
    /// <param name="text">As somebody has written it.</param>
    /// <param name="standIn">An id such as users have, that tells nothing: the next user stands in.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public ValueTask<SoughtUser?> FindOrStandInAsync(
        AppId app, IdentifierKind kind, string text, string standIn, CancellationToken cancellationToken)
        => database.FindAsync(
            // LIMIT 1, so that no engine asks for the same twice; and whoever stands in is looked for also where nobody has to.
            new(
                """
                SELECT u.user_id, u.user_handle, CAST(CASE WHEN sought.found IS NULL THEN 0 ELSE 1 END AS BIGINT)
                FROM (
                    SELECT
                        (SELECT i.user_id FROM identifiers i WHERE i.app_id = @app AND i.kind = @kind AND i.value = @value) AS found,
                        (SELECT n.user_id FROM users n WHERE n.app_id = @app AND n.user_id >= @other ORDER BY n.user_id LIMIT 1) AS stand_in
                    LIMIT 1
                ) AS sought
                JOIN users u ON u.app_id = @app AND u.user_id = COALESCE(
                    sought.found, sought.stand_in, (SELECT MIN(f.user_id) FROM users f WHERE f.app_id = @app))
                """,
                [.. Parameters(app, kind, text), Text("other", standIn)]),
            row => new SoughtUser(row.GetString(0), new(row.GetBytes(1)), IsFound: row.GetInt64(2) == 1),
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

    /// <summary>Holds the user <c>@user</c>: of two who change one user, one waits for the other.</summary>
    internal static Statement Hold(Parameter[] parameters)
        => new("UPDATE users SET updated_at = updated_at WHERE app_id = @app AND user_id = @user", parameters);

    private static Parameter[] Parameters(AppId app, IdentifierKind kind, string text)
        => [Text("app", app.Value), Text("kind", kind.Word), Text("value", kind.ToCompared(text))];
}

/// <summary>Somebody who was sought by an identifier, or who stands in.</summary>
/// <param name="Id">The user's id.</param>
/// <param name="Handle">The user's handle.</param>
/// <param name="IsFound">Whether the identifier is this user's.</param>
internal sealed record SoughtUser(string Id, UserHandle Handle, bool IsFound);
