using System.Text.Json;
using OpenPassage.Server.Audit;
using OpenPassage.Server.Http;
using OpenPassage.Server.Manage;
using OpenPassage.Server.Sql;
using OpenPassage.Server.Values;
using static OpenPassage.Server.Sql.Parameter;

namespace OpenPassage.Server.Ready.Keys;

/// <summary>
/// Readiness keys as those who manage the server make and end them. What cannot be done throws <see cref="RefusedException"/>.
/// </summary>
internal sealed class ManagedReadinessKeys(
    Database database, ReadinessKeyStore store, ReadinessKeys keys, ManagedApps apps, AuditStore audit, TimeProvider time)
{
    /// <summary>Oldest first, revoked ones among them.</summary>
    public ValueTask<IReadOnlyList<ReadinessKey>> ListAsync(CancellationToken cancellationToken) => store.ListAsync(cancellationToken);

    /// <summary>Makes a key. It works at once on this node, and within seconds on the others.</summary>
    /// <param name="app">Whose devices it counts; <see cref="AuditStore.Server"/>: no one app's.</param>
    /// <param name="name">A name for people.</param>
    /// <param name="sources">The origins and bundle ids whose reports it takes; empty: all.</param>
    /// <param name="actor">Who.</param>
    /// <param name="cancellationToken">Ends it before it is written.</param>
    /// <exception cref="RefusedException">There is no such app; the name or a source is none.</exception>
    public async ValueTask<ReadinessKey> CreateAsync(
        AppId app, string name, IReadOnlyList<string> sources, Actor actor, CancellationToken cancellationToken)
    {
        if (ReadinessKey.Complaint(name, sources) is { } complaint)
            throw new RefusedException(Refusal.InvalidRequest.Because(complaint));
        if (app != AuditStore.Server)
            await apps.GetAsync(app, cancellationToken);
        var key = ReadinessKey.Make(app, name, sources, time.GetUtcNow());
        var insert = ReadinessKeyStore.Insert(key);
        var touched = await database.WriteAsync(
            [
                ReadinessKeyStore.CountChange,
                audit.Line(
                    app, actor, nameof(CreateReadinessKey), key.Id, null, ToJson(key), ReadinessKeyStore.WhereAppIsThere,
                    [Text("server", AuditStore.Server.Value)]),
                insert,
            ],
            cancellationToken);
        if (touched.By(insert) == 0)
            throw new RefusedException(Refusal.AppNotFound);
        await keys.ReadAsync(cancellationToken);
        return key;
    }

    /// <summary>Ends a key: at once on this node, within seconds on the others. What it has counted stays.</summary>
    /// <exception cref="RefusedException">There is none, or it is revoked already.</exception>
    public async ValueTask RevokeAsync(string id, Actor actor, CancellationToken cancellationToken)
    {
        if (await store.FindAsync(id, cancellationToken) is not { RevokedAt: null } key)
            throw new RefusedException(Refusal.ApiKeyNotFound);
        var now = time.GetUtcNow();
        await database.WriteAsync(
            [
                ReadinessKeyStore.CountChange,
                audit.Line(
                    key.App, actor, nameof(RevokeReadinessKey), key.Id, ToJson(key), ToJson(key with { RevokedAt = now }),
                    "EXISTS (SELECT 1 FROM readiness_keys WHERE key_id = @key_id AND revoked_at = 0)", [Text("key_id", key.Id)]),
                ReadinessKeyStore.Revoke(key, now),
            ],
            cancellationToken);
        await keys.ReadAsync(cancellationToken);
    }

    private static string ToJson(ReadinessKey key)
        => JsonSerializer.Serialize(ManagedReadinessKey.Of(key), ReadinessKeysWire.Default.ManagedReadinessKey);
}
