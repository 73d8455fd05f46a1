using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace OpenPassage.WebAuthn.Cose;

/// <summary>
/// SHAKE128 and SHAKE256 (FIPS 202), which the framework has on some platforms only. Absorb, then squeeze; both in as many
/// pieces as you like.
/// </summary>
internal ref struct Shake
{
    private const int Rate128 = 168, Rate256 = 136;

    private readonly int rate;
    private State state;
    private int position;
    private bool squeezing;

    private Shake(int rate) => this.rate = rate;

    public static Shake Shake128() => new(Rate128);

    public static Shake Shake256() => new(Rate256);

    public void Absorb(scoped ReadOnlySpan<byte> data)
    {
        var block = MemoryMarshal.AsBytes((Span<ulong>)state)[..rate];
        while (!data.IsEmpty)
        {
            var count = Math.Min(data.Length, rate - position);
            var target = block.Slice(position, count);
            for (var i = 0; i < count; i++)
                target[i] ^= data[i];
            data = data[count..];
            position += count;
            if (position == rate)
            {
                Permute();
                position = 0;
            }
        }
    }

    public void Squeeze(scoped Span<byte> output)
    {
        var block = MemoryMarshal.AsBytes((Span<ulong>)state)[..rate];
        if (!squeezing)
        {
            // The suffix 1111 of a SHAKE, then the padding 10*1.
            block[position] ^= 0x1F;
            block[rate - 1] ^= 0x80;
            squeezing = true;
            position = rate;
        }

        while (!output.IsEmpty)
        {
            if (position == rate)
            {
                Permute();
                position = 0;
            }

            var count = Math.Min(output.Length, rate - position);
            block.Slice(position, count).CopyTo(output);
            output = output[count..];
            position += count;
        }
    }

    private void Permute()
    {
        if (BitConverter.IsLittleEndian)
        {
            Keccak(state);
            return;
        }

        BinaryPrimitives.ReverseEndianness(state, state);
        Keccak(state);
        BinaryPrimitives.ReverseEndianness(state, state);
    }

    /// <summary>Keccak-f[1600], FIPS 202 §3.3; lane (x, y) stands at x + 5y.</summary>
    private static void Keccak(Span<ulong> a)
    {
        Span<ulong> b = stackalloc ulong[25];
        foreach (var constant in RoundConstants)
        {
            // θ
            var c0 = a[0] ^ a[5] ^ a[10] ^ a[15] ^ a[20];
            var c1 = a[1] ^ a[6] ^ a[11] ^ a[16] ^ a[21];
            var c2 = a[2] ^ a[7] ^ a[12] ^ a[17] ^ a[22];
            var c3 = a[3] ^ a[8] ^ a[13] ^ a[18] ^ a[23];
            var c4 = a[4] ^ a[9] ^ a[14] ^ a[19] ^ a[24];
            var d0 = c4 ^ BitOperations.RotateLeft(c1, 1);
            var d1 = c0 ^ BitOperations.RotateLeft(c2, 1);
            var d2 = c1 ^ BitOperations.RotateLeft(c3, 1);
            var d3 = c2 ^ BitOperations.RotateLeft(c4, 1);
            var d4 = c3 ^ BitOperations.RotateLeft(c0, 1);

            // ρ and π
            b[0] = a[0] ^ d0;
            b[10] = BitOperations.RotateLeft(a[1] ^ d1, 1);
            b[20] = BitOperations.RotateLeft(a[2] ^ d2, 62);
            b[5] = BitOperations.RotateLeft(a[3] ^ d3, 28);
            b[15] = BitOperations.RotateLeft(a[4] ^ d4, 27);
            b[16] = BitOperations.RotateLeft(a[5] ^ d0, 36);
            b[1] = BitOperations.RotateLeft(a[6] ^ d1, 44);
            b[11] = BitOperations.RotateLeft(a[7] ^ d2, 6);
            b[21] = BitOperations.RotateLeft(a[8] ^ d3, 55);
            b[6] = BitOperations.RotateLeft(a[9] ^ d4, 20);
            b[7] = BitOperations.RotateLeft(a[10] ^ d0, 3);
            b[17] = BitOperations.RotateLeft(a[11] ^ d1, 10);
            b[2] = BitOperations.RotateLeft(a[12] ^ d2, 43);
            b[12] = BitOperations.RotateLeft(a[13] ^ d3, 25);
            b[22] = BitOperations.RotateLeft(a[14] ^ d4, 39);
            b[23] = BitOperations.RotateLeft(a[15] ^ d0, 41);
            b[8] = BitOperations.RotateLeft(a[16] ^ d1, 45);
            b[18] = BitOperations.RotateLeft(a[17] ^ d2, 15);
            b[3] = BitOperations.RotateLeft(a[18] ^ d3, 21);
            b[13] = BitOperations.RotateLeft(a[19] ^ d4, 8);
            b[14] = BitOperations.RotateLeft(a[20] ^ d0, 18);
            b[24] = BitOperations.RotateLeft(a[21] ^ d1, 2);
            b[9] = BitOperations.RotateLeft(a[22] ^ d2, 61);
            b[19] = BitOperations.RotateLeft(a[23] ^ d3, 56);
            b[4] = BitOperations.RotateLeft(a[24] ^ d4, 14);

            // χ, then ι
            for (var y = 0; y < 25; y += 5)
            {
                a[y] = b[y] ^ (~b[y + 1] & b[y + 2]);
                a[y + 1] = b[y + 1] ^ (~b[y + 2] & b[y + 3]);
                a[y + 2] = b[y + 2] ^ (~b[y + 3] & b[y + 4]);
                a[y + 3] = b[y + 3] ^ (~b[y + 4] & b[y]);
                a[y + 4] = b[y + 4] ^ (~b[y] & b[y + 1]);
            }

            a[0] ^= constant;
        }
    }

    private static ReadOnlySpan<ulong> RoundConstants =>
    [
        0x0000000000000001, 0x0000000000008082, 0x800000000000808A, 0x8000000080008000, 0x000000000000808B, 0x0000000080000001,
        0x8000000080008081, 0x8000000000008009, 0x000000000000008A, 0x0000000000000088, 0x0000000080008009, 0x000000008000000A,
        0x000000008000808B, 0x800000000000008B, 0x8000000000008089, 0x8000000000008003, 0x8000000000008002, 0x8000000000000080,
        0x000000000000800A, 0x800000008000000A, 0x8000000080008081, 0x8000000000008080, 0x0000000080000001, 0x8000000080008008,
    ];

    [InlineArray(25)]
    private struct State
    {
        private ulong lane;
    }
}
