using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace OpenPassage.WebAuthn.Cose;

/// <summary>
/// An integer modulo p = 2^255 - 19 in five limbs of 51 bits. Limbs may run over: products leave them below 2^51.1, and
/// factors may reach 2^54. Not constant-time: it only ever sees public values.
/// </summary>
[StructLayout(LayoutKind.Auto)]
internal readonly struct Ed25519Field
{
    private const ulong Mask = (1UL << 51) - 1;

    public static readonly Ed25519Field Zero;
    public static readonly Ed25519Field One = new(1, 0, 0, 0, 0);

    /// <summary>d of the curve -x² + y² = 1 + dx²y², which is -121665/121666.</summary>
    public static readonly Ed25519Field D = new Ed25519Field(121665, 0, 0, 0, 0).Negate() * new Ed25519Field(121666, 0, 0, 0, 0).Invert();

    /// <summary>A square root of -1: 2^((p-1)/4).</summary>
    public static readonly Ed25519Field RootOfMinusOne = MakeRootOfMinusOne();

    private readonly ulong a0, a1, a2, a3, a4;

    private Ed25519Field(ulong a0, ulong a1, ulong a2, ulong a3, ulong a4) =>
        (this.a0, this.a1, this.a2, this.a3, this.a4) = (a0, a1, a2, a3, a4);

    /// <summary>Reads 32 bytes, little-endian, without their topmost bit. False for p and above.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out Ed25519Field value)
    {
        var b0 = BinaryPrimitives.ReadUInt64LittleEndian(bytes);
        var b1 = BinaryPrimitives.ReadUInt64LittleEndian(bytes[8..]);
        var b2 = BinaryPrimitives.ReadUInt64LittleEndian(bytes[16..]);
        var b3 = BinaryPrimitives.ReadUInt64LittleEndian(bytes[24..]) & (ulong.MaxValue >> 1);
        value = new(
            b0 & Mask,
            ((b0 >> 51) | (b1 << 13)) & Mask,
            ((b1 >> 38) | (b2 << 26)) & Mask,
            ((b2 >> 25) | (b3 << 39)) & Mask,
            b3 >> 12);
        return !(b3 == ulong.MaxValue >> 1 && b2 == ulong.MaxValue && b1 == ulong.MaxValue && b0 >= ulong.MaxValue - 18);
    }

    /// <summary>Writes the least non-negative value: 32 bytes, little-endian, the topmost bit clear.</summary>
    public void Write(Span<byte> bytes)
    {
        var (r0, r1, r2, r3, r4) = Carry(a0, a1, a2, a3, a4);
        // Below 2^255 + 2^13 now. q is 1 where the value is p or more, which shows in a carry out of value + 19.
        var q = (r0 + 19) >> 51;
        q = (r1 + q) >> 51;
        q = (r2 + q) >> 51;
        q = (r3 + q) >> 51;
        q = (r4 + q) >> 51;
        r0 += 19 * q;
        r1 += r0 >> 51;
        r2 += r1 >> 51;
        r3 += r2 >> 51;
        r4 += r3 >> 51;
        (r0, r1, r2, r3, r4) = (r0 & Mask, r1 & Mask, r2 & Mask, r3 & Mask, r4 & Mask);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, r0 | (r1 << 51));
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[8..], (r1 >> 13) | (r2 << 38));
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[16..], (r2 >> 26) | (r3 << 25));
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[24..], (r3 >> 39) | (r4 << 12));
    }

    public bool IsZero()
    {
        Span<byte> bytes = stackalloc byte[32];
        Write(bytes);
        return bytes.IndexOfAnyExcept((byte)0) < 0;
    }

    /// <summary>The least bit of the least non-negative value: what a compressed point keeps of x.</summary>
    public int Parity()
    {
        Span<byte> bytes = stackalloc byte[32];
        Write(bytes);
        return bytes[0] & 1;
    }

    /// <summary>The sum, limbs not carried: of two products it stays below 2^52.1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Ed25519Field operator +(in Ed25519Field a, in Ed25519Field b) =>
        new(a.a0 + b.a0, a.a1 + b.a1, a.a2 + b.a2, a.a3 + b.a3, a.a4 + b.a4);

    /// <summary>
    /// The difference by way of a + 4p - b: b's limbs must be below 2^53 - 76, as those of a product or a sum of two are.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Ed25519Field operator -(in Ed25519Field a, in Ed25519Field b)
    {
        const ulong lowest = (1UL << 53) - 76, other = (1UL << 53) - 4;
        return new(a.a0 + lowest - b.a0, a.a1 + other - b.a1, a.a2 + other - b.a2, a.a3 + other - b.a3, a.a4 + other - b.a4);
    }

    /// <summary>The difference of two products, by way of a + 2p - b, which leaves limbs below 2^52.6 for another subtraction.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Ed25519Field DifferenceOfProducts(in Ed25519Field a, in Ed25519Field b)
    {
        const ulong lowest = (1UL << 52) - 38, other = (1UL << 52) - 2;
        return new(a.a0 + lowest - b.a0, a.a1 + other - b.a1, a.a2 + other - b.a2, a.a3 + other - b.a3, a.a4 + other - b.a4);
    }

    public Ed25519Field Negate()
    {
        var (r0, r1, r2, r3, r4) = Carry(a0, a1, a2, a3, a4);
        return Zero - new Ed25519Field(r0, r1, r2, r3, r4);
    }

    public static Ed25519Field operator *(in Ed25519Field a, in Ed25519Field b)
    {
        ulong x0 = a.a0, x1 = a.a1, x2 = a.a2, x3 = a.a3, x4 = a.a4;
        ulong y0 = b.a0, y1 = b.a1, y2 = b.a2, y3 = b.a3, y4 = b.a4;
        // 2^255 is 19: what a product has above the fifth limb comes back 19-fold.
        ulong z1 = 19 * y1, z2 = 19 * y2, z3 = 19 * y3, z4 = 19 * y4;

        var h0 = Math.BigMul(x0, y0, out var l0);
        Add(x1, z4, ref h0, ref l0);
        Add(x2, z3, ref h0, ref l0);
        Add(x3, z2, ref h0, ref l0);
        Add(x4, z1, ref h0, ref l0);
        var h1 = Math.BigMul(x0, y1, out var l1);
        Add(x1, y0, ref h1, ref l1);
        Add(x2, z4, ref h1, ref l1);
        Add(x3, z3, ref h1, ref l1);
        Add(x4, z2, ref h1, ref l1);
        var h2 = Math.BigMul(x0, y2, out var l2);
        Add(x1, y1, ref h2, ref l2);
        Add(x2, y0, ref h2, ref l2);
        Add(x3, z4, ref h2, ref l2);
        Add(x4, z3, ref h2, ref l2);
        var h3 = Math.BigMul(x0, y3, out var l3);
        Add(x1, y2, ref h3, ref l3);
        Add(x2, y1, ref h3, ref l3);
        Add(x3, y0, ref h3, ref l3);
        Add(x4, z4, ref h3, ref l3);
        var h4 = Math.BigMul(x0, y4, out var l4);
        Add(x1, y3, ref h4, ref l4);
        Add(x2, y2, ref h4, ref l4);
        Add(x3, y1, ref h4, ref l4);
        Add(x4, y0, ref h4, ref l4);
        return Reduce(h0, l0, h1, l1, h2, l2, h3, l3, h4, l4);
    }

    public Ed25519Field Square()
    {
        ulong x0 = a0, x1 = a1, x2 = a2, x3 = a3, x4 = a4;
        ulong twice0 = 2 * x0, twice1 = 2 * x1, z3 = 19 * x3, z4 = 19 * x4, twiceZ4 = 2 * z4;

        var h0 = Math.BigMul(x0, x0, out var l0);
        Add(x1, twiceZ4, ref h0, ref l0);
        Add(2 * x2, z3, ref h0, ref l0);
        var h1 = Math.BigMul(twice0, x1, out var l1);
        Add(x2, twiceZ4, ref h1, ref l1);
        Add(x3, z3, ref h1, ref l1);
        var h2 = Math.BigMul(twice0, x2, out var l2);
        Add(x1, x1, ref h2, ref l2);
        Add(x3, twiceZ4, ref h2, ref l2);
        var h3 = Math.BigMul(twice0, x3, out var l3);
        Add(twice1, x2, ref h3, ref l3);
        Add(x4, z4, ref h3, ref l3);
        var h4 = Math.BigMul(twice0, x4, out var l4);
        Add(twice1, x3, ref h4, ref l4);
        Add(x2, x2, ref h4, ref l4);
        return Reduce(h0, l0, h1, l1, h2, l2, h3, l3, h4, l4);
    }

    /// <summary>1/this, as this^(p-2); 0 for 0.</summary>
    public Ed25519Field Invert()
    {
        PowerOf2To250Minus1(out var e250, out var e11);
        return e250.Square(5) * e11; // 2^255 - 2^5 + 11
    }

    /// <summary>this^((p-5)/8), the heart of a square root.</summary>
    public Ed25519Field RootPower()
    {
        PowerOf2To250Minus1(out var e250, out _);
        return e250.Square(2) * this; // 2^252 - 4 + 1
    }

    public Ed25519Field Square(int times)
    {
        var result = Square();
        while (--times > 0)
            result = result.Square();
        return result;
    }

    private void PowerOf2To250Minus1(out Ed25519Field result, out Ed25519Field e11)
    {
        var e2 = Square();
        var e9 = e2.Square(2) * this;
        e11 = e9 * e2;
        var e5 = e11.Square() * e9; // 2^5 - 1
        var e10 = e5.Square(5) * e5;
        var e20 = e10.Square(10) * e10;
        var e40 = e20.Square(20) * e20;
        var e50 = e40.Square(10) * e10;
        var e100 = e50.Square(50) * e50;
        var e200 = e100.Square(100) * e100;
        result = e200.Square(50) * e50;
    }

    private static Ed25519Field MakeRootOfMinusOne()
    {
        // (p-1)/4 = 2^253 - 5 = 2 (2^252 - 3) + 1, and 2^252 - 3 is (p-5)/8.
        var two = new Ed25519Field(2, 0, 0, 0, 0);
        return two.RootPower().Square() * two;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add(ulong x, ulong y, ref ulong high, ref ulong low)
    {
        var h = Math.BigMul(x, y, out var l);
        low += l;
        high += h + (low < l ? 1UL : 0UL);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Ed25519Field Reduce(ulong h0, ulong l0, ulong h1, ulong l1, ulong h2, ulong l2, ulong h3, ulong l3, ulong h4, ulong l4)
    {
        var carry = (h0 << 13) | (l0 >> 51);
        l1 += carry;
        h1 += l1 < carry ? 1UL : 0UL;
        carry = (h1 << 13) | (l1 >> 51);
        l2 += carry;
        h2 += l2 < carry ? 1UL : 0UL;
        carry = (h2 << 13) | (l2 >> 51);
        l3 += carry;
        h3 += l3 < carry ? 1UL : 0UL;
        carry = (h3 << 13) | (l3 >> 51);
        l4 += carry;
        h4 += l4 < carry ? 1UL : 0UL;
        carry = (h4 << 13) | (l4 >> 51);
        var r0 = (l0 & Mask) + (19 * carry);
        return new(r0 & Mask, (l1 & Mask) + (r0 >> 51), l2 & Mask, l3 & Mask, l4 & Mask);
    }

    private static (ulong R0, ulong R1, ulong R2, ulong R3, ulong R4) Carry(ulong r0, ulong r1, ulong r2, ulong r3, ulong r4)
    {
        r1 += r0 >> 51;
        r2 += r1 >> 51;
        r3 += r2 >> 51;
        r4 += r3 >> 51;
        r0 = (r0 & Mask) + (19 * (r4 >> 51));
        return ((r0 & Mask), (r1 & Mask) + (r0 >> 51), r2 & Mask, r3 & Mask, r4 & Mask);
    }
}
