using System.Buffers.Binary;

namespace OpenPassage.Fuzz.Tests.Mutation;

/// <summary>CBOR (RFC 8949) as a tree that can be bent and written again, with or without lengths that fit.</summary>
internal sealed class CborTree
{
    private const int Unsigned = 0, Bytes = 2, Text = 3, Array = 4, Map = 5, Tag = 6, Simple = 7;

    private readonly List<CborTree> items = [];
    private int major;
    private ulong argument;
    private byte[] content = [];

    // How an item is written, where not as it should be.
    private ulong? lie;
    private int width;
    private bool indefinite;

    /// <summary>Null for what is not one array or map with nothing after it.</summary>
    public static CborTree? TryParse(byte[] bytes)
    {
        if (bytes.Length == 0 || bytes[0] >> 5 is not (Array or Map))
            return null;
        var position = 0;
        return Read(bytes, ref position, depth: 0) is { } tree && position == bytes.Length ? tree : null;
    }

    /// <summary>Bends one item, and writes all of it.</summary>
    public byte[] Edit(Random random, int nesting)
    {
        var all = new List<(CborTree Item, CborTree? Parent)>();
        Collect(parent: null, all);
        var (item, parent) = all[random.Next(all.Count)];
        item.Edit(random, nesting, parent, all[random.Next(all.Count)].Item);
        var output = new List<byte>();
        Write(output, depth: 0);
        return [.. output];
    }

    private void Edit(Random random, int nesting, CborTree? parent, CborTree another)
    {
        switch (random.Next(14))
        {
            case 0:
                lie = Mutator.Edges[random.Next(Mutator.Edges.Length)];
                break;
            case 1:
                width = 1 << random.Next(4);
                break;
            case 2:
                indefinite = true;
                break;
            case 3 when parent is not null:
                parent.Repeat(this, random.Next(8) == 0 ? 70 : 1);
                break;
            case 4 when parent is not null:
                parent.items.Remove(this);
                break;
            case 5:
                Become(Any(random));
                break;
            case 6:
                Become(Nest(random));
                break;
            case 7:
                major = random.Next(8);
                break;
            case 8:
                argument = Mutator.Edges[random.Next(Mutator.Edges.Length)];
                break;
            case 9 when parent is { items.Count: > 1 }:
                var (from, to) = (parent.items.IndexOf(this), random.Next(parent.items.Count));
                (parent.items[from], parent.items[to]) = (parent.items[to], parent.items[from]);
                break;
            case 10:
                Become(another.Copy());
                break;
            case 11:
                content = ByteEdits.Edit(random, content, another.content);
                break;
            default:
                // Most of what matters stands inside strings.
                if (content.Length > 0)
                    content = Mutator.Edit(random, content, another.content, nesting + 1);
                else
                    argument ^= 1UL << random.Next(12);
                break;
        }
    }

    /// <summary>A map's entry is repeated whole, for a duplicate key.</summary>
    private void Repeat(CborTree item, int times)
    {
        var at = items.IndexOf(item);
        CborTree[] entry = major == Map ? [.. items.GetRange(at & ~1, Math.Min(2, items.Count - (at & ~1)))] : [item];
        for (; times > 0; times--)
            items.AddRange(entry.Select(part => part.Copy()));
    }

    private static CborTree Any(Random random) => random.Next(7) switch
    {
        0 => new() { major = random.Next(2), argument = Mutator.Edges[random.Next(Mutator.Edges.Length)] },
        1 => new() { major = Bytes, content = ByteEdits.Noise(random, random.Next(70)) },
        2 => new() { major = Text, content = ByteEdits.Noise(random, random.Next(12)) },
        3 => new() { major = Array },
        4 => new() { major = Map },
        5 => new() { major = Simple, argument = (ulong)random.Next(20, 34) },
        _ => new() { major = Simple, argument = Mutator.Edges[random.Next(Mutator.Edges.Length)], width = 1 << random.Next(4) },
    };

    private CborTree Nest(Random random)
    {
        var nested = Copy();
        var (container, isDefinite) = (random.Next(Array, Tag + 1), random.Next(2) == 0);
        for (var levels = random.Next(1, random.Next(4) == 0 ? 2000 : 20); levels > 0; levels--)
        {
            nested = container switch
            {
                Tag => new() { major = Tag, argument = 24, items = { nested } },
                Map => new() { major = Map, items = { new() { major = Unsigned, argument = 1 }, nested }, indefinite = !isDefinite },
                _ => new() { major = Array, items = { nested }, indefinite = !isDefinite },
            };
        }
        return nested;
    }

    private void Become(CborTree other)
    {
        (major, argument, content) = (other.major, other.argument, other.content);
        (lie, width, indefinite) = (other.lie, other.width, other.indefinite);
        items.Clear();
        items.AddRange(other.items);
    }

    private CborTree Copy()
    {
        var copy = new CborTree
        {
            major = major,
            argument = argument,
            content = content,
            lie = lie,
            width = width,
            indefinite = indefinite,
        };
        copy.items.AddRange(items.Select(item => item.Copy()));
        return copy;
    }

    private void Collect(CborTree? parent, List<(CborTree Item, CborTree? Parent)> into)
    {
        into.Add((this, parent));
        foreach (var item in items)
            item.Collect(this, into);
    }

    private static CborTree? Read(byte[] bytes, ref int position, int depth)
    {
        if (position >= bytes.Length || depth > 16)
            return null;
        var first = bytes[position++];
        var item = new CborTree { major = first >> 5, argument = (ulong)(first & 0x1F) };
        if (item.argument >= 24)
        {
            if (item.argument > 27)
                return null;
            var size = 1 << (int)(item.argument - 24);
            if (bytes.Length - position < size)
                return null;
            item.argument = 0;
            foreach (var octet in bytes.AsSpan(position, size))
                item.argument = (item.argument << 8) | octet;
            position += size;
            item.width = item.major == Simple ? size : 0;
        }
        if (item.major is Bytes or Text)
        {
            if (item.argument > (ulong)(bytes.Length - position))
                return null;
            item.content = bytes[position..(position + (int)item.argument)];
            position += item.content.Length;
        }
        if (item.major is not (Array or Map or Tag))
            return item;
        if (item.argument > (ulong)bytes.Length && item.major != Tag)
            return null;
        for (var left = item.major == Tag ? 1 : item.major == Map ? 2 * item.argument : item.argument; left > 0; left--)
        {
            if (Read(bytes, ref position, depth + 1) is not { } child)
                return null;
            item.items.Add(child);
        }
        return item;
    }

    private void Write(List<byte> output, int depth)
    {
        if (output.Count > Mutator.MaxLength || depth > 4000)
            return;
        if (indefinite)
        {
            output.Add((byte)((major << 5) | 0x1F));
            if (content.Length > 0)
            {
                var half = content.Length / 2;
                foreach (var chunk in (byte[][])[content[..half], [], content[half..]])
                    new CborTree { major = major, content = chunk }.Write(output, depth + 1);
            }
        }
        else
        {
            WriteHead(output, lie ?? major switch
            {
                Bytes or Text => (ulong)content.Length,
                Array => (ulong)items.Count,
                Map => (ulong)(items.Count / 2),
                _ => argument,
            });
            output.AddRange(content);
        }
        foreach (var item in items)
            item.Write(output, depth + 1);
        if (indefinite)
            output.Add(0xFF);
    }

    private void WriteHead(List<byte> output, ulong value)
    {
        var least = value < 24 ? 0 : value <= byte.MaxValue ? 1 : value <= ushort.MaxValue ? 2 : value <= uint.MaxValue ? 4 : 8;
        var size = Math.Max(width, least);
        if (size == 0)
        {
            output.Add((byte)((major << 5) | (int)value));
            return;
        }
        output.Add((byte)((major << 5) | (24 + int.Log2(size))));
        Span<byte> octets = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(octets, value);
        output.AddRange(octets[^size..]);
    }
}
