using System.Buffers.Binary;

namespace OpenPassage.WebAuthn.Cose;

/// <summary>
/// ML-DSA.Verify with an empty context (FIPS 204, algorithms 3 and 8). It sees public values only, so that time may depend
/// on them. The matrix A is not kept with a key: expanding it again costs less than 16 to 56 KB for each cached key.
/// </summary>
internal static class MLDsaVerification
{
    private const int N = MLDsaPolynomial.N, Q = MLDsaPolynomial.Q;
    private const int SeedSize = 32, HashSize = 64;
    private const int DroppedBits = 13; // d
    private const int PackedT1Size = 320;
    private const int MaxL = 7;

    /// <summary>tr, the hash of the public key: 64 bytes.</summary>
    public static byte[] HashKey(ReadOnlySpan<byte> publicKey)
    {
        var tr = new byte[HashSize];
        var shake = Shake.Shake256();
        shake.Absorb(publicKey);
        shake.Squeeze(tr);
        return tr;
    }

    public static bool Verify(
        MLDsaParameters set,
        ReadOnlySpan<byte> publicKey,
        ReadOnlySpan<byte> tr,
        ReadOnlySpan<byte> data,
        ReadOnlySpan<byte> signature)
    {
        if (signature.Length != set.SignatureSize)
            return false;
        var challenge = signature[..set.ChallengeSize];
        var hints = signature[^(set.Omega + set.K)..];
        Span<int> z = stackalloc int[MaxL * N];
        z = z[..(set.L * N)];
        if (!TryReadResponse(set, signature[set.ChallengeSize..], z) || !AreHintsValid(set, hints))
            return false;
        for (var column = 0; column < set.L; column++)
            MLDsaPolynomial.Transform(z.Slice(column * N, N));
        Span<int> c = stackalloc int[N];
        SampleInBall(set, challenge, c);
        MLDsaPolynomial.Transform(c);

        // µ = H(tr || 0 || |ctx| || M)
        Span<byte> mu = stackalloc byte[HashSize];
        var shake = Shake.Shake256();
        shake.Absorb(tr);
        shake.Absorb([0, 0]);
        shake.Absorb(data);
        shake.Squeeze(mu);

        // w'1 row by row, each hashed as soon as it is known.
        var commitment = Shake.Shake256();
        commitment.Absorb(mu);
        Span<int> w = stackalloc int[N], scratch = stackalloc int[N];
        Span<byte> packed = stackalloc byte[N * 6 / 8];
        for (var row = 0; row < set.K; row++)
        {
            w.Clear();
            for (var column = 0; column < set.L; column++)
            {
                ExpandA(publicKey[..SeedSize], row, column, scratch);
                var response = z.Slice(column * N, N);
                for (var i = 0; i < N; i++)
                    w[i] += MLDsaPolynomial.Reduce((long)scratch[i] * response[i]);
            }

            ReadT1(publicKey.Slice(SeedSize + (row * PackedT1Size), PackedT1Size), scratch);
            MLDsaPolynomial.Transform(scratch);
            for (var i = 0; i < N; i++)
                w[i] -= MLDsaPolynomial.Reduce((long)c[i] * scratch[i]);
            MLDsaPolynomial.TransformBack(w);
            UseHints(set, hints, row, w);
            commitment.Absorb(PackCommitment(set, w, packed));
        }

        Span<byte> expected = stackalloc byte[HashSize];
        expected = expected[..set.ChallengeSize];
        commitment.Squeeze(expected);
        return expected.SequenceEqual(challenge);
    }

    /// <summary>z of sigDecode (algorithm 27). False where a coefficient is out of range (algorithm 8, line 13).</summary>
    private static bool TryReadResponse(MLDsaParameters set, ReadOnlySpan<byte> packed, Span<int> z)
    {
        int bits = set.Gamma1Bits + 1, gamma1 = 1 << set.Gamma1Bits, limit = gamma1 - set.Beta;
        ulong buffer = 0;
        int filled = 0, next = 0;
        foreach (ref var coefficient in z)
        {
            for (; filled < bits; filled += 8)
                buffer |= (ulong)packed[next++] << filled;
            coefficient = gamma1 - (int)(buffer & ((1u << bits) - 1));
            buffer >>= bits;
            filled -= bits;
            if (Math.Abs(coefficient) >= limit)
                return false;
        }

        return true;
    }

    /// <summary>HintBitUnpack's checks (algorithm 21): one encoding only, so that a signature cannot be changed into another.</summary>
    private static bool AreHintsValid(MLDsaParameters set, ReadOnlySpan<byte> hints)
    {
        var index = 0;
        for (var row = 0; row < set.K; row++)
        {
            int end = hints[set.Omega + row], first = index;
            if (end < index || end > set.Omega)
                return false;
            for (; index < end; index++)
            {
                if (index > first && hints[index - 1] >= hints[index])
                    return false;
            }
        }

        return hints[index..set.Omega].IndexOfAnyExcept((byte)0) < 0;
    }

    /// <summary>UseHint (algorithm 40) on a row: its high-order bits, corrected.</summary>
    private static void UseHints(MLDsaParameters set, ReadOnlySpan<byte> hints, int row, Span<int> w)
    {
        int index = row == 0 ? 0 : hints[set.Omega + row - 1], end = hints[set.Omega + row];
        int twoGamma2 = 2 * set.Gamma2, m = (Q - 1) / twoGamma2;
        for (var i = 0; i < N; i++)
        {
            var r = w[i] + ((w[i] >> 31) & Q);
            // Decompose (algorithm 36): r = high·2γ2 + low with low centred, and the topmost low part wraps to 0.
            var high = (r + set.Gamma2 - 1) / twoGamma2;
            var low = r - (high * twoGamma2);
            if (high == m)
                (high, low) = (0, low - 1);
            if (index < end && hints[index] == i)
            {
                index++;
                high = low > 0 ? high + 1 : high - 1;
                high = high == m ? 0 : high < 0 ? m - 1 : high;
            }

            w[i] = high;
        }
    }

    /// <summary>w1Encode (algorithm 28) of a row: 6 bits a coefficient for ML-DSA-44, else 4.</summary>
    private static ReadOnlySpan<byte> PackCommitment(MLDsaParameters set, ReadOnlySpan<int> w, Span<byte> packed)
    {
        if (set.Gamma2 == MLDsaParameters.MLDsa44.Gamma2)
        {
            for (var (i, to) = (0, 0); i < N; i += 4, to += 3)
            {
                var four = w[i] | (w[i + 1] << 6) | (w[i + 2] << 12) | (w[i + 3] << 18);
                (packed[to], packed[to + 1], packed[to + 2]) = ((byte)four, (byte)(four >> 8), (byte)(four >> 16));
            }

            return packed[..(N * 6 / 8)];
        }

        for (var i = 0; i < N; i += 2)
            packed[i / 2] = (byte)(w[i] | (w[i + 1] << 4));
        return packed[..(N * 4 / 8)];
    }

    /// <summary>A row of t1 (pkDecode, algorithm 23), times 2^d.</summary>
    private static void ReadT1(ReadOnlySpan<byte> packed, Span<int> t)
    {
        for (var (i, at) = (0, 0); i < N; i += 4, at += 5)
        {
            var low = BinaryPrimitives.ReadUInt32LittleEndian(packed[at..]);
            t[i] = (int)(low & 0x3FF) << DroppedBits;
            t[i + 1] = (int)((low >> 10) & 0x3FF) << DroppedBits;
            t[i + 2] = (int)((low >> 20) & 0x3FF) << DroppedBits;
            t[i + 3] = (int)((low >> 30) | ((uint)packed[at + 4] << 2)) << DroppedBits;
        }
    }

    /// <summary>One entry of A in the transform's domain (ExpandA and RejNTTPoly, algorithms 32 and 30).</summary>
    private static void ExpandA(ReadOnlySpan<byte> rho, int row, int column, Span<int> a)
    {
        var shake = Shake.Shake128();
        shake.Absorb(rho);
        shake.Absorb([(byte)column, (byte)row]);
        Span<byte> block = stackalloc byte[168];
        for (var filled = 0; filled < N;)
        {
            shake.Squeeze(block);
            for (var at = 0; at < block.Length && filled < N; at += 3)
            {
                var candidate = block[at] | (block[at + 1] << 8) | ((block[at + 2] & 0x7F) << 16);
                if (candidate < Q)
                    a[filled++] = candidate;
            }
        }
    }

    /// <summary>The challenge: τ coefficients 1 or -1, the others 0 (algorithm 29).</summary>
    private static void SampleInBall(MLDsaParameters set, ReadOnlySpan<byte> seed, Span<int> c)
    {
        var shake = Shake.Shake256();
        shake.Absorb(seed);
        Span<byte> bytes = stackalloc byte[8];
        shake.Squeeze(bytes);
        var signs = BinaryPrimitives.ReadUInt64LittleEndian(bytes);
        c.Clear();
        for (var i = N - set.Tau; i < N; i++)
        {
            var j = bytes[..1];
            do
                shake.Squeeze(j);
            while (j[0] > i);
            c[i] = c[j[0]];
            c[j[0]] = 1 - (2 * (int)(signs & 1));
            signs >>= 1;
        }
    }
}
