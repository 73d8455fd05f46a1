using System.Buffers.Text;
using System.Collections.Frozen;
using System.Text.Json;
using OpenPassage.WebAuthn.Data;

namespace OpenPassage.WebAuthn.Metadata;

/// <summary>
/// The FIDO Alliance's names of authenticator models and passkey providers (FIDO Convenience Metadata Service 1.0, C-MDS): a JSON
/// object with a member for each AAGUID, to show passkeys by name. Names decide nothing, so the list's origin is not checked: whoever
/// passes it in vouches for it. Immutable and thread-safe.
/// </summary>
public sealed class ConvenienceMetadata
{
    private const int MaxNameLength = 200;

    private readonly FrozenDictionary<Guid, string> names;

    private ConvenienceMetadata(Dictionary<Guid, string> names, long? number)
    {
        this.names = names.ToFrozenDictionary();
        Number = number;
    }

    /// <summary><c>no</c>, where the list has one: grows with each publication.</summary>
    public long? Number { get; }

    /// <summary>How many models have a name.</summary>
    public int Count => names.Count;

    /// <summary>The name in English, else in the first language it has; null: the list has none.</summary>
    public string? NameOf(Guid aaguid) => names.GetValueOrDefault(aaguid);

    /// <summary>Reads the list as it was downloaded: JSON, which may also be the payload of a JWS. Never throws on its content.</summary>
    /// <returns>The list, or <see cref="Rejection.ConvenienceMetadataMalformed"/>. Entries that cannot be read are left out.</returns>
    public static Verdict<ConvenienceMetadata> Read(ReadOnlySpan<byte> document)
    {
        try
        {
            var reader = JsonInput.Open(PayloadOf(document));
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
                return Rejection.ConvenienceMetadataMalformed;
            var found = new Dictionary<Guid, string>();
            long? number = null;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var isNumber = reader.ValueTextEquals("no"u8);
                var aaguid = Guid.TryParseExact(reader.GetString(), "D", out var parsed) ? parsed : Guid.Empty;
                reader.Read();
                if (isNumber && reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out var no))
                    number = no;
                if (ReadName(ref reader) is { } name && aaguid != Guid.Empty)
                    found.TryAdd(aaguid, name);
            }

            return !reader.Read() && found.Count > 0 ? new ConvenienceMetadata(found, number) : Rejection.ConvenienceMetadataMalformed;
        }
        catch (Exception unreadable) when (JsonInput.IsUnreadable(unreadable))
        {
            return Rejection.ConvenienceMetadataMalformed;
        }
    }

    // The service sends JSON. In a JWS, as the metadata service uses, the JSON is between two full stops.
    private static ReadOnlySpan<byte> PayloadOf(ReadOnlySpan<byte> document)
    {
        document = document.Trim(" \t\r\n"u8);
        var (first, last) = (document.IndexOf((byte)'.'), document.LastIndexOf((byte)'.'));
        return document.StartsWith("ey"u8) && last > first && Base64Url.IsValid(document[(first + 1)..last])
            ? Base64Url.DecodeFromUtf8(document[(first + 1)..last])
            : document;
    }

    /// <summary>Of one model; the reader is left at the end of its value.</summary>
    private static string? ReadName(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            return null;
        }

        string? name = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isNames = reader.ValueTextEquals("friendlyNames"u8);
            reader.Read();
            if (isNames && reader.TokenType == JsonTokenType.StartObject)
                name = ReadFriendlyName(ref reader);
            else
                reader.Skip();
        }

        return name;
    }

    private static string? ReadFriendlyName(ref Utf8JsonReader reader)
    {
        string? first = null, english = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var language = reader.GetString()!;
            reader.Read();
            if (reader.TokenType != JsonTokenType.String)
            {
                reader.Skip();
                continue;
            }

            // It is shown in lists and on terminals.
            var text = reader.GetString()!.Trim();
            if (text.Length is 0 or > MaxNameLength || text.Any(char.IsControl))
                continue;
            first ??= text;
            if (language is "en-US" or "en" || (english is null && language.StartsWith("en-", StringComparison.OrdinalIgnoreCase)))
                english = text;
        }

        return english ?? first;
    }
}
