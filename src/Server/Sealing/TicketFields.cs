using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace OpenPassage.Server.Sealing;

/// <summary>Writes a ticket's content: fixed numbers big-endian, everything of variable length behind two bytes of length.</summary>
internal sealed class TicketWriter
{
    private readonly ArrayBufferWriter<byte> buffer = new(256);

    public ReadOnlySpan<byte> Written => buffer.WrittenSpan;

    public TicketWriter Byte(byte value)
    {
        buffer.GetSpan(1)[0] = value;
        buffer.Advance(1);
        return this;
    }

    public TicketWriter Flag(bool value) => Byte(value ? (byte)1 : (byte)0);

    public TicketWriter Id(TicketId id)
    {
        id.CopyTo(buffer.GetSpan(TicketId.Length));
        buffer.Advance(TicketId.Length);
        return this;
    }

    public TicketWriter Time(DateTimeOffset time)
    {
        BinaryPrimitives.WriteInt64BigEndian(buffer.GetSpan(8), time.ToUnixTimeMilliseconds());
        buffer.Advance(8);
        return this;
    }

    public TicketWriter Bytes(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > ushort.MaxValue)
            throw new ArgumentException("A ticket's field is at most 65535 bytes.", nameof(bytes));
        BinaryPrimitives.WriteUInt16BigEndian(buffer.GetSpan(2), (ushort)bytes.Length);
        buffer.Advance(2);
        buffer.Write(bytes);
        return this;
    }

    public TicketWriter Text(string text) => Bytes(Encoding.UTF8.GetBytes(text));

    /// <summary>A flag, then the value when there is one.</summary>
    public TicketWriter Maybe<T>(T? value, Action<TicketWriter, T> write)
        where T : struct
    {
        Flag(value is not null);
        if (value is { } present)
            write(this, present);
        return this;
    }

    /// <inheritdoc cref="Maybe{T}(T?, Action{TicketWriter, T})"/>
    public TicketWriter MaybeText(string? text)
    {
        Flag(text is not null);
        return text is null ? this : Text(text);
    }
}

/// <summary>
/// Reads what <see cref="TicketWriter"/> wrote. Its input was authenticated: only our own seal made it, so a wrong length is
/// another version's ticket, and throws <see cref="FormatException"/>.
/// </summary>
internal ref struct TicketReader(ReadOnlySpan<byte> content)
{
    private ReadOnlySpan<byte> rest = content;

    public readonly bool AtEnd => rest.IsEmpty;

    public byte Byte() => Take(1)[0];

    public bool Flag() => Byte() == 1;

    public TicketId Id() => new(Take(TicketId.Length));

    public DateTimeOffset Time() => DateTimeOffset.FromUnixTimeMilliseconds(BinaryPrimitives.ReadInt64BigEndian(Take(8)));

    public ReadOnlySpan<byte> Bytes() => Take(BinaryPrimitives.ReadUInt16BigEndian(Take(2)));

    public string Text() => Encoding.UTF8.GetString(Bytes());

    public string? MaybeText() => Flag() ? Text() : null;

    private ReadOnlySpan<byte> Take(int length)
    {
        if (rest.Length < length)
            throw new FormatException("The ticket's content ends early.");
        var taken = rest[..length];
        rest = rest[length..];
        return taken;
    }
}
