using System.Runtime.InteropServices;

namespace OpenPassage.WebAuthn.Cose;

/// <summary>
/// A point of edwards25519 in extended coordinates (RFC 8032 §5.1.4): x = X/Z, y = Y/Z, xy = T/Z. Public values only, so
/// that time may depend on them.
/// </summary>
[StructLayout(LayoutKind.Auto)]
internal readonly struct Ed25519Point(Ed25519Field x, Ed25519Field y, Ed25519Field z, Ed25519Field t)
{
    // Window widths of the signed digits: the base point's table is made once, a key's on import.
    private const int BaseWidth = 8, KeyWidth = 5;
    private const int MaxDigits = 257;

    private static readonly Ed25519Field twoD = Ed25519Field.D + Ed25519Field.D;
    private static readonly Ed25519Point identity = new(Ed25519Field.Zero, Ed25519Field.One, Ed25519Field.One, Ed25519Field.Zero);
    private static readonly Summand[] baseMultiples = MakeBaseMultiples();

    private readonly Ed25519Field x = x, y = y, z = z, t = t;

    /// <summary>
    /// Decodes 32 bytes as RFC 8032 §5.1.3 demands: y below p, a square root exists, and x = 0 comes without a sign.
    /// </summary>
    public static bool TryDecode(ReadOnlySpan<byte> bytes, out Ed25519Point point)
    {
        point = identity;
        if (bytes.Length != 32 || !Ed25519Field.TryRead(bytes, out var yRead))
            return false;

        // x² = (y² - 1) / (dy² + 1)
        var ySquared = yRead.Square();
        var u = ySquared - Ed25519Field.One;
        var v = (ySquared * Ed25519Field.D) + Ed25519Field.One;
        var v3 = v.Square() * v;
        var root = u * v3 * (u * v3.Square() * v).RootPower();
        var vxSquared = root.Square() * v;
        if (!(vxSquared - (u * Ed25519Field.One)).IsZero())
        {
            if (!(vxSquared + u).IsZero())
                return false;
            root *= Ed25519Field.RootOfMinusOne;
        }

        var sign = bytes[31] >> 7;
        if (sign == 1 && root.IsZero())
            return false;
        if (root.Parity() != sign)
            root = root.Negate();
        point = new(root, yRead, Ed25519Field.One, root * yRead);
        return true;
    }

    /// <summary>Writes y and the sign of x: 32 bytes.</summary>
    public void Encode(Span<byte> bytes)
    {
        var inverse = z.Invert();
        (y * inverse).Write(bytes);
        bytes[31] |= (byte)((x * inverse).Parity() << 7);
    }

    /// <summary>Whether eight times the point is the neutral one: it is of order 1, 2, 4 or 8.</summary>
    public bool IsOfSmallOrder()
    {
        var eightfold = Double().Double().Double();
        return eightfold.x.IsZero() && (eightfold.y - eightfold.z).IsZero();
    }

    public Ed25519Point Negate() => new(x.Negate(), y, z, t.Negate());

    /// <summary>1, 3, 5 … 15 times the point, for <see cref="Combine"/>.</summary>
    public Summand[] OddMultiples() => OddMultiples(KeyWidth);

    /// <summary>a·P + b·B, P given by its odd multiples, B the base point; scalars are 32 bytes, little-endian, below 2^253.</summary>
    public static Ed25519Point Combine(ReadOnlySpan<byte> a, Summand[] multiples, ReadOnlySpan<byte> b)
    {
        Span<sbyte> digitsOfA = stackalloc sbyte[MaxDigits], digitsOfB = stackalloc sbyte[MaxDigits];
        Ed25519Scalar.ToSignedDigits(a, KeyWidth, digitsOfA);
        Ed25519Scalar.ToSignedDigits(b, BaseWidth, digitsOfB);

        var i = MaxDigits - 1;
        while (i > 0 && digitsOfA[i] == 0 && digitsOfB[i] == 0)
            i--;
        var sum = identity;
        for (; i >= 0; i--)
        {
            var (digitOfA, digitOfB) = (digitsOfA[i], digitsOfB[i]);
            // Doubling does not read T: it is made only where an addition follows, or at the end.
            sum = sum.Double(withT: (digitOfA | digitOfB) != 0 || i == 0);
            if (digitOfA != 0)
                sum = sum.Add(multiples[Math.Abs(digitOfA) >> 1], digitOfA < 0, withT: digitOfB != 0 || i == 0);
            if (digitOfB != 0)
                sum = sum.Add(baseMultiples[Math.Abs(digitOfB) >> 1], digitOfB < 0, withT: i == 0);
        }

        return sum;
    }

    private Ed25519Point Double(bool withT = true)
    {
        var xx = x.Square();
        var yy = y.Square();
        var zz = z.Square();
        var sum = yy + xx;
        var difference = Ed25519Field.DifferenceOfProducts(yy, xx);
        var e = (x + y).Square() - sum;
        var f = zz + zz - difference;
        return Complete(e, sum, difference, f, withT);
    }

    private Ed25519Point Add(in Summand other, bool negative, bool withT)
    {
        var sum = y + x;
        var difference = y - x;
        var a = sum * (negative ? other.YMinusX : other.YPlusX);
        var b = difference * (negative ? other.YPlusX : other.YMinusX);
        var c = t * other.T2D;
        var d = z * other.Z2;
        var plus = d + c;
        var minus = Ed25519Field.DifferenceOfProducts(d, c);
        return Complete(Ed25519Field.DifferenceOfProducts(a, b), a + b, negative ? minus : plus, negative ? plus : minus, withT);
    }

    private static Ed25519Point Complete(in Ed25519Field e, in Ed25519Field h, in Ed25519Field g, in Ed25519Field f, bool withT) =>
        new(e * f, g * h, f * g, withT ? e * h : default);

    private Summand[] OddMultiples(int width)
    {
        var multiples = new Summand[1 << (width - 2)];
        var twice = Double().ToSummand();
        var point = this;
        for (var i = 0; i < multiples.Length; i++)
        {
            multiples[i] = point.ToSummand();
            point = point.Add(twice, negative: false, withT: true);
        }

        return multiples;
    }

    private Summand ToSummand() => new(y + x, y - x, z + z, t * twoD);

    private static Summand[] MakeBaseMultiples()
    {
        // B has y = 4/5 and an even x (RFC 8032 §5.1).
        Span<byte> encoded = stackalloc byte[32];
        encoded.Fill(0x66);
        encoded[0] = 0x58;
        return TryDecode(encoded, out var b)
            ? b.OddMultiples(BaseWidth)
            : throw new InvalidOperationException("The base point of edwards25519 does not decode.");
    }

    /// <summary>A point in the form that is added fastest.</summary>
    [StructLayout(LayoutKind.Auto)]
    internal readonly struct Summand(Ed25519Field yPlusX, Ed25519Field yMinusX, Ed25519Field z2, Ed25519Field t2D)
    {
        public readonly Ed25519Field YPlusX = yPlusX, YMinusX = yMinusX, Z2 = z2, T2D = t2D;
    }
}
