using System.Buffers.Binary;
using System.Security.Cryptography;

namespace OpenPassage.Server.Http;

/// <summary>The 16 random bytes a ticket is known by once it is spent.</summary>
internal readonly record struct TicketId
{
    public const int Length = 16;

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
        RandomNumberGenerator.Fill(bytes);
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
