using System.Buffers.Binary;

namespace OpenPassage.WebAuthn.Cose;

/// <summary>Integers modulo L = 2^252 + 27742317777372353535851937790883648493, the order of Ed25519's base point; little-endian.</summary>
internal static class Ed25519Scalar
{
    private static ReadOnlySpan<ulong> L => [0x5812631A5CF5D3ED, 0x14DEF9DEA2F79CD6, 0, 0x1000000000000000, 0];

    // floor(2^512 / L)
    private static ReadOnlySpan<ulong> Reciprocal => [0xED9CE5A30A2C131B, 0x2106215D086329A7, 0xFFFFFFFFFFFFFFEB, 0xFFFFFFFFFFFFFFFF, 0xF];

    /// <summary>Whether 32 bytes are below L, as the S of a signature must be (RFC 8032 §5.1.7).</summary>
    public static bool IsReduced(ReadOnlySpan<byte> bytes)
    {
        for (var i = 3; i >= 0; i--)
        {
            var limb = BinaryPrimitives.ReadUInt64LittleEndian(bytes[(8 * i)..]);
            if (limb != L[i])
                return limb < L[i];
        }

        return false;
    }

    /// <summary>64 bytes modulo L, into 32, by Barrett's method (HAC 14.42) with limbs of 64 bits.</summary>
    public static void Reduce(ReadOnlySpan<byte> bytes, Span<byte> result)
    {
        Span<ulong> number = stackalloc ulong[8];
        for (var i = 0; i < 8; i++)
            number[i] = BinaryPrimitives.ReadUInt64LittleEndian(bytes[(8 * i)..]);

        // The quotient, at most 2 too small.
        Span<ulong> product = stackalloc ulong[10];
        Multiply(number[3..], Reciprocal, product);
        Span<ulong> multiple = stackalloc ulong[9];
        Multiply(product[5..], L[..4], multiple);

        var rest = number[..5];
        Subtract(rest, multiple[..5]);
        while (!IsBelow(rest, L))
            Subtract(rest, L);
        for (var i = 0; i < 4; i++)
            BinaryPrimitives.WriteUInt64LittleEndian(result[(8 * i)..], rest[i]);
    }

    /// <summary>
    /// Writes a number below 2^255 as digits that are 0 or odd and below 2^(width-1) in size, no two within
    /// <paramref name="width"/> places (the width-w non-adjacent form). Digits not written are 0.
    /// </summary>
    public static void ToSignedDigits(ReadOnlySpan<byte> scalar, int width, Span<sbyte> digits)
    {
        Span<ulong> limbs = stackalloc ulong[5];
        limbs.Clear();
        for (var i = 0; i < 4; i++)
            limbs[i] = BinaryPrimitives.ReadUInt64LittleEndian(scalar[(8 * i)..]);

        digits.Clear();
        int window = 1 << width, carry = 0;
        for (var position = 0; position < 256;)
        {
            var (limb, bit) = (position / 64, position % 64);
            var bits = limbs[limb] >> bit;
            if (bit + width > 64)
                bits |= limbs[limb + 1] << (64 - bit);
            var digit = carry + (int)(bits & (ulong)(window - 1));
            if ((digit & 1) == 0)
            {
                position++;
                continue;
            }

            carry = digit >= window / 2 ? 1 : 0;
            digits[position] = (sbyte)(digit - (carry * window));
            position += width;
        }
    }

    private static void Multiply(ReadOnlySpan<ulong> a, ReadOnlySpan<ulong> b, Span<ulong> product)
    {
        product.Clear();
        for (var i = 0; i < a.Length; i++)
        {
            ulong carry = 0;
            for (var j = 0; j < b.Length; j++)
            {
                var sum = ((UInt128)a[i] * b[j]) + product[i + j] + carry;
                product[i + j] = (ulong)sum;
                carry = (ulong)(sum >> 64);
            }

            product[i + b.Length] = carry;
        }
    }

    private static void Subtract(Span<ulong> a, ReadOnlySpan<ulong> b)
    {
        ulong borrow = 0;
        for (var i = 0; i < a.Length; i++)
        {
            var difference = (UInt128)a[i] - b[i] - borrow;
            a[i] = (ulong)difference;
            borrow = (ulong)(difference >> 64) & 1;
        }
    }

    private static bool IsBelow(ReadOnlySpan<ulong> a, ReadOnlySpan<ulong> b)
    {
        for (var i = a.Length - 1; i >= 0; i--)
        {
            if (a[i] != b[i])
                return a[i] < b[i];
        }

        return false;
    }
}
