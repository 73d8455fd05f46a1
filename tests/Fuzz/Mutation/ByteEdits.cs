using System.Buffers.Binary;

namespace OpenPassage.Fuzz.Tests.Mutation;

/// <summary>Edits that know nothing of what the bytes mean.</summary>
internal static class ByteEdits
{
    private static readonly byte[] telling =
        [0x00, 0x01, 0x1F, 0x20, 0x22, 0x30, 0x5F, 0x7F, 0x80, 0x81, 0x9F, 0xA0, 0xBF, 0xC0, 0xF6, 0xFE, 0xFF];

    public static byte[] Edit(Random random, byte[] good, byte[] other)
    {
        if (good.Length == 0)
            return Noise(random, random.Next(1, 9));
        var at = random.Next(good.Length);
        var length = Math.Min(random.Next(1, random.Next(4) == 0 ? 512 : 9), good.Length - at);
        switch (random.Next(13))
        {
            case 0 or 1:
                return With(good, at, [(byte)(good[at] ^ (1 << random.Next(8)))]);
            case 2:
                return With(good, at, [(byte)random.Next(256)]);
            case 3:
                return With(good, at, [telling[random.Next(telling.Length)]]);
            case 4:
                return [.. good[..at], .. Noise(random, length), .. good[at..]];
            case 5:
                return [.. good[..at], .. good[(at + length)..]];
            case 6:
                return [.. good[..(at + length)], .. good[at..]];
            case 7:
                return good[..at];
            case 8:
                return [.. good, .. Noise(random, length)];
            case 9:
                return EditLength(random, good, at);
            case 10 when other.Length > 0:
                return [.. good[..at], .. other[random.Next(other.Length)..]];
            case 11 when other.Length > 0:
                var from = random.Next(other.Length);
                return With(good, at, other[from..Math.Min(from + length, other.Length)]);
            default:
                return random.Next(40) == 0 ? Flood(good, at, length) : With(good, at, Noise(random, length));
        }
    }

    public static byte[] Noise(Random random, int length)
    {
        var noise = new byte[length];
        random.NextBytes(noise);
        return noise;
    }

    /// <summary>Takes the bytes for a big-endian length of one, two or four bytes, and sets another.</summary>
    private static byte[] EditLength(Random random, byte[] good, int at)
    {
        var edited = good.ToArray();
        var rest = edited.AsSpan(at);
        var edge = Mutator.Edges[random.Next(Mutator.Edges.Length)];
        var step = random.Next(-2, 3);
        var near = random.Next(2) == 0;
        if (rest.Length >= 4 && random.Next(3) == 0)
            BinaryPrimitives.WriteUInt32BigEndian(rest, near ? BinaryPrimitives.ReadUInt32BigEndian(rest) + (uint)step : (uint)edge);
        else if (rest.Length >= 2 && random.Next(2) == 0)
            BinaryPrimitives.WriteUInt16BigEndian(rest, (ushort)(near ? BinaryPrimitives.ReadUInt16BigEndian(rest) + step : (long)edge));
        else
            rest[0] = (byte)(near ? rest[0] + step : (long)edge);
        return edited;
    }

    /// <summary>One piece over and over, up to what any reader here takes.</summary>
    private static byte[] Flood(byte[] good, int at, int length)
    {
        var flood = new List<byte>(Mutator.MaxLength);
        flood.AddRange(good[..at]);
        var room = Mutator.MaxLength - good.Length - length;
        while (flood.Count < room)
            flood.AddRange(good[at..(at + length)]);
        flood.AddRange(good[at..]);
        return [.. flood];
    }

    private static byte[] With(byte[] good, int at, byte[] bytes)
    {
        var edited = good.ToArray();
        bytes.AsSpan(0, Math.Min(bytes.Length, edited.Length - at)).CopyTo(edited.AsSpan(at));
        return edited;
    }
}
