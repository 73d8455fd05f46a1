using System.Text.Json;
using OpenPassage.Server.Apps;
using OpenPassage.Server.Audit;
using OpenPassage.Server.Http;
using OpenPassage.Server.Sql;
using OpenPassage.Server.Values;
using static OpenPassage.Server.Sql.Parameter;

namespace OpenPassage.Server.Manage;

/// <summary>
/// API keys as those who manage the server make and end them; of an app, or of the whole server
/// (<see cref="AuditStore.Server"/>). What cannot be done throws <see cref="RefusedException"/>.
/// </summary>
internal sealed class ManagedKeys(
    Database database, ApiKeyStore keys, AppStore store, AppDirectory directory, AuditStore audit, TimeProvider time)
{
    /// <summary>How long a key that is rotated goes on working when nobody says.</summary>
    public static readonly TimeSpan UsualOverlap = TimeSpan.FromDays(1);

    public ValueTask<IReadOnlyList<ApiKey>> ListAsync(AppId app, CancellationToken cancellationToken)
        => keys.ListAsync(app, cancellationToken);

    /// <summary>Makes a key. The text of it is shown this once.</summary>
    /// <exception cref="RefusedException">No scope, or one that the app's keys do not have; an expiry that has passed.</exception>
    public async ValueTask<(ApiKey Key, string Shown)> CreateAsync(
        AppId app, string name, ApiKeyScopes scopes, DateTimeOffset? expiresAt, Actor actor, CancellationToken cancellationToken)
    {
        Judge(app, name, scopes, expiresAt);
        var (key, shown) = Make(app, name, scopes, expiresAt);
        await WriteAsync(
            [audit.Line(app, actor, nameof(CreateApiKey), key.Id, null, ToJson(key)), ApiKeyStore.Insert(key)], cancellationToken);
        return (key, shown);
    }

    /// <summary>Ends a key at once.</summary>
    public async ValueTask RevokeAsync(AppId app, string keyId, Actor actor, CancellationToken cancellationToken)
    {
        var key = await GetAsync(app, keyId, cancellationToken);
        await WriteAsync(
            [
                audit.Line(app, actor, nameof(RevokeApiKey), key.Id, ToJson(key), null),
                new("DELETE FROM api_keys WHERE app_id = @app AND key_id = @key", Text("app", app.Value), Text("key", key.Id)),
            ],
            cancellationToken);
    }

    /// <summary>Makes a key in the place of another, which goes on working for a while so that no caller fails meanwhile.</summary>
    /// <param name="app">Whose.</param>
    /// <param name="keyId">The old one.</param>
    /// <param name="overlap">How long it works on.</param>
    /// <param name="expiresAt">When the new one expires; null: when the old one would have.</param>
    /// <param name="actor">Who.</param>
    /// <param name="cancellationToken">Ends it before it is written.</param>
    public async ValueTask<(ApiKey Key, string Shown, DateTimeOffset OldExpiresAt)> RotateAsync(
        AppId app, string keyId, TimeSpan overlap, DateTimeOffset? expiresAt, Actor actor, CancellationToken cancellationToken)
    {
        var old = await GetAsync(app, keyId, cancellationToken);
        if (overlap < TimeSpan.Zero || overlap > TimeSpan.FromDays(366))
            throw new RefusedException(Refusal.InvalidRequest.Because("overlap is from 0 seconds to 366 days."));
        if (expiresAt is null && old.IsExpired(time.GetUtcNow()))
        {
            throw new RefusedException(Refusal.InvalidRequest.Because(
                "This key has expired. Say when the new one is to expire, or make one that does not."));
        }

        expiresAt ??= old.ExpiresAt;
        Judge(app, old.Name, old.Scopes, expiresAt);
        var until = time.GetUtcNow() + overlap;
        if (old.ExpiresAt < until)
            until = old.ExpiresAt.Value;
        var (key, shown) = Make(app, old.Name, old.Scopes, expiresAt);
        await WriteAsync(
            [
                audit.Line(app, actor, nameof(RotateApiKey), old.Id, ToJson(old), ToJson(key)),
                ApiKeyStore.Insert(key),
                new(
                    "UPDATE api_keys SET expires_at = @until WHERE app_id = @app AND key_id = @key",
                    Text("app", app.Value),
                    Text("key", old.Id),
                    Time("until", until)),
            ],
            cancellationToken);
        return (key, shown, until);
    }

    private async ValueTask<ApiKey> GetAsync(AppId app, string keyId, CancellationToken cancellationToken)
    {
        var key = await keys.FindAsync(app, keyId, cancellationToken) ?? throw new RefusedException(Refusal.ApiKeyNotFound);
        return key.Declared ? throw new RefusedException(Refusal.KeyReadOnly) : key;
    }

    private void Judge(AppId app, string name, ApiKeyScopes scopes, DateTimeOffset? expiresAt)
    {
        var complaint = GivenText.Complaint("name", name)
            ?? (scopes == ApiKeyScopes.None ? $"scopes is empty. Choose among {string.Join(", ", ApiKeyScope.Words)}." : null)
            ?? (app == AuditStore.Server && scopes != ApiKeyScopes.Admin
                ? "A key of the whole server has the scope admin and no other."
                : null)
            ?? (expiresAt <= time.GetUtcNow() ? "expires_at has passed." : null)
            ?? (expiresAt?.Year > 9000 ? "expires_at is too far away. Leave it out for a key that does not expire." : null);
        if (complaint is not null)
            throw new RefusedException(Refusal.InvalidRequest.Because(complaint));
    }

    private (ApiKey Key, string Shown) Make(AppId app, string name, ApiKeyScopes scopes, DateTimeOffset? expiresAt)
    {
        var (id, shown) = ApiKey.Make();
        var key = new ApiKey
        {
            App = app,
            Id = id,
            Name = name,
            Hash = ApiKey.HashOf(shown),
            Scopes = scopes,
            CreatedAt = time.GetUtcNow(),
            ExpiresAt = expiresAt,
        };
        return (key, shown);
    }

    private async ValueTask WriteAsync(Statement[] statements, CancellationToken cancellationToken)
    {
        await database.WriteAsync([AppStore.CountChange, .. statements], cancellationToken);
        await directory.ReadAsync(store, cancellationToken);
    }

    private static string ToJson(ApiKey key) => JsonSerializer.Serialize(ManagedKey.Of(key), ManageWire.Default.ManagedKey);
}
