using System.Text;
using OpenPassage.WebAuthn.Cbor;

namespace OpenPassage.WebAuthn.Data;

/// <summary>The attestation object (§6.5.4): which format, over which authenticator data, saying what.</summary>
internal sealed class AttestationObject
{
    /// <summary>The most bytes that are read: 64 KiB. ML-DSA keys and certificate chains stay far below.</summary>
    public const int MaxLength = 64 * 1024;

    private AttestationObject(string format, ReadOnlyMemory<byte> authenticatorData, ReadOnlyMemory<byte> statement)
    {
        Format = format;
        AuthenticatorData = authenticatorData;
        Statement = statement;
    }

    public string Format { get; }

    public ReadOnlyMemory<byte> AuthenticatorData { get; }

    /// <summary>One CBOR data item: a map, for compound an array.</summary>
    public ReadOnlyMemory<byte> Statement { get; }

    /// <summary>Null for anything but one CBOR map with the three members; unknown members are ignored.</summary>
    public static AttestationObject? Read(ReadOnlyMemory<byte> cbor)
    {
        string? format = null;
        ReadOnlyMemory<byte>? authenticatorData = null;
        ReadOnlyMemory<byte>? statement = null;

        var reader = new CborReader(cbor.Span);
        reader.TryStartMap();
        while (reader.HasNext)
        {
            if (reader.Peek() != CborType.Text)
            {
                reader.TrySkip(out _);
                reader.TrySkip(out _);
                continue;
            }
            reader.TryReadText(out var member);
            if (member.SequenceEqual("fmt"u8))
            {
                reader.TryReadText(out var text);
                format = Encoding.UTF8.GetString(text);
            }
            else if (member.SequenceEqual("authData"u8))
            {
                reader.TryReadBytes(out var bytes);
                authenticatorData = Keep(cbor, bytes);
            }
            else if (member.SequenceEqual("attStmt"u8))
            {
                if (reader.Peek() is not (CborType.Map or CborType.Array))
                    return null;
                reader.TrySkip(out var item);
                statement = Keep(cbor, item);
            }
            else
            {
                reader.TrySkip(out _);
            }
        }
        if (!reader.TryEnd() || !reader.AtEnd || format is null || authenticatorData is null || statement is null)
            return null;
        return new AttestationObject(format, authenticatorData.Value, statement.Value);
    }

    /// <summary>The same bytes as memory: a slice, unless the reader had to join chunks.</summary>
    private static ReadOnlyMemory<byte> Keep(ReadOnlyMemory<byte> cbor, ReadOnlySpan<byte> part) =>
        cbor.Span.Overlaps(part, out var offset) ? cbor.Slice(offset, part.Length) : part.ToArray();
}
