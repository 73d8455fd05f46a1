using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Text.Unicode;

namespace OpenPassage.WebAuthn.Cbor;

/// <summary>What kind of data item comes next.</summary>
internal enum CborType
{
    /// <summary>Nothing: the end of the data or of the open container, or the reader has failed.</summary>
    None,
    Unsigned,
    Negative,
    Bytes,
    Text,
    Array,
    Map,
    Boolean,
    Null,

    /// <summary>Floats, undefined and unassigned simple values: they can only be skipped.</summary>
    Other,
}

/// <summary>
/// Reads CBOR (RFC 8949) from a span as WebAuthn uses it: no exception on bad input, nothing allocated but for a string sent
/// in chunks. Duplicate map keys, tags, invalid UTF-8, more than 16 levels and more than 64 map entries are refused. Lengths
/// longer than necessary, unsorted keys and indefinite lengths are what real authenticators send: accepted unless
/// <c>canonical</c> asks for CTAP2's canonical form.
/// </summary>
/// <remarks>
/// A failure sticks: every later read fails too and <see cref="AtEnd"/> stays false, so a parser may read to its end and ask
/// once. Asking for another type than the next item's is a failure; <see cref="Peek"/> tells the type first.
/// </remarks>
internal ref struct CborReader(ReadOnlySpan<byte> data, bool canonical = false)
{
    /// <summary>How deep arrays and maps may nest.</summary>
    public const int MaxDepth = 16;

    /// <summary>How many entries a map may have; it bounds the search for duplicate keys.</summary>
    public const int MaxMapEntries = 64;

    // How many items may be walked again in search of duplicates: what real devices send unsorted takes dozens.
    private const int WalkBudget = 4096;

    private const byte Break = 0xFF;
    private const int Indefinite = -1;

    private readonly ReadOnlySpan<byte> data = data;
    private readonly bool canonical = canonical;
    private Frames frames;
    private int depth;
    private int position;
    private int budget = WalkBudget;
    private bool failed;

    /// <summary>How many bytes have been read.</summary>
    public readonly int Position => position;

    /// <summary>True when every byte was read, every container was closed and nothing failed.</summary>
    public readonly bool AtEnd => !failed && depth == 0 && position == data.Length;

    /// <summary>Whether the open container has another item (for a map: key or value). False after a failure.</summary>
    public readonly bool HasNext
    {
        get
        {
            if (failed || position >= data.Length)
                return false;
            if (depth == 0)
                return true;
            ref readonly var frame = ref frames[depth - 1];
            return frame.Remaining == Indefinite ? data[position] != Break : frame.Remaining > 0;
        }
    }

    /// <summary>The type of the next item, without reading it.</summary>
    public readonly CborType Peek()
    {
        if (!HasNext)
            return CborType.None;
        return (data[position] >> 5) switch
        {
            0 => CborType.Unsigned,
            1 => CborType.Negative,
            2 => CborType.Bytes,
            3 => CborType.Text,
            4 => CborType.Array,
            5 => CborType.Map,
            6 => CborType.Other,
            _ => data[position] switch
            {
                0xF4 or 0xF5 => CborType.Boolean,
                0xF6 => CborType.Null,
                _ => CborType.Other,
            },
        };
    }

    /// <summary>An integer of either sign.</summary>
    public bool TryReadInt64(out long value)
    {
        value = 0;
        var start = position;
        if (!TryReadHead(out var major, out var argument, out var indefinite) || major > 1 || indefinite || argument > long.MaxValue)
            return Fail();
        value = major == 0 ? (long)argument : -1 - (long)argument;
        return Complete(start);
    }

    /// <summary>An integer of either sign that fits 32 bits.</summary>
    public bool TryReadInt32(out int value)
    {
        var read = TryReadInt64(out var wide) && wide is >= int.MinValue and <= int.MaxValue;
        value = read ? (int)wide : 0;
        return read || Fail();
    }

    /// <summary>A byte string: a slice of the data, or a copy where it came in chunks.</summary>
    public bool TryReadBytes(out ReadOnlySpan<byte> value) => TryReadString(2, out value);

    /// <summary>A text string as UTF-8, which has been checked.</summary>
    public bool TryReadText(out ReadOnlySpan<byte> utf8) => TryReadString(3, out utf8);

    /// <summary>True or false.</summary>
    public bool TryReadBoolean(out bool value)
    {
        value = false;
        if (Peek() != CborType.Boolean)
            return Fail();
        var start = position;
        value = data[position++] == 0xF5;
        return Complete(start);
    }

    /// <summary>Null.</summary>
    public bool TryReadNull()
    {
        if (Peek() != CborType.Null)
            return Fail();
        return Complete(position++);
    }

    /// <summary>Opens a map: read keys and values in turn while <see cref="HasNext"/>, then <see cref="TryEnd"/>.</summary>
    public bool TryStartMap() => TryStart(5);

    /// <summary>Opens an array: read items while <see cref="HasNext"/>, then <see cref="TryEnd"/>.</summary>
    public bool TryStartArray() => TryStart(4);

    /// <summary>Closes the innermost map or array, every item of which must have been read.</summary>
    public bool TryEnd()
    {
        if (failed || depth == 0 || HasNext)
            return Fail();
        ref readonly var frame = ref frames[depth - 1];
        if (frame.Remaining == Indefinite)
        {
            // HasNext is false for a break and at the end of the data alike; a map cannot end between key and value.
            if (position >= data.Length || !frame.AtKey)
                return Fail();
            position++;
        }
        else if (frame.Remaining != 0)
        {
            return Fail();
        }
        depth--;
        return Complete(frame.Start);
    }

    /// <summary>Skips one item of any type with all that is in it, checked as strictly as if it were read.</summary>
    /// <param name="raw">The item's encoding, a slice of the data.</param>
    public bool TrySkip(out ReadOnlySpan<byte> raw)
    {
        raw = default;
        var start = position;
        var outer = depth;
        do
        {
            var read = Peek() switch
            {
                CborType.None => depth > outer && TryEnd(),
                CborType.Unsigned or CborType.Negative => TrySkipInteger(),
                CborType.Bytes => TryReadBytes(out _),
                CborType.Text => TryReadText(out _),
                CborType.Array => TryStartArray(),
                CborType.Map => TryStartMap(),
                _ => TrySkipSimple(),
            };
            if (!read)
                return Fail();
        }
        while (depth > outer);
        raw = data[start..position];
        return true;
    }

    private bool TrySkipInteger()
    {
        var start = position;
        return TryReadHead(out _, out _, out var indefinite) && !indefinite ? Complete(start) : Fail();
    }

    private bool TrySkipSimple()
    {
        var start = position;
        // Major 6 is a tag, which CTAP2 forbids everywhere; an indefinite head of major 7 is a stray break.
        if (!TryReadHead(out var major, out var argument, out var indefinite) || major != 7 || indefinite)
            return Fail();
        // RFC 8949 §3.3: a simple value in two bytes is 32 or more.
        return data[start] == 0xF8 && argument < 32 ? Fail() : Complete(start);
    }

    private bool TryStart(int wanted)
    {
        var start = position;
        if (depth == MaxDepth || !TryReadHead(out var major, out var argument, out var indefinite) || major != wanted)
            return Fail();
        var isMap = wanted == 5;
        if (depth > 0 && frames[depth - 1] is { IsMap: true, AtKey: true })
            return Fail();
        // Every item takes a byte at least, so a declared length beyond the data can be refused at once.
        if (!indefinite && argument > (ulong)(data.Length - position) / (isMap ? 2u : 1u))
            return Fail();
        if (isMap && !indefinite && argument > MaxMapEntries)
            return Fail();
        frames[depth++] = new Frame
        {
            Start = start,
            IsMap = isMap,
            AtKey = true,
            Sorted = true,
            FirstKey = position,
            Remaining = indefinite ? Indefinite : (int)argument * (isMap ? 2 : 1),
        };
        return true;
    }

    private bool TryReadString(int wanted, out ReadOnlySpan<byte> value)
    {
        value = default;
        var start = position;
        if (!TryReadHead(out var major, out var argument, out var indefinite) || major != wanted)
            return Fail();
        if (indefinite)
        {
            if (!TryReadChunks(wanted, out value))
                return Fail();
        }
        else
        {
            if (argument > (ulong)(data.Length - position))
                return Fail();
            value = data.Slice(position, (int)argument);
            position += (int)argument;
            if (wanted == 3 && !Utf8.IsValid(value))
                return Fail();
        }
        return Complete(start);
    }

    private bool TryReadChunks(int wanted, out ReadOnlySpan<byte> value)
    {
        value = default;
        var (first, length) = (position, 0);
        while (position < data.Length && data[position] != Break)
        {
            if (!TryReadChunk(wanted, out var chunk) || (wanted == 3 && !Utf8.IsValid(chunk)))
                return false;
            length += chunk.Length;
        }
        if (position >= data.Length)
            return false;

        // Read twice, so that what the chunks make together is allocated once.
        var joined = new byte[length];
        var end = position;
        position = first;
        for (var written = 0; position < end;)
        {
            TryReadChunk(wanted, out var chunk);
            chunk.CopyTo(joined.AsSpan(written));
            written += chunk.Length;
        }
        position++;
        value = joined;
        return true;
    }

    private bool TryReadChunk(int wanted, out ReadOnlySpan<byte> chunk)
    {
        chunk = default;
        if (!TryReadArgument(data, canonical, ref position, out var major, out var argument, out var indefinite)
            || major != wanted || indefinite || argument > (ulong)(data.Length - position))
            return false;
        chunk = data.Slice(position, (int)argument);
        position += chunk.Length;
        return true;
    }

    /// <summary>An item's head, where an item may stand.</summary>
    private bool TryReadHead(out int major, out ulong argument, out bool indefinite)
    {
        if (HasNext)
            return TryReadArgument(data, canonical, ref position, out major, out argument, out indefinite);
        (major, argument, indefinite) = (0, 0, false);
        return false;
    }

    private static bool TryReadArgument(
        ReadOnlySpan<byte> data, bool canonical, ref int position, out int major, out ulong argument, out bool indefinite)
    {
        (major, argument, indefinite) = (0, 0, false);
        if (position >= data.Length)
            return false;
        var first = data[position++];
        major = first >> 5;
        var info = first & 0x1F;
        if (info < 24)
        {
            argument = (ulong)info;
            return true;
        }
        if (info == 31)
        {
            indefinite = true;
            return major is >= 2 and <= 5 && !canonical;
        }
        if (info > 27)
            return false;
        var size = 1 << (info - 24);
        if (data.Length - position < size)
            return false;
        var bytes = data.Slice(position, size);
        position += size;
        argument = size switch
        {
            1 => bytes[0],
            2 => BinaryPrimitives.ReadUInt16BigEndian(bytes),
            4 => BinaryPrimitives.ReadUInt32BigEndian(bytes),
            _ => BinaryPrimitives.ReadUInt64BigEndian(bytes),
        };
        return !canonical || major == 7 || IsShortest(argument, size);
    }

    private static bool IsShortest(ulong argument, int size) => size switch
    {
        1 => argument >= 24,
        2 => argument > byte.MaxValue,
        4 => argument > ushort.MaxValue,
        _ => argument > uint.MaxValue,
    };

    /// <summary>Counts an item that was read to its end, and checks it when it is a map's key.</summary>
    private bool Complete(int start)
    {
        if (depth == 0)
            return true;
        ref var frame = ref frames[depth - 1];
        if (frame.Remaining != Indefinite)
            frame.Remaining--;
        if (!frame.IsMap)
            return true;
        if (frame.AtKey && !TryAddKey(ref frame, start))
            return Fail();
        frame.AtKey = !frame.AtKey;
        return true;
    }

    /// <summary>
    /// Refuses a key that the map has already. Keys in canonical order, the common case, cost one comparison with the key
    /// before; once a map is out of order, its entries are walked again, which a budget bounds.
    /// </summary>
    private bool TryAddKey(ref Frame frame, int start)
    {
        var key = data[start..position];
        if (++frame.Keys > MaxMapEntries)
            return false;
        var sorted = frame.Sorted && IsCanonicalKey(key)
            && (frame.Keys == 1 || data[frame.PreviousKey..frame.PreviousKeyEnd].SequenceCompareTo(key) < 0);
        if (!sorted && (canonical || !IsNewKey(key, frame.FirstKey, start)))
            return false;
        frame.Sorted = sorted;
        frame.PreviousKey = start;
        frame.PreviousKeyEnd = position;
        return true;
    }

    private bool IsNewKey(ReadOnlySpan<byte> key, int from, int until)
    {
        while (from < until)
        {
            var start = from;
            if (!TryWalk(data, ref from, ref budget) || SameKey(data[start..from], key) || !TryWalk(data, ref from, ref budget))
                return false;
        }
        return true;
    }

    /// <summary>Skips one item that was read before, so that only the budget is left to check.</summary>
    private static bool TryWalk(ReadOnlySpan<byte> data, ref int position, ref int budget)
    {
        if (--budget < 0 || !TryReadArgument(data, canonical: false, ref position, out var major, out var argument, out var indefinite))
            return false;
        if (major is 0 or 1 or 7)
            return true;
        if (major < 4 && !indefinite)
        {
            position += (int)argument;
            return true;
        }
        var items = major == 5 ? 2 * argument : argument;
        while (indefinite ? data[position] != Break : items-- > 0)
        {
            if (!TryWalk(data, ref position, ref budget))
                return false;
        }
        if (indefinite)
            position++;
        return true;
    }

    /// <summary>Compares keys by value: 1 in one byte and 1 in two bytes are the same key.</summary>
    private static bool SameKey(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        var (atLeft, atRight) = (0, 0);
        TryReadArgument(left, canonical: false, ref atLeft, out var major, out var argument, out var leftChunked);
        TryReadArgument(right, canonical: false, ref atRight, out var rightMajor, out var rightArgument, out var rightChunked);
        if (major != rightMajor)
            return false;
        // No device sends a key in chunks; two such keys in one map count as the same.
        if (leftChunked || rightChunked)
            return true;
        return argument == rightArgument && left[atLeft..].SequenceEqual(right[atRight..]);
    }

    private static bool IsCanonicalKey(ReadOnlySpan<byte> encoded)
    {
        var at = 0;
        return TryReadArgument(encoded, canonical: true, ref at, out var major, out _, out _) && major < 4;
    }

    private bool Fail()
    {
        failed = true;
        return false;
    }

    /// <summary>An open container.</summary>
    private struct Frame
    {
        public int Start;
        public int Remaining;
        public int FirstKey;
        public int PreviousKey;
        public int PreviousKeyEnd;
        public int Keys;
        public bool IsMap;
        public bool AtKey;
        public bool Sorted;
    }

    [InlineArray(MaxDepth)]
    private struct Frames
    {
        private Frame first;
    }
}
