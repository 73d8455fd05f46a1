using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using OpenPassage.Server.Sealing;
using OpenPassage.Server.Sql;
using static OpenPassage.Server.Sql.Parameter;

namespace OpenPassage.Server.Ready.Reports;

/// <summary>
/// What device ids are hashed with: a secret for each month, which every node shares, made when one is first needed and kept wrapped. When
/// it is gone, nobody can tell of an id any more whether it was among those of the month.
/// </summary>
internal sealed class MonthSecrets(Database database, TicketKeys keys)
{
    /// <summary>How many bytes a device is known by.</summary>
    public const int HashLength = 16;

    private const int Length = 32;
    private const string Wrapping = "readiness month";

    private readonly ConcurrentDictionary<long, byte[]> known = new();

    /// <summary>32 bytes.</summary>
    public async ValueTask<byte[]> GetAsync(long month, CancellationToken cancellationToken)
        => known.TryGetValue(month, out var secret)
            ? secret
            : known.GetOrAdd(month, await ReadOrMakeAsync(month, cancellationToken));

    /// <summary>Forgets those of months before this one.</summary>
    public void Forget(long before)
    {
        foreach (var month in known.Keys.Where(month => month < before))
            known.TryRemove(month, out _);
    }

    /// <summary>What a device is known by in the month: of key and id, so that two keys' devices are never the same.</summary>
    public static UInt128 Hash(byte[] secret, string keyId, string deviceId)
    {
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(secret, Encoding.UTF8.GetBytes($"{keyId}\n{deviceId}"), hash);
        return BinaryPrimitives.ReadUInt128BigEndian(hash);
    }

    private async ValueTask<byte[]> ReadOrMakeAsync(long month, CancellationToken cancellationToken)
    {
        if (await ReadAsync(month, cancellationToken) is { } kept)
            return kept;
        await database.WriteAsync(
            [
                new(
                    "INSERT INTO readiness_months (month, sealed) VALUES (@month, @sealed) ON CONFLICT (month) DO NOTHING",
                    Number("month", month),
                    Bytes("sealed", keys.Wrap(RandomNumberGenerator.GetBytes(Length), Wrapping))),
            ],
            cancellationToken);
        return await ReadAsync(month, cancellationToken) ?? throw new InvalidOperationException("The secret that was just made is gone.");
    }

    private async ValueTask<byte[]?> ReadAsync(long month, CancellationToken cancellationToken)
    {
        var wrapped = await database.FindAsync(
            new("SELECT sealed FROM readiness_months WHERE month = @month", Number("month", month)),
            row => row.GetBytes(0),
            cancellationToken);
        return wrapped is null ? null : await keys.UnwrapAsync(wrapped, Wrapping, cancellationToken);
    }
}
