using OpenPassage.Server.Audit;
using OpenPassage.Server.Sql;
using OpenPassage.Server.Values;
using static OpenPassage.Server.Sql.Parameter;

namespace OpenPassage.Server.Apps;

/// <summary>The API keys' rows, of apps and of the whole server (<see cref="AuditStore.Server"/>).</summary>
internal sealed class ApiKeyStore(Database database)
{
    private const string Columns = "app_id, key_id, name, key_hash, scopes, source, created_at, expires_at, last_used_at";

    public ValueTask<IReadOnlyList<ApiKey>> ListAllAsync(CancellationToken cancellationToken)
        => database.ListAsync(new($"SELECT {Columns} FROM api_keys"), Read, cancellationToken);

    /// <summary>Oldest first.</summary>
    public ValueTask<IReadOnlyList<ApiKey>> ListAsync(AppId app, CancellationToken cancellationToken)
        => database.ListAsync(
            new($"SELECT {Columns} FROM api_keys WHERE app_id = @app ORDER BY created_at, key_id", Text("app", app.Value)),
            Read,
            cancellationToken);

    public ValueTask<ApiKey?> FindAsync(AppId app, string keyId, CancellationToken cancellationToken)
        => database.FindAsync(
            new($"SELECT {Columns} FROM api_keys WHERE app_id = @app AND key_id = @key", Text("app", app.Value), Text("key", keyId)),
            Read,
            cancellationToken);

    /// <summary>Writes down when keys were used; a time never goes back.</summary>
    public async ValueTask SaveUsesAsync(
        IReadOnlyList<(AppId App, string Key, DateTimeOffset At)> uses, CancellationToken cancellationToken)
        // In the order of the keys, so that two nodes do not wait for each other.
        => await database.WriteAsync(
            [
                .. uses.OrderBy(use => (use.App.Value, use.Key)).Select(use => new Statement(
                    "UPDATE api_keys SET last_used_at = @at WHERE app_id = @app AND key_id = @key AND last_used_at < @at",
                    Text("app", use.App.Value),
                    Text("key", use.Key),
                    Time("at", use.At))),
            ],
            cancellationToken);

    /// <summary>
    /// Makes the app's declared keys these, and leaves those that were made. A key keeps its id as long as it is declared.
    /// </summary>
    public static IEnumerable<Statement> Declare(string app, IEnumerable<string> keys, DateTimeOffset now)
    {
        List<byte[]> hashes = [.. keys.Distinct(StringComparer.Ordinal).Select(ApiKey.HashOf)];
        var (andNot, parameters) = NotIn.Of("key_hash", hashes, Bytes);
        yield return new($"DELETE FROM api_keys WHERE app_id = @app AND source = 'declared'{andNot}", [Text("app", app), .. parameters])
        {
            OneOff = true,
        };
        foreach (var hash in hashes)
        {
            yield return new(
                "UPDATE api_keys SET key_id = @key WHERE app_id = @app AND key_id = @old AND source = 'declared'",
                Text("app", app),
                Text("key", ApiKey.NewDeclaredId()),
                Text("old", ApiKey.OldDeclaredIdOf(hash)));
            yield return Insert(
                new ApiKey
                {
                    App = new(app),
                    Id = ApiKey.NewDeclaredId(),
                    Name = "Declared in the configuration",
                    Hash = hash,
                    Scopes = ApiKeyScope.Usual,
                    Declared = true,
                    CreatedAt = now,
                },
                "NOT EXISTS (SELECT 1 FROM api_keys k WHERE k.app_id = @app AND k.source = 'declared' AND k.key_hash = @hash)");
        }
    }

    public static Statement Insert(ApiKey key, string when = "1 = 1") => new(
        $"""
        INSERT INTO api_keys ({Columns}) SELECT @app, @key, @name, @hash, @scopes, @source, @created_at, @expires_at, 0
        WHERE {when}
        ON CONFLICT (app_id, key_id) DO NOTHING
        """,
        Text("app", key.App.Value),
        Text("key", key.Id),
        Text("name", key.Name),
        Bytes("hash", key.Hash),
        Text("scopes", string.Join(' ', key.Scopes.ToWords())),
        Text("source", key.Declared ? "declared" : "made"),
        Time("created_at", key.CreatedAt),
        Time("expires_at", key.ExpiresAt ?? DateTimeOffset.UnixEpoch));

    private static ApiKey Read(Row row) => new()
    {
        App = new(row.GetString(0)),
        Id = row.GetString(1),
        Name = row.GetString(2),
        Hash = row.GetBytes(3),
        Scopes = ApiKeyScope.Of(row.GetString(4).Split(' ')),
        Declared = row.GetString(5) == "declared",
        CreatedAt = Micros.ToTime(row.GetInt64(6)),
        ExpiresAt = Micros.ToTimeOrNever(row.GetInt64(7)),
        LastUsedAt = Micros.ToTimeOrNever(row.GetInt64(8)),
    };
}
