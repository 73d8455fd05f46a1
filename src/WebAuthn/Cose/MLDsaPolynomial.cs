using System.Numerics;

namespace OpenPassage.WebAuthn.Cose;

/// <summary>
/// Arithmetic on polynomials of 256 coefficients modulo q = 2^23 - 2^13 + 1 (FIPS 204 §7.5 and 7.6), in place, with
/// Montgomery reduction (appendix A): a product carries a factor 2^-32, which tables and the inverse transform cancel.
/// </summary>
internal static class MLDsaPolynomial
{
    public const int N = 256;
    public const int Q = 8_380_417;

    private const int InverseOfQ = 58_728_449; // modulo 2^32
    private const int Root = 1753; // of order 512

    private static readonly int[] zetas = MakeZetas();

    // 2^64 / 256: undoes the transform's factor 256, and two Montgomery factors: its own and that of the product before.
    private static readonly int scale = (int)(BigInteger.Pow(2, 64) * BigInteger.ModPow(256, Q - 2, Q) % Q);

    /// <summary>a·2^-32 modulo q, between -q and q, for |a| &lt; 2^31·q.</summary>
    public static int Reduce(long a)
    {
        var t = unchecked((int)a * InverseOfQ);
        return (int)((a - ((long)t * Q)) >> 32);
    }

    /// <summary>Algorithm 41. Coefficients may grow by 8q.</summary>
    public static void Transform(Span<int> a)
    {
        var k = 0;
        for (var length = 128; length > 0; length >>= 1)
        {
            for (var start = 0; start < N; start += 2 * length)
            {
                long zeta = zetas[++k];
                var low = a.Slice(start, length);
                var high = a.Slice(start + length, length);
                for (var j = 0; j < low.Length && j < high.Length; j++)
                {
                    var t = Reduce(zeta * high[j]);
                    high[j] = low[j] - t;
                    low[j] += t;
                }
            }
        }
    }

    /// <summary>
    /// Algorithm 42, of a sum of products, whose Montgomery factor it cancels. Coefficients come out between -q and q.
    /// </summary>
    public static void TransformBack(Span<int> a)
    {
        // Below q, so that eight layers of sums stay below 2^31.
        foreach (ref var coefficient in a)
            coefficient -= ((coefficient + (1 << 22)) >> 23) * Q;
        var k = N;
        for (var length = 1; length < N; length <<= 1)
        {
            for (var start = 0; start < N; start += 2 * length)
            {
                long zeta = -zetas[--k];
                var low = a.Slice(start, length);
                var high = a.Slice(start + length, length);
                for (var j = 0; j < low.Length && j < high.Length; j++)
                {
                    var t = low[j];
                    low[j] = t + high[j];
                    high[j] = Reduce(zeta * (t - high[j]));
                }
            }
        }

        foreach (ref var coefficient in a)
            coefficient = Reduce((long)scale * coefficient);
    }

    private static int[] MakeZetas()
    {
        // Root^BitRev8(k)·2^32, centred.
        var result = new int[N];
        for (var k = 0; k < N; k++)
        {
            var reversed = 0;
            for (var bit = 0; bit < 8; bit++)
                reversed |= ((k >> bit) & 1) << (7 - bit);
            var value = (int)((BigInteger.ModPow(Root, reversed, Q) << 32) % Q);
            result[k] = value > Q / 2 ? value - Q : value;
        }

        return result;
    }
}
