using System.Collections.Concurrent;
using System.Security.Cryptography;
using Microsoft.Extensions.Options;
using OpenPassage.Server.Apps;
using OpenPassage.Server.Audit;
using OpenPassage.Server.Loops;
using OpenPassage.Server.Sealing;
using OpenPassage.Server.Sql;
using OpenPassage.Server.Values;
using static OpenPassage.Server.Sql.Parameter;

namespace OpenPassage.Server.Complete.Keys;

/// <summary>
/// The keys of every app, read from memory. Two are published at least: one that signs, and the next one, from the first day. Readers
/// that fetch the keys once, when they start, so know them both, and a rotation surprises nobody who was started since the last one.
/// </summary>
internal sealed class SigningKeys(
    Database database, TicketKeys keys, AuditStore audit, IOptions<OpenPassageCompleteOptions> options, TimeProvider time) : IDisposable
{
    /// <summary>How long a key is published beyond its last token: readers keep what they fetched for a day.</summary>
    public static readonly TimeSpan Margin = TimeSpan.FromHours(25);

    // Nodes' clocks differ.
    private static readonly TimeSpan Skew = TimeSpan.FromMinutes(10);

    private const string Kind = "signing_keys";
    private const string Wrapping = "signing key";

    private static readonly Statement CountChange = new(
        "INSERT INTO changes (kind, number) VALUES (@kind, 1) ON CONFLICT (kind) DO UPDATE SET number = changes.number + 1",
        Text("kind", Kind));

    private readonly ConcurrentDictionary<AppId, SigningKeySet> sets = new();
    private readonly SemaphoreSlim turn = new(1, 1);
    private long change;

    /// <summary>An app's keys; made when the app has none.</summary>
    public async ValueTask<SigningKeySet> GetAsync(App app, CancellationToken cancellationToken)
        => sets.TryGetValue(app.Id, out var set) ? set : await EnsureAsync(app, cancellationToken);

    /// <summary>Sees to it that there is a key to sign with and a next one, and takes away what no token needs any more.</summary>
    public async ValueTask<SigningKeySet> EnsureAsync(App app, CancellationToken cancellationToken)
    {
        await turn.WaitAsync(cancellationToken);
        try
        {
            var known = Interlocked.Read(ref change);
            var set = await ReadAsync(app.Id, cancellationToken);
            for (var now = time.GetUtcNow(); set.Next(now) is null; now = time.GetUtcNow())
            {
                var first = set.All is [] && await HighestAsync(app.Id, cancellationToken) == 0;
                // The first one has signed for a while already, by the clock of whichever node.
                var from = first ? now - Skew : now + options.Value.SigningKeys.PublishedFor;
                await AddAsync(app.Id, from, now, cancellationToken);
                set = await ReadAsync(app.Id, cancellationToken);
            }

            if (await RemoveOldAsync(app, set, cancellationToken))
                set = await ReadAsync(app.Id, cancellationToken);
            sets[app.Id] = set;
            // Another node has changed some while these were read, which may be older: the next call reads them anew.
            if (Interlocked.Read(ref change) != known)
                sets.TryRemove(app.Id, out _);
            return set;
        }
        finally
        {
            turn.Release();
        }
    }

    /// <summary>
    /// Signs with the next key from now on. The one before is published on, unless it has been stolen: then its tokens are good for
    /// nothing at once.
    /// </summary>
    /// <param name="app">Whose.</param>
    /// <param name="withdraw">Whether the key that signs now is taken away.</param>
    /// <param name="actor">Who.</param>
    /// <param name="cancellationToken">Ends it before it is written.</param>
    /// <returns>The keys afterwards.</returns>
    public async ValueTask<SigningKeySet> RotateAsync(App app, bool withdraw, Actor actor, CancellationToken cancellationToken)
    {
        var set = await EnsureAsync(app, cancellationToken);
        var now = time.GetUtcNow();
        var (current, next) = (set.Current(now), set.Next(now)!);
        Parameter[] parameters =
        [
            Text("app", app.Id.Value), Number("next", next.Number), Number("current", current?.Number ?? 0), Time("now", now),
            // A node whose clock is behind has no other key to sign with.
            Time("from", withdraw ? now - Skew : now),
        ];
        await database.WriteAsync(
            [
                audit.Line(
                    app.Id, actor, withdraw ? "WithdrawSigningKey" : "RotateSigningKey", next.Kid,
                    current is null ? null : $$"""{"kid":"{{current.Kid}}"}""", $$"""{"kid":"{{next.Kid}}"}"""),
                new("UPDATE signing_keys SET signs_from = @from WHERE app_id = @app AND number = @next AND signs_from > @now", parameters),
                .. withdraw
                    ? [new(
                        "UPDATE signing_keys SET removed_at = @now WHERE app_id = @app AND number <= @current AND removed_at = 0",
                        parameters)]
                    : Array.Empty<Statement>(),
                CountChange,
            ],
            cancellationToken);
        return await EnsureAsync(app, cancellationToken);
    }

    /// <summary>Until when a key is published that does not sign any more: its last token may be in use. Null: it signs, or will.</summary>
    public static DateTimeOffset? PublishedUntil(App app, SigningKeySet set, SigningKey key, DateTimeOffset now)
        => set.SignedUntil(key, now) + app.Settings.Complete.Session.TokenLifetime + Margin;

    /// <summary>Reads them anew when another node has changed some.</summary>
    internal Follower Following => new(Kind, (number, _) =>
    {
        if (Interlocked.Exchange(ref change, number) != number)
            sets.Clear();
        return Task.CompletedTask;
    });

    public void Dispose() => turn.Dispose();

    private async ValueTask<SigningKeySet> ReadAsync(AppId app, CancellationToken cancellationToken)
    {
        var rows = await database.ListAsync(
            new(
                """
                SELECT number, kid, sealed, public_key, created_at, signs_from FROM signing_keys
                WHERE app_id = @app AND removed_at = 0 ORDER BY number
                """,
                Text("app", app.Value)),
            row => (Number: row.GetInt64(0), Kid: row.GetString(1), Sealed: row.GetBytes(2), Public: row.GetBytes(3),
                Created: Micros.ToTime(row.GetInt64(4)), From: Micros.ToTime(row.GetInt64(5))),
            cancellationToken);
        var known = sets.TryGetValue(app, out var before) ? before : null;
        List<SigningKey> read = [];
        foreach (var row in rows)
        {
            read.Add(known?.Find(row.Kid) is { } same && same.SignsFrom == row.From
                ? same
                : new(await keys.UnwrapAsync(row.Sealed, Wrapping, cancellationToken), row.Public)
                {
                    Number = row.Number,
                    Kid = row.Kid,
                    CreatedAt = row.Created,
                    SignsFrom = row.From,
                });
        }

        return new(read);
    }

    private ValueTask<long> HighestAsync(AppId app, CancellationToken cancellationToken)
        => database.NumberAsync(
            new("SELECT COALESCE(MAX(number), 0) FROM signing_keys WHERE app_id = @app", Text("app", app.Value)), cancellationToken);

    private async ValueTask AddAsync(AppId app, DateTimeOffset signsFrom, DateTimeOffset now, CancellationToken cancellationToken)
    {
        // A tenth of a second of pure work: not on the thread of whoever asked.
        var (pkcs8, publicKey) = await Task.Run(MakePair, cancellationToken);
        var number = await HighestAsync(app, cancellationToken) + 1;
        await database.WriteAsync(
            [
                new(
                    """
                    INSERT INTO signing_keys (app_id, number, kid, sealed, public_key, created_at, signs_from, removed_at)
                    VALUES (@app, @number, @kid, @sealed, @public_key, @now, @signs_from, 0)
                    ON CONFLICT (app_id, number) DO NOTHING
                    """,
                    Text("app", app.Value),
                    Number("number", number),
                    Text("kid", Ids.New()),
                    Bytes("sealed", keys.Wrap(pkcs8, Wrapping)),
                    Bytes("public_key", publicKey),
                    Time("now", now),
                    Time("signs_from", signsFrom)),
                CountChange,
            ],
            cancellationToken);
    }

    private async ValueTask<bool> RemoveOldAsync(App app, SigningKeySet set, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (set.All.LastOrDefault(key => PublishedUntil(app, set, key, now) < now) is not { } last)
            return false;
        await database.WriteAsync(
            [
                new(
                    "UPDATE signing_keys SET removed_at = @now WHERE app_id = @app AND number <= @number AND removed_at = 0",
                    Text("app", app.Id.Value),
                    Number("number", last.Number),
                    Time("now", now)),
                CountChange,
            ],
            cancellationToken);
        return true;
    }

    private static (byte[] Pkcs8, byte[] PublicKey) MakePair()
    {
        using var rsa = RSA.Create(SigningKey.Bits);
        return (rsa.ExportPkcs8PrivateKey(), rsa.ExportSubjectPublicKeyInfo());
    }
}
