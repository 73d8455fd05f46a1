namespace OpenPassage.WebAuthn.Cose;

/// <summary>
/// Ecdsa-Sig-Value, the DER form that ECDSA signatures have in WebAuthn (§6.5.5): a SEQUENCE of INTEGER r and INTEGER s.
/// Checked here, bit for bit, because platforms differ in how much BER they accept.
/// </summary>
internal static class DerSignature
{
    /// <summary>Whether it is DER with nothing after it, and 0 &lt; r, s &lt; <paramref name="order"/> (big-endian).</summary>
    public static bool IsValid(ReadOnlySpan<byte> signature, ReadOnlySpan<byte> order) =>
        TryReadElement(ref signature, 0x30, out var sequence)
        && signature.IsEmpty
        && TryReadScalar(ref sequence, order)
        && TryReadScalar(ref sequence, order)
        && sequence.IsEmpty;

    private static bool TryReadScalar(ref ReadOnlySpan<byte> from, ReadOnlySpan<byte> order)
    {
        if (!TryReadElement(ref from, 0x02, out var integer) || integer.IsEmpty)
            return false;
        if (integer[0] >= 0x80)
            return false; // Negative.
        if (integer[0] == 0)
        {
            // A leading zero only keeps the sign; alone it is the number 0, which no signature contains.
            if (integer.Length == 1 || integer[1] < 0x80)
                return false;
            integer = integer[1..];
        }

        return integer.Length < order.Length || (integer.Length == order.Length && integer.SequenceCompareTo(order) < 0);
    }

    private static bool TryReadElement(ref ReadOnlySpan<byte> from, byte tag, out ReadOnlySpan<byte> content)
    {
        content = default;
        if (from.Length < 2 || from[0] != tag)
            return false;
        int length = from[1], header = 2;
        if (length == 0x81)
        {
            if (from.Length < 3 || from[2] < 0x80)
                return false; // The long form is for lengths that need it; P-521 does.
            (length, header) = (from[2], 3);
        }
        else if (length > 0x7F)
        {
            return false;
        }

        if (from.Length - header < length)
            return false;
        content = from.Slice(header, length);
        from = from[(header + length)..];
        return true;
    }
}
