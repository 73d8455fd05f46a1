using System.Buffers.Binary;
using System.Security.Cryptography;

namespace OpenPassage.Server.Sealing;

/// <summary>
/// The 16 bytes a ticket is known by once it is spent: 4 that grow from one to the next, from a random start in each process, and
/// 12 random ones. So tickets of the same minutes stand together in the index of what is spent, and a commit touches few pages
/// of it instead of one for each ticket.
/// </summary>
internal readonly record struct TicketId
{
    public const int Length = 16;

    /// <summary>How many in a row begin alike: a page of the index holds about as many.</summary>
    private const int Together = 64;

    private static long made = (long)RandomNumberGenerator.GetInt32(int.MaxValue) * Together;

    private readonly UInt128 value;

    public TicketId(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != Length)
            throw new ArgumentException($"A ticket id is {Length} bytes.", nameof(bytes));
        value = BinaryPrimitives.ReadUInt128BigEndian(bytes);
    }

    public static TicketId Create()
    {
        Span<byte> bytes = stackalloc byte[Length];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, (uint)(Interlocked.Increment(ref made) / Together));
        RandomNumberGenerator.Fill(bytes[sizeof(uint)..]);
        return new(bytes);
    }

    public void CopyTo(Span<byte> destination) => BinaryPrimitives.WriteUInt128BigEndian(destination, value);

    public byte[] ToArray()
    {
        var bytes = new byte[Length];
        CopyTo(bytes);
        return bytes;
    }
}
