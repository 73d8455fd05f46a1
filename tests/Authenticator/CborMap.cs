using System.Formats.Cbor;

namespace OpenPassage.Authenticator;

/// <summary>
/// A CBOR map written as it stands: in this order, duplicate keys included. Keys and values are int, long, uint, string, bool,
/// byte[], <see cref="CborMap"/>, <see cref="RawCbor"/>, an array of these, or null.
/// </summary>
public sealed class CborMap : List<KeyValuePair<object, object?>>
{
    /// <summary>The first value of a key; setting replaces it in its place, or adds it at the end.</summary>
    public object? this[object key]
    {
        get => Find(entry => entry.Key.Equals(key)).Value;
        set
        {
            var index = FindIndex(entry => entry.Key.Equals(key));
            if (index < 0)
                Add(key, value);
            else
                base[index] = new(key, value);
        }
    }

    /// <summary>Adds, even where the key stands already.</summary>
    public void Add(object key, object? value) => Add(new(key, value));

    public bool Remove(object key) => RemoveAll(entry => entry.Key.Equals(key)) > 0;

    public byte[] ToBytes() => Encode(this);

    /// <summary>One CBOR data item of any kind, for arrays and single values.</summary>
    public static byte[] Encode(object? item)
    {
        var writer = new CborWriter(CborConformanceMode.Lax);
        Write(writer, item);
        return writer.Encode();
    }

    private static void Write(CborWriter writer, object? item)
    {
        switch (item)
        {
            case null: writer.WriteNull(); break;
            case bool value: writer.WriteBoolean(value); break;
            case int value: writer.WriteInt32(value); break;
            case long value: writer.WriteInt64(value); break;
            case uint value: writer.WriteUInt32(value); break;
            case string value: writer.WriteTextString(value); break;
            case byte[] value: writer.WriteByteString(value); break;
            case RawCbor value: writer.WriteEncodedValue(value.Bytes); break;
            case CborMap map:
                writer.WriteStartMap(map.Count);
                foreach (var (key, value) in map)
                {
                    Write(writer, key);
                    Write(writer, value);
                }
                writer.WriteEndMap();
                break;
            case Array array:
                writer.WriteStartArray(array.Length);
                foreach (var element in array)
                    Write(writer, element);
                writer.WriteEndArray();
                break;
            default:
                throw new NotSupportedException($"No CBOR for {item.GetType()}.");
        }
    }
}

/// <summary>One CBOR data item, encoded already.</summary>
public sealed record RawCbor(byte[] Bytes);
