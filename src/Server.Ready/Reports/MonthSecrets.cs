using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using OpenPassage.Server.Sealing;
using OpenPassage.Server.Sql;
using static OpenPassage.Server.Sql.Parameter;

namespace OpenPassage.Server.Ready.Reports;

/// <summary>
/// What device ids are hashed with: a secret for each month. When it is gone, nobody can tell of an id any more whether it was among those
/// of the month.
/// </summary>
internal sealed class MonthSecrets(Database database, TicketKeys keys) : KeptSecrets<long>(database, keys, "readiness month")
{
    /// <summary>Forgets those of months before this one.</summary>
    public void Forget(long before) => Forget(month => month < before);

    /// <summary>What a device is known by in the month: of key and id, so that two keys' devices are never the same.</summary>
    public static UInt128 Hash(byte[] secret, string keyId, string deviceId)
    {
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(secret, Encoding.UTF8.GetBytes($"{keyId}\n{deviceId}"), hash);
        return BinaryPrimitives.ReadUInt128BigEndian(hash);
    }

    protected override Statement Find(long month)
        => new("SELECT sealed FROM readiness_months WHERE month = @month", Number("month", month));

    protected override Statement Keep(long month, byte[] wrapped) => new(
        "INSERT INTO readiness_months (month, sealed) VALUES (@month, @sealed) ON CONFLICT (month) DO NOTHING",
        Number("month", month),
        Bytes("sealed", wrapped));
}
