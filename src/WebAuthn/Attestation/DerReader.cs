namespace OpenPassage.WebAuthn.Attestation;

/// <summary>Tags of DER as this library meets them: the first octet's class and form, then the number.</summary>
internal static class DerTag
{
    public const int Boolean = 0x01, Integer = 0x02, OctetString = 0x04, Oid = 0x06, Sequence = 0x30, Set = 0x31;
    public const int Utf8String = 0x0C, PrintableString = 0x13, Ia5String = 0x16;

    /// <summary>A context-specific tag around another value, such as <c>[702] EXPLICIT</c>.</summary>
    public static int Explicit(int number) => (0xA0 << 24) | number;

    /// <summary>A context-specific tag in place of a simple value's own, such as <c>[2] IMPLICIT</c>.</summary>
    public static int Implicit(int number) => (0x80 << 24) | number;
}

/// <summary>
/// Reads DER from a span: no exception on bad input, nothing allocated. Indefinite lengths, lengths longer than necessary and
/// values that end beyond the data are refused. Only as much of X.690 as certificates and their extensions need.
/// </summary>
internal ref struct DerReader(ReadOnlySpan<byte> data)
{
    private ReadOnlySpan<byte> rest = data;

    /// <summary>True when every byte was read.</summary>
    public readonly bool AtEnd => rest.IsEmpty;

    /// <summary>The next value, whatever it is.</summary>
    public bool TryRead(out int tag, out ReadOnlySpan<byte> content)
    {
        content = default;
        if (!TryReadTag(ref rest, out tag) || !TryReadLength(ref rest, out var length) || length > rest.Length)
            return false;
        content = rest[..length];
        rest = rest[length..];
        return true;
    }

    /// <summary>The next value, which must have that tag.</summary>
    public bool TryRead(int expected, out ReadOnlySpan<byte> content) => TryRead(out var tag, out content) && tag == expected;

    /// <summary>The next value when it has that tag; otherwise nothing is read.</summary>
    public bool TryReadOptional(int expected, out ReadOnlySpan<byte> content)
    {
        var before = rest;
        if (TryRead(expected, out content))
            return true;
        rest = before;
        content = default;
        return false;
    }

    /// <summary>The one value that the data is, with nothing after it.</summary>
    public static bool TryReadOnly(ReadOnlySpan<byte> data, int expected, out ReadOnlySpan<byte> content)
    {
        var reader = new DerReader(data);
        return reader.TryRead(expected, out content) && reader.AtEnd;
    }

    private static bool TryReadTag(ref ReadOnlySpan<byte> rest, out int tag)
    {
        tag = 0;
        if (rest.IsEmpty)
            return false;
        var first = rest[0];
        rest = rest[1..];
        var number = first & 0x1F;
        if (number == 0x1F)
        {
            // Android's authorization lists go up to 724: two octets. Four are more than anyone needs.
            number = 0;
            for (var octets = 0; ; octets++)
            {
                if (rest.IsEmpty || octets == 3)
                    return false;
                var octet = rest[0];
                rest = rest[1..];
                number = (number << 7) | (octet & 0x7F);
                if ((octet & 0x80) == 0)
                    break;
            }
            if (number < 0x1F)
                return false;
        }
        tag = (first & 0xC0) == 0 ? first : ((first & 0xE0) << 24) | number;
        return true;
    }

    private static bool TryReadLength(ref ReadOnlySpan<byte> rest, out int length)
    {
        length = 0;
        if (rest.IsEmpty)
            return false;
        var first = rest[0];
        rest = rest[1..];
        if (first < 0x80)
        {
            length = first;
            return true;
        }
        var octets = first & 0x7F;
        if (octets is 0 or > 3 || octets > rest.Length || rest[0] == 0)
            return false;
        foreach (var octet in rest[..octets])
            length = (length << 8) | octet;
        rest = rest[octets..];
        return length >= 0x80;
    }
}
