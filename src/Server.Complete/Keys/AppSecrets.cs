using System.Collections.Concurrent;
using System.Security.Cryptography;
using OpenPassage.Server.Sealing;
using OpenPassage.Server.Sql;
using OpenPassage.Server.Values;
using static OpenPassage.Server.Sql.Parameter;

namespace OpenPassage.Server.Complete.Keys;

/// <summary>
/// Secrets of an app that every node shares: made when one is first needed, kept wrapped, and in memory from then on.
/// </summary>
internal sealed class AppSecrets(Database database, TicketKeys keys, TimeProvider time)
{
    /// <summary>Refresh tokens are authentic by it.</summary>
    public const string OfRefreshTokens = "refresh";

    /// <summary>What stands for accounts that do not exist is made of it.</summary>
    public const string OfDecoys = "decoys";

    /// <summary>One-time codes are known by it.</summary>
    public const string OfCodes = "codes";

    /// <summary>What somebody was sent is counted by it.</summary>
    public const string OfSends = "sends";

    private const int Length = 32;
    private const string Wrapping = "app secret";

    private readonly ConcurrentDictionary<(AppId App, string Purpose), byte[]> known = new();

    /// <summary>32 bytes.</summary>
    public async ValueTask<byte[]> GetAsync(AppId app, string purpose, CancellationToken cancellationToken)
        => known.TryGetValue((app, purpose), out var secret)
            ? secret
            : known.GetOrAdd((app, purpose), await ReadOrMakeAsync(app, purpose, cancellationToken));

    private async ValueTask<byte[]> ReadOrMakeAsync(AppId app, string purpose, CancellationToken cancellationToken)
    {
        if (await ReadAsync(app, purpose, cancellationToken) is { } kept)
            return kept;
        await database.WriteAsync(
            [
                new(
                    """
                    INSERT INTO app_secrets (app_id, purpose, sealed, created_at) VALUES (@app, @purpose, @sealed, @now)
                    ON CONFLICT (app_id, purpose) DO NOTHING
                    """,
                    Text("app", app.Value),
                    Text("purpose", purpose),
                    Bytes("sealed", keys.Wrap(RandomNumberGenerator.GetBytes(Length), Wrapping)),
                    Time("now", time.GetUtcNow())),
            ],
            cancellationToken);
        return await ReadAsync(app, purpose, cancellationToken)
            ?? throw new InvalidOperationException("The secret that was just made is gone.");
    }

    private async ValueTask<byte[]?> ReadAsync(AppId app, string purpose, CancellationToken cancellationToken)
    {
        var wrapped = await database.FindAsync(
            new(
                "SELECT sealed FROM app_secrets WHERE app_id = @app AND purpose = @purpose",
                Text("app", app.Value),
                Text("purpose", purpose)),
            row => row.GetBytes(0),
            cancellationToken);
        return wrapped is null ? null : await keys.UnwrapAsync(wrapped, Wrapping, cancellationToken);
    }
}
