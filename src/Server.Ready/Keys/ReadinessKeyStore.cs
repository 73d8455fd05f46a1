using OpenPassage.Server.Audit;
using OpenPassage.Server.Sql;
using static OpenPassage.Server.Sql.Parameter;

namespace OpenPassage.Server.Ready.Keys;

/// <summary>The rows of readiness keys, revoked ones among them: what they have counted stays.</summary>
internal sealed class ReadinessKeyStore(Database database)
{
    /// <summary>The kind of change that nodes follow.</summary>
    public const string Kind = "readiness_keys";

    private const string Columns = "key_id, app_id, key, name, sources, created_at, revoked_at";

    private const string CountOne =
        $"INSERT INTO changes (kind, number) VALUES ('{Kind}', 1) ON CONFLICT (kind) DO UPDATE SET number = changes.number + 1";

    /// <summary>Has nodes read the keys anew; in the transaction of what changes them.</summary>
    public static readonly Statement CountChange = new(CountOne);

    /// <summary>
    /// What ends with an app. No node counts devices meanwhile: whoever does holds its month, and afterwards finds the key revoked.
    /// </summary>
    public static readonly IReadOnlyList<string> EndOfApp =
    [
        "UPDATE readiness_months SET month = month",
        "UPDATE readiness_keys SET revoked_at = @now WHERE app_id = @app AND revoked_at = 0",
        CountOne,
    ];

    /// <summary>Oldest first.</summary>
    public ValueTask<IReadOnlyList<ReadinessKey>> ListAsync(CancellationToken cancellationToken)
        => database.ListAsync(new($"SELECT {Columns} FROM readiness_keys ORDER BY created_at, key_id"), Read, cancellationToken);

    public ValueTask<ReadinessKey?> FindAsync(string id, CancellationToken cancellationToken)
        => database.FindAsync(
            new($"SELECT {Columns} FROM readiness_keys WHERE key_id = @key_id", Text("key_id", id)), Read, cancellationToken);

    /// <summary>A number that grows with every change of a key, on whichever node.</summary>
    public ValueTask<long> LastChangeAsync(CancellationToken cancellationToken)
        => database.NumberAsync(new("SELECT number FROM changes WHERE kind = @kind", Text("kind", Kind)), cancellationToken);

    /// <summary>Inserts a key, unless its app is gone.</summary>
    public static Statement Insert(ReadinessKey key) => new(
        $"""
        INSERT INTO readiness_keys ({Columns})
        SELECT @key_id, @app, @key, @name, @sources, @created_at, 0
        WHERE {WhereAppIsThere}
        """,
        Text("key_id", key.Id),
        Text("app", key.App.Value),
        Text("key", key.Key),
        Text("name", key.Name),
        Text("sources", TextList.ToColumn(key.Sources)),
        Time("created_at", key.CreatedAt),
        Text("server", AuditStore.Server.Value));

    /// <summary>The condition of <see cref="Insert"/>, for what is written with it.</summary>
    public const string WhereAppIsThere = "@app = @server OR EXISTS (SELECT 1 FROM apps WHERE app_id = @app AND in_service = 1)";

    /// <summary>Ends a key; what it has counted stays.</summary>
    public static Statement Revoke(ReadinessKey key, DateTimeOffset now) => new(
        "UPDATE readiness_keys SET revoked_at = @now WHERE key_id = @key_id AND revoked_at = 0", Text("key_id", key.Id), Time("now", now));

    private static ReadinessKey Read(Row row) => new(
        row.GetString(0),
        new(row.GetString(1)),
        row.GetString(2),
        row.GetString(3),
        TextList.FromColumn(row.GetString(4)),
        Micros.ToTime(row.GetInt64(5)),
        Micros.ToTimeOrNever(row.GetInt64(6)));
}
