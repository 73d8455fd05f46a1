namespace OpenPassage.Fuzz.Tests.Mutation;

/// <summary>DER (X.690) as a tree that can be bent and written again, its lengths made to fit, unless one of them is the bend.</summary>
internal sealed class DerTree
{
    private const int Constructed = 0x20, OctetString = 0x04;

    private readonly List<DerTree> items = [];
    private byte[] tag = [];
    private byte[]? content;
    private ulong? lie;
    private bool longForm;

    /// <summary>Null for what is not one constructed value with nothing after it.</summary>
    public static DerTree? TryParse(byte[] bytes)
    {
        if (bytes.Length < 2 || (bytes[0] & Constructed) == 0)
            return null;
        var position = 0;
        return Read(bytes, ref position, depth: 0) is { } tree && position == bytes.Length ? tree : null;
    }

    /// <summary>Bends one value, and writes all of it.</summary>
    public byte[] Edit(Random random, int nesting)
    {
        var all = new List<(DerTree Item, DerTree? Parent)>();
        Collect(parent: null, all);
        var (item, parent) = all[random.Next(all.Count)];
        item.Edit(random, nesting, parent, all[random.Next(all.Count)].Item);
        return ToBytes();
    }

    private void Edit(Random random, int nesting, DerTree? parent, DerTree another)
    {
        switch (random.Next(12))
        {
            case 0:
                lie = Mutator.Edges[random.Next(Mutator.Edges.Length)];
                break;
            case 1:
                longForm = true;
                break;
            case 2:
                tag = [(byte)random.Next(256)];
                break;
            case 3 when parent is not null:
                for (var times = random.Next(8) == 0 ? 60 : 1; times > 0; times--)
                    parent.items.Insert(parent.items.IndexOf(this), Copy());
                break;
            case 4 when parent is not null:
                parent.items.Remove(this);
                break;
            case 5 when parent is not null:
                var (from, to) = (parent.items.IndexOf(this), random.Next(parent.items.Count));
                (parent.items[from], parent.items[to]) = (parent.items[to], parent.items[from]);
                break;
            case 6:
                Become(another.Copy());
                break;
            case 7:
                Become(Nest(random));
                break;
            case 8 when content is not null:
                content = random.Next(2) == 0 ? [] : ByteEdits.Noise(random, random.Next(1, 80));
                break;
            default:
                if (content is not null)
                    content = Mutator.Edit(random, content, another.content ?? [], nesting + 1);
                else
                    tag = [(byte)(tag[0] ^ (1 << random.Next(8)))];
                break;
        }
    }

    private DerTree Nest(Random random)
    {
        var nested = Copy();
        for (var levels = random.Next(1, random.Next(8) == 0 ? 500 : 10); levels > 0; levels--)
            nested = new() { tag = tag.Length == 1 && (tag[0] & Constructed) != 0 ? tag : [0x30], items = { nested } };
        return nested;
    }

    private void Become(DerTree other)
    {
        (tag, content, lie, longForm) = (other.tag, other.content, other.lie, other.longForm);
        var children = other.items.ToList();
        items.Clear();
        items.AddRange(children);
    }

    private DerTree Copy()
    {
        var copy = new DerTree { tag = tag, content = content, lie = lie, longForm = longForm };
        copy.items.AddRange(items.Select(item => item.Copy()));
        return copy;
    }

    private void Collect(DerTree? parent, List<(DerTree Item, DerTree? Parent)> into)
    {
        into.Add((this, parent));
        foreach (var item in items)
            item.Collect(this, into);
    }

    private static DerTree? Read(byte[] bytes, ref int position, int depth)
    {
        if (depth > 24 || bytes.Length - position < 2)
            return null;
        var start = position;
        if ((bytes[position++] & 0x1F) == 0x1F)
        {
            while (position < bytes.Length && bytes[position] >= 0x80)
                position++;
            position++;
        }
        if (position >= bytes.Length)
            return null;
        var item = new DerTree { tag = bytes[start..position] };
        long length = bytes[position++];
        if (length >= 0x80)
        {
            var octets = (int)length & 0x7F;
            if (octets is 0 or > 3 || bytes.Length - position < octets)
                return null;
            length = 0;
            for (; octets > 0; octets--)
                length = (length << 8) | bytes[position++];
        }
        if (length > bytes.Length - position)
            return null;
        var inside = bytes[position..(position + (int)length)];
        position += inside.Length;
        // Extensions are DER inside an octet string.
        if ((item.tag[0] & Constructed) == 0 && !(item.tag[0] == OctetString && TryParse(inside) is not null))
        {
            item.content = inside;
            return item;
        }
        for (var at = 0; at < inside.Length;)
        {
            if (Read(inside, ref at, depth + 1) is not { } child)
                return null;
            item.items.Add(child);
        }
        return item;
    }

    private byte[] ToBytes()
    {
        byte[] inside = content ?? [.. items.SelectMany(item => item.ToBytes())];
        return [.. tag, .. Length(lie ?? (ulong)inside.Length), .. inside];
    }

    private byte[] Length(ulong length)
    {
        if (length < 0x80 && !longForm)
            return [(byte)length];
        byte[] octets = [.. Enumerable.Range(0, 8).Select(i => (byte)(length >> (56 - (8 * i)))).SkipWhile(octet => octet == 0)];
        if (longForm)
            octets = [0, .. octets];
        return [(byte)(0x80 | octets.Length), .. octets];
    }
}
