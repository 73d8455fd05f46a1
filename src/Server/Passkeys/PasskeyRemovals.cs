using OpenPassage.Server.Events;
using OpenPassage.Server.Sql;
using OpenPassage.Server.Values;
using static OpenPassage.Server.Sql.Parameter;

namespace OpenPassage.Server.Passkeys;

/// <summary>How passkeys go: revoked, or never activated. Their keys are kept for a while, as those of former ones.</summary>
internal sealed class PasskeyRemovals(Database database, EventWriting events, TimeProvider time)
{
    private static readonly Removal FormerPasskeys = new("former_passkeys", "credential_id");

    private const string HasAnother = """
        EXISTS (SELECT 1 FROM passkeys o WHERE o.app_id = @app AND o.user_id = @user AND o.device_id <> @device AND o.inactive_until = 0)
        """;

    // For the columns of passkeys alone.
    private const string NeverActivated = "inactive_until > 0 AND inactive_until < @now";

    /// <summary>Removes a user's passkey; its sign-ins stay counted. False when the user has no such passkey.</summary>
    /// <param name="app">The user's.</param>
    /// <param name="userId">Whose.</param>
    /// <param name="deviceId">Which.</param>
    /// <param name="cancellationToken">Ends it before it is written.</param>
    /// <param name="keepsOne">Whether the user's last one stays.</param>
    public async ValueTask<bool> RevokeAsync(
        AppId app, string userId, string deviceId, CancellationToken cancellationToken, bool keepsOne = false)
    {
        var revocation = keepsOne
            ? [HoldUser(app, userId), .. Removing(app, userId, deviceId, PasskeyEvents.Revoked, HasAnother)]
            : Revocation(app, userId, deviceId);
        return (await database.WriteAsync(revocation, cancellationToken)).By(revocation[^1]) == 1;
    }

    /// <summary>The statements of <see cref="RevokeAsync"/>, for a transaction that does more; the last one counts the passkey.</summary>
    public Statement[] Revocation(AppId app, string userId, string deviceId) 
        => Removing(app, userId, deviceId, PasskeyEvents.Revoked, "1 = 1");

    /// <summary>Removes what was to be activated and never was; how many it removed.</summary>
    public async ValueTask<int> RemoveNeverActivatedAsync(CancellationToken cancellationToken)
    {
        var removed = 0;
        foreach (var app in await Removal.AppsAsync(database, cancellationToken))
        {
            var late = await database.ListAsync(
                new(
                    $"""
                    SELECT user_id, device_id FROM passkeys
                    WHERE app_id = @app AND {NeverActivated} ORDER BY inactive_until LIMIT @batch
                    """,
                    Text("app", app.Value),
                    Time("now", time.GetUtcNow()),
                    Number("batch", Removal.Batch)),
                row => (User: row.GetString(0), Device: row.GetString(1)),
                cancellationToken);
            foreach (var (user, device) in late)
            {
                var removing = Removing(app, user, device, PasskeyEvents.Expired, NeverActivated);
                removed += (await database.WriteAsync(removing, cancellationToken)).By(removing[^1]);
            }
        }

        return removed;
    }

    /// <summary>Forgets the keys of passkeys that went before then, a few rows at a time; how many it forgot.</summary>
    public ValueTask<int> ForgetBeforeAsync(DateTimeOffset before, CancellationToken cancellationToken)
        => FormerPasskeys.BeforeAsync(database, "removed_at", before, cancellationToken);

    /// <summary>
    /// Keeps the keys of a user's passkeys that are about to go, or of one: whoever signs with such a key is told that it is gone, and
    /// nobody else.
    /// </summary>
    public static string KeepKeys(string which) => $"""
        INSERT INTO former_passkeys (app_id, credential_id, public_key, removed_at)
        SELECT p.app_id, p.credential_id, p.public_key, @now FROM passkeys p WHERE {which}
        ON CONFLICT (app_id, credential_id) DO UPDATE SET public_key = excluded.public_key, removed_at = excluded.removed_at
        """;

    // Of two who each remove one of two passkeys, one waits for the other.
    private static Statement HoldUser(AppId app, string userId) => new(
        "UPDATE users SET updated_at = updated_at WHERE app_id = @app AND user_id = @user", Text("app", app.Value), Text("user", userId));

    private Statement[] Removing(AppId app, string userId, string deviceId, EventKind what, string when)
    {
        var now = time.GetUtcNow();
        Parameter[] parameters =
        [
            Text("app", app.Value),
            Text("user", userId),
            Text("device", deviceId),
            Text("event", Ids.New()),
            .. EventWriting.From(ipAddress: "", userAgent: "", started: now),
            Time("now", now),
        ];
        var thisOne = $"app_id = @app AND device_id = @device AND user_id = @user AND {when}";
        var thePasskey = $"p.app_id = @app AND p.device_id = @device AND p.user_id = @user AND {when}";
        return
        [
            // Holds the row, so that no sign-in is counted between the sum and the removal.
            new($"UPDATE passkeys SET updated_at = @now WHERE {thisOne}", parameters),
            new(
                $"""
                UPDATE users SET
                    carried_logins = carried_logins + (SELECT p.usage_count FROM passkeys p WHERE {thePasskey}),
                    carried_last_login_at = (SELECT CASE WHEN p.last_login_at > carried_last_login_at THEN p.last_login_at ELSE carried_last_login_at END
                                             FROM passkeys p WHERE {thePasskey}),
                    updated_at = @now
                WHERE app_id = @app AND user_id = @user AND EXISTS (SELECT 1 FROM passkeys p WHERE {thePasskey})
                """,
                parameters),
            .. events.One(what, parameters, $"EXISTS (SELECT 1 FROM passkeys p WHERE {thePasskey})", id: "event"),
            new(KeepKeys(thePasskey), parameters),
            new($"DELETE FROM passkeys WHERE {thisOne}", parameters),
        ];
    }
}
