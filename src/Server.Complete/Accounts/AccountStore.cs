using OpenPassage.Server.Apps;
using OpenPassage.Server.Sql;
using OpenPassage.Server.Users;
using OpenPassage.Server.Values;
using OpenPassage.WebAuthn;
using static OpenPassage.Server.Sql.Parameter;

namespace OpenPassage.Server.Complete.Accounts;

/// <summary>Accounts: users who go by an email address, a phone number, or both.</summary>
internal sealed class AccountStore(Database database, UserStore users, IdentifierStore identifiers, TimeProvider time)
{
    // Whoever signs up finishes within minutes; what a stranger began and left is not kept for long.
    private static readonly TimeSpan Abandoned = TimeSpan.FromDays(1);

    /// <summary>Null: the app has no account that goes by it. It asks as much either way, and reads less where there is none.</summary>
    public async ValueTask<Account?> FindAsync(AppId app, AccountIdentifier identifier, CancellationToken cancellationToken)
    {
        var user = await identifiers.FindUserAsync(app, identifier.Kind, identifier.Value, cancellationToken);
        var names = await identifiers.ListAsync(app, user?.Id ?? "", cancellationToken);
        return user is null ? null : new(user, names);
    }

    /// <summary>
    /// The same for who must not learn whether there is one, in an app that hides accounts: somebody else is read where there is none, so
    /// that it is the same work.
    /// </summary>
    public async ValueTask<Account?> SeekAsync(App app, AccountIdentifier identifier, CancellationToken cancellationToken)
    {
        if (!app.Settings.Complete.HideAccounts)
            return await FindAsync(app.Id, identifier, cancellationToken);
        var sought = await FindOrStandInAsync(app.Id, identifier, Ids.New(), cancellationToken);
        var account = await GetAsync(app.Id, sought?.Id ?? "", cancellationToken);
        return sought is { IsFound: true } ? account : null;
    }

    /// <inheritdoc cref="IdentifierStore.FindOrStandInAsync"/>
    public ValueTask<SoughtUser?> FindOrStandInAsync(
        AppId app, AccountIdentifier identifier, string standIn, CancellationToken cancellationToken)
        => identifiers.FindOrStandInAsync(app, identifier.Kind, identifier.Value, standIn, cancellationToken);

    public async ValueTask<Account?> GetAsync(AppId app, string userId, CancellationToken cancellationToken)
        => await users.GetAsync(app, userId, cancellationToken) is { } user ? await WithIdentifiersAsync(user, cancellationToken) : null;

    /// <summary>Makes a pending account; null: one of the identifiers is another account's.</summary>
    /// <param name="app">Whose.</param>
    /// <param name="names">What it goes by, one at least.</param>
    /// <param name="metadata">A JSON object, or null.</param>
    /// <param name="signedUp">Whether it made itself.</param>
    /// <param name="along">What is written in the same transaction, on condition that there is such a user:
    /// <c>@app</c>, <c>@user</c>.</param>
    /// <param name="cancellationToken">Ends it before it is written.</param>
    public async ValueTask<Account?> CreateAsync(
        AppId app, IReadOnlyList<AccountIdentifier> names, string? metadata, bool signedUp, Func<string, Statement>? along,
        CancellationToken cancellationToken)
    {
        var id = Ids.New();
        Parameter[] parameters =
        [
            Text("app", app.Value), Text("user", id), Bytes("handle", UserHandle.Create().ToArray()), Text("metadata", metadata),
            Flag("signed_up", signedUp), Number("names", names.Count), Time("now", time.GetUtcNow()),
        ];
        await database.WriteAsync(
            [
                new(
                    """
                    INSERT INTO users (app_id, user_id, external_id, user_handle, status, metadata, signed_up, carried_logins,
                        carried_last_login_at, created_at, updated_at)
                    VALUES (@app, @user, NULL, @handle, 'pending', @metadata, @signed_up, 0, 0, @now, @now)
                    """,
                    parameters),
                .. names.Select(name => new Statement(
                    """
                    INSERT INTO identifiers (app_id, kind, value, given, user_id, verified_at, created_at)
                    VALUES (@app, @kind, @value, @given, @user, 0, @now)
                    ON CONFLICT (app_id, kind, value) DO NOTHING
                    """,
                    [.. parameters, Text("kind", name.Kind.Word), Text("value", name.Value), Text("given", name.Given)])),

                // All of them, or none and no account.
                new(
                    """
                    DELETE FROM identifiers WHERE app_id = @app AND user_id = @user
                        AND (SELECT COUNT(*) FROM identifiers i WHERE i.app_id = @app AND i.user_id = @user) < @names
                    """,
                    parameters),
                new(
                    """
                    DELETE FROM users WHERE app_id = @app AND user_id = @user
                        AND NOT EXISTS (SELECT 1 FROM identifiers i WHERE i.app_id = @app AND i.user_id = @user)
                    """,
                    parameters),
                .. along is null ? Array.Empty<Statement>() : [along(id)],
            ],
            cancellationToken);
        return await GetAsync(app, id, cancellationToken);
    }

    /// <summary>Writes what an account says of its user, unless somebody has changed it meanwhile.</summary>
    /// <param name="app">Whose.</param>
    /// <param name="user">As it was read.</param>
    /// <param name="metadata">A JSON object, or null.</param>
    /// <param name="cancellationToken">Ends it before it is written.</param>
    public async ValueTask<bool> SetMetadataAsync(AppId app, User user, string? metadata, CancellationToken cancellationToken)
    {
        Statement set = new(
            """
            UPDATE users SET metadata = @metadata, updated_at = @now
            WHERE app_id = @app AND user_id = @user AND COALESCE(metadata, '') = @known
            """,
            Text("app", app.Value),
            Text("user", user.Id),
            Text("metadata", metadata),
            Text("known", user.Metadata ?? ""),
            Time("now", time.GetUtcNow()));
        return (await database.WriteAsync([set], cancellationToken)).By(set) == 1;
    }

    /// <summary>Removes accounts that somebody began to make and left without a passkey; how many.</summary>
    public async ValueTask<int> RemoveAbandonedAsync(CancellationToken cancellationToken)
    {
        var removed = 0;
        foreach (var app in await Removal.AppsAsync(database, cancellationToken))
        {
            var left = await database.ListAsync(
                new(
                    """
                    SELECT u.user_id FROM users u
                    WHERE u.app_id = @app AND u.status <> 'active' AND u.status = 'pending' AND u.signed_up = 1 AND u.created_at < @before
                    LIMIT @batch
                    """,
                    Text("app", app.Value),
                    Time("before", time.GetUtcNow() - Abandoned),
                    Number("batch", Removal.Batch)),
                row => row.GetString(0),
                cancellationToken);
            foreach (var user in left)
            {
                Parameter[] parameters = [Text("app", app.Value), Text("user", user)];
                const string StillLeft =
                    "EXISTS (SELECT 1 FROM users u WHERE u.app_id = @app AND u.user_id = @user AND u.status = 'pending')";
                Statement remove = new("DELETE FROM users WHERE app_id = @app AND user_id = @user AND status = 'pending'", parameters);
                removed += (await database.WriteAsync(
                    [
                        IdentifierStore.Hold(parameters),
                        new($"DELETE FROM identifiers WHERE app_id = @app AND user_id = @user AND {StillLeft}", parameters),
                        new($"DELETE FROM events WHERE app_id = @app AND user_id = @user AND {StillLeft}", parameters),
                        remove,
                    ],
                    cancellationToken)).By(remove);
            }
        }

        return removed;
    }

    private async ValueTask<Account> WithIdentifiersAsync(User user, CancellationToken cancellationToken)
        => new(user, await identifiers.ListAsync(user.App, user.Id, cancellationToken));
}
