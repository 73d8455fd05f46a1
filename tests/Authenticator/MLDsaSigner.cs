using System.Security.Cryptography;

namespace OpenPassage.Authenticator;

/// <summary>
/// ML-DSA key generation and deterministic signing with an empty context, straight from FIPS 204 (algorithms 6 and 7) with no
/// thought of speed or of side channels: for tests, where the platform has none. It shares nothing with the code under test.
/// </summary>
public sealed class MLDsaSigner : SigningKey
{
    private const int N = 256, Q = 8_380_417, D = 13;

    // Bytes of a stream to sample from: 840 or so are used. Reading it piece by piece needs OpenSSL 3.3.
    private const int Stream = 1536;

    private static readonly long[] zetas =
        [.. Enumerable.Range(0, N).Select(k => (long)System.Numerics.BigInteger.ModPow(1753, ReverseBits(k), Q))];

    private readonly int algorithm, k, l, eta, tau, beta, gamma1, gamma2, omega, challengeSize;
    private readonly byte[] rho, secret, tr;
    private readonly long[][] s1, s2, t0;

    public MLDsaSigner(int algorithm)
        : this(algorithm, RandomNumberGenerator.GetBytes(32))
    {
    }

    /// <summary>The key pair of a seed ξ: 32 bytes.</summary>
    public MLDsaSigner(int algorithm, byte[] seed)
    {
        this.algorithm = algorithm;
        (k, l, eta, tau, gamma1, gamma2, omega, challengeSize) = algorithm switch
        {
            Alg.MLDsa44 => (4, 4, 2, 39, 1 << 17, (Q - 1) / 88, 80, 32),
            Alg.MLDsa65 => (6, 5, 4, 49, 1 << 19, (Q - 1) / 32, 55, 48),
            Alg.MLDsa87 => (8, 7, 2, 60, 1 << 19, (Q - 1) / 32, 75, 64),
            _ => throw new ArgumentOutOfRangeException(nameof(algorithm)),
        };
        beta = tau * eta;

        var expanded = H(128, seed, [(byte)k, (byte)l]);
        (rho, secret) = (expanded[..32], expanded[96..]);
        s1 = Rows(l, row => SampleBounded(expanded[32..96], row));
        s2 = Rows(k, row => SampleBounded(expanded[32..96], row + l));

        var t = Add(MultiplyByA(s1), s2);
        t0 = Rows(k, row => Each(t[row], value => Centre(value, 1 << D)));
        PublicKey = [.. rho, .. t.Zip(t0).SelectMany(rows => Pack(10, rows.First.Zip(rows.Second, (value, low) => (value - low) >> D)))];
        tr = H(64, PublicKey);
    }

    /// <summary>Whether the platform has SHAKE, of which everything here is made.</summary>
    public static bool IsAvailable => Shake128.IsSupported && Shake256.IsSupported;

    public override int Algorithm => algorithm;

    /// <summary>pkEncode: 1312, 1952 or 2592 bytes.</summary>
    public byte[] PublicKey { get; }

    public override CborMap ToCose() => new() { { 1, 7 }, { 3, algorithm }, { -1, PublicKey } };

    // RFC 9881: SEQUENCE { SEQUENCE { OID 2.16.840.1.101.3.4.3.17, .18 or .19 }, BIT STRING }.
    public override byte[] ToSubjectPublicKeyInfo()
    {
        var (inner, outer) = (PublicKey.Length + 1, PublicKey.Length + 18);
        byte last = algorithm switch { Alg.MLDsa44 => 17, Alg.MLDsa65 => 18, _ => 19 };
        return
        [
            0x30, 0x82, (byte)(outer >> 8), (byte)outer,
            0x30, 11, 6, 9, 0x60, 0x86, 0x48, 1, 0x65, 3, 4, 3, last,
            3, 0x82, (byte)(inner >> 8), (byte)inner, 0, .. PublicKey,
        ];
    }

    public override byte[] Sign(byte[] data)
    {
        var mu = H(64, tr, [0, 0], data);
        var mask = H(64, secret, new byte[32], mu);
        for (var kappa = 0; ; kappa += l)
        {
            var y = Rows(l, row => Unpack(H(32 * MaskBits, mask, Little(kappa + row)), MaskBits, value => gamma1 - value));
            var w = MultiplyByA(y);
            var w1 = Rows(k, row => Each(w[row], value => Decompose(value).High));
            var challenge = H(challengeSize, mu, [.. w1.SelectMany(row => Pack(gamma2 == (Q - 1) / 88 ? 6 : 4, row))]);
            var c = Transform(SampleInBall(challenge));
            var z = Add(y, Multiply(c, s1));
            var rest = Subtract(w, Multiply(c, s2));
            if (Norm(z) >= gamma1 - beta || rest.Any(row => row.Any(value => Math.Abs(Decompose(value).Low) >= gamma2 - beta)))
                continue;
            var ct0 = Multiply(c, t0);
            var hinted = Add(rest, ct0);
            var hints = Rows(k, row =>
                [.. rest[row].Zip(hinted[row], (with, without) => Decompose(with).High != Decompose(without).High ? 1L : 0)]);
            if (Norm(ct0) >= gamma2 || hints.Sum(row => row.Sum()) > omega)
                continue;
            return
            [
                .. challenge,
                .. z.SelectMany(row => Pack(MaskBits, row.Select(value => gamma1 - Centre(value, Q)))),
                .. PackHints(hints),
            ];
        }
    }

    private int MaskBits => gamma1 == 1 << 17 ? 18 : 20;

    private byte[] PackHints(long[][] hints)
    {
        var packed = new byte[omega + k];
        var index = 0;
        for (var row = 0; row < k; row++)
        {
            for (var i = 0; i < N; i++)
            {
                if (hints[row][i] != 0)
                    packed[index++] = (byte)i;
            }

            packed[omega + row] = (byte)index;
        }

        return packed;
    }

    private (long High, long Low) Decompose(long value)
    {
        var r = Mod(value);
        var low = Centre(r, 2 * gamma2);
        return r - low == Q - 1 ? (0, low - 1) : ((r - low) / (2 * gamma2), low);
    }

    private long[] SampleBounded(byte[] seed, int nonce)
    {
        var result = new List<long>(N + 1);
        foreach (var two in Shake256.HashData([.. seed, .. Little(nonce)], Stream))
        {
            foreach (var half in (ReadOnlySpan<int>)[two & 15, two >> 4])
            {
                if (eta == 2 && half < 15)
                    result.Add(2 - (half % 5));
                else if (eta == 4 && half < 9)
                    result.Add(4 - half);
            }
        }

        return [.. result.Take(N)];
    }

    private long[] SampleInBall(byte[] seed)
    {
        var stream = Shake256.HashData(seed, Stream);
        var signs = BitConverter.ToUInt64(stream);
        var (c, next) = (new long[N], 8);
        for (var i = N - tau; i < N; i++, signs >>= 1)
        {
            while (stream[next] > i)
                next++;
            var j = stream[next++];
            c[i] = c[j];
            c[j] = (signs & 1) == 0 ? 1 : -1;
        }

        return c;
    }

    private long[] ExpandA(int row, int column)
    {
        var a = new List<long>(N);
        foreach (var three in Shake128.HashData([.. rho, (byte)column, (byte)row], Stream).Chunk(3))
        {
            var candidate = three[0] | (three[1] << 8) | ((three[2] & 0x7F) << 16);
            if (candidate < Q && a.Count < N)
                a.Add(candidate);
        }

        return [.. a];
    }

    private long[][] MultiplyByA(long[][] vector)
    {
        var transformed = Rows(l, column => Transform(vector[column]));
        return Rows(k, row =>
        {
            var sum = new long[N];
            for (var column = 0; column < l; column++)
            {
                var a = ExpandA(row, column);
                for (var i = 0; i < N; i++)
                    sum[i] = (sum[i] + (a[i] * transformed[column][i])) % Q;
            }

            return TransformBack(sum);
        });
    }

    private static long[][] Multiply(long[] transformed, long[][] vector) =>
        Rows(vector.Length, row => TransformBack([.. Transform(vector[row]).Zip(transformed, (a, b) => a * b % Q)]));

    private static long[] Transform(long[] polynomial)
    {
        var a = Each(polynomial, Mod);
        for (int length = 128, m = 0; length > 0; length /= 2)
        {
            for (var start = 0; start < N; start += 2 * length)
            {
                var zeta = zetas[++m];
                for (var j = start; j < start + length; j++)
                {
                    var t = zeta * a[j + length] % Q;
                    a[j + length] = Mod(a[j] - t);
                    a[j] = Mod(a[j] + t);
                }
            }
        }

        return a;
    }

    private static long[] TransformBack(long[] polynomial)
    {
        var a = Each(polynomial, Mod);
        for (int length = 1, m = N; length < N; length *= 2)
        {
            for (var start = 0; start < N; start += 2 * length)
            {
                var zeta = zetas[--m];
                for (var j = start; j < start + length; j++)
                {
                    var t = a[j];
                    a[j] = (t + a[j + length]) % Q;
                    a[j + length] = Mod(zeta * (a[j + length] - t) % Q);
                }
            }
        }

        const long inverseOf256 = 8_347_681;
        return Each(a, value => value * inverseOf256 % Q);
    }

    private static long Norm(long[][] vector) => vector.Max(row => row.Max(value => Math.Abs(Centre(value, Q))));

    private static long Mod(long value) => ((value % Q) + Q) % Q;

    /// <summary>mod±: the representative between -m/2, exclusive, and m/2, inclusive.</summary>
    private static long Centre(long value, long m)
    {
        var rest = ((value % m) + m) % m;
        return rest > m / 2 ? rest - m : rest;
    }

    private static long[][] Add(long[][] a, long[][] b) => Rows(a.Length, row => [.. a[row].Zip(b[row], (x, y) => Mod(x + y))]);

    private static long[][] Subtract(long[][] a, long[][] b) => Rows(a.Length, row => [.. a[row].Zip(b[row], (x, y) => Mod(x - y))]);

    private static long[][] Rows(int count, Func<int, long[]> row) => [.. Enumerable.Range(0, count).Select(row)];

    private static long[] Each(long[] row, Func<long, long> change) => Array.ConvertAll(row, new Converter<long, long>(change));

    private static byte[] Pack(int bits, IEnumerable<long> values)
    {
        var packed = new byte[N * bits / 8];
        var at = 0;
        foreach (var value in values)
        {
            for (var bit = 0; bit < bits; bit++, at++)
                packed[at / 8] |= (byte)(((value >> bit) & 1) << (at % 8));
        }

        return packed;
    }

    private static long[] Unpack(byte[] packed, int bits, Func<long, long> change)
    {
        var values = new long[N];
        for (var at = 0; at < N * bits; at++)
            values[at / bits] |= (long)((packed[at / 8] >> (at % 8)) & 1) << (at % bits);
        return Each(values, change);
    }

    private static byte[] H(int length, params byte[][] parts)
    {
        using var shake = new Shake256();
        foreach (var part in parts)
            shake.AppendData(part);
        return shake.GetHashAndReset(length);
    }

    private static byte[] Little(int number) => [(byte)number, (byte)(number >> 8)];

    private static int ReverseBits(int eight) => Enumerable.Range(0, 8).Sum(bit => ((eight >> bit) & 1) << (7 - bit));
}
