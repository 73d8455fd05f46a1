using System.Buffers;
using System.Buffers.Text;

namespace OpenPassage.Fuzz.Tests.Mutation;

/// <summary>
/// Bends good input in one to three places. What looks like JSON, CBOR or DER is also bent by its structure, so that the
/// result still gets past the first parser; strings and byte strings are opened and bent inside in the same way.
/// </summary>
internal static class Mutator
{
    /// <summary>How long a bent input may get before it is cut.</summary>
    public const int MaxLength = 300 * 1024;

    private const int MaxNesting = 5;

    /// <summary>Values next to the edges of what lengths, counts and signs can be.</summary>
    public static readonly ulong[] Edges =
    [
        0, 1, 2, 15, 16, 23, 24, 31, 32, 63, 64, 65, 127, 128, 255, 256, 1023, 1024, 4095, 16384, 32767, 32768, 65535, 65536,
        int.MaxValue - 1, int.MaxValue, 0x8000_0000, uint.MaxValue - 1, uint.MaxValue, 0x1_0000_0000,
        long.MaxValue, 0x8000_0000_0000_0000, ulong.MaxValue,
    ];

    /// <param name="random">Decides everything: the same one bends in the same way.</param>
    /// <param name="good">What to bend.</param>
    /// <param name="other">Another good input, to splice with.</param>
    public static byte[] Bend(Random random, byte[] good, byte[] other)
    {
        var bent = good;
        for (var edits = random.Next(3) == 0 ? random.Next(2, 4) : 1; edits > 0; edits--)
            bent = Edit(random, bent, other, nesting: 0);
        return bent.Length <= MaxLength ? bent : bent[..MaxLength];
    }

    internal static byte[] Edit(Random random, byte[] good, byte[] other, int nesting)
    {
        if (nesting < MaxNesting && random.Next(4) != 0)
        {
            if (JsonEdits.Try(random, good, nesting) is { } json)
                return json;
            if (CborTree.TryParse(good) is { } cbor)
                return cbor.Edit(random, nesting);
            if (DerTree.TryParse(good) is { } der)
                return der.Edit(random, nesting);
            if (IsCompactJws(good))
                return EditPart(random, good, nesting);
        }
        return ByteEdits.Edit(random, good, other);
    }

    private static bool IsCompactJws(byte[] text) =>
        text.Length > 8 && text.AsSpan().Count((byte)'.') == 2 && text.AsSpan().StartsWith("ey"u8);

    /// <summary>Null for what is not unpadded base64url.</summary>
    internal static byte[]? TryDecode(ReadOnlySpan<byte> base64Url)
    {
        var bytes = new byte[Base64Url.GetMaxDecodedLength(base64Url.Length)];
        return Base64Url.DecodeFromUtf8(base64Url, bytes, out _, out var written) == OperationStatus.Done ? bytes[..written] : null;
    }

    /// <summary>Bends inside one of the three parts of a JWS.</summary>
    private static byte[] EditPart(Random random, byte[] jws, int nesting)
    {
        var first = jws.AsSpan().IndexOf((byte)'.');
        var second = jws.AsSpan().LastIndexOf((byte)'.');
        var (start, end) = random.Next(3) switch
        {
            0 => (0, first),
            1 => (first + 1, second),
            _ => (second + 1, jws.Length),
        };
        if (TryDecode(jws.AsSpan(start, end - start)) is not { } part)
            return ByteEdits.Edit(random, jws, jws);
        return [.. jws[..start], .. Base64Url.EncodeToUtf8(Edit(random, part, part, nesting + 1)), .. jws[end..]];
    }
}
