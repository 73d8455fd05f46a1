using System.Text.Json;

namespace OpenPassage.WebAuthn.Data;

/// <summary>
/// Client data (§5.8.1), as slices of the bytes it was read from. Members come in any order, unknown ones are ignored,
/// <c>tokenBinding</c> among them; a member that is read here may come once. <c>crossOrigin</c> and <c>topOrigin</c> may be null,
/// which is the same as absent.
/// </summary>
internal ref struct ClientData
{
    /// <summary>The most bytes that are read: 16 KiB.</summary>
    public const int MaxLength = 16 * 1024;

    private Seen seen;

    [Flags]
    private enum Seen
    {
        None = 0,
        Type = 1,
        Challenge = 2,
        Origin = 4,
        CrossOrigin = 8,
        TopOrigin = 16,
    }

    public ReadOnlySpan<byte> Type { get; private set; }

    /// <summary>Unpadded base64url, still encoded.</summary>
    public ReadOnlySpan<byte> Challenge { get; private set; }

    public ReadOnlySpan<byte> Origin { get; private set; }

    public bool CrossOrigin { get; private set; }

    public bool HasTopOrigin { get; private set; }

    public ReadOnlySpan<byte> TopOrigin { get; private set; }

    /// <summary>False for what is not one JSON object with a type, a challenge and an origin.</summary>
    public static bool TryRead(ReadOnlySpan<byte> utf8Json, out ClientData clientData)
    {
        clientData = default;
        var read = default(ClientData);
        try
        {
            var reader = JsonInput.Open(utf8Json);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
                return false;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var member = Match(ref reader);
                reader.Read();
                if ((read.seen & member) != Seen.None || !read.TryReadMember(member, ref reader))
                    return false;
                read.seen |= member;
            }
            const Seen needed = Seen.Type | Seen.Challenge | Seen.Origin;
            clientData = read;
            return !reader.Read() && (read.seen & needed) == needed;
        }
        catch (Exception unreadable) when (JsonInput.IsUnreadable(unreadable))
        {
            return false;
        }
    }

    private static Seen Match(scoped ref Utf8JsonReader reader) =>
        reader.ValueTextEquals("type"u8) ? Seen.Type
        : reader.ValueTextEquals("challenge"u8) ? Seen.Challenge
        : reader.ValueTextEquals("origin"u8) ? Seen.Origin
        : reader.ValueTextEquals("crossOrigin"u8) ? Seen.CrossOrigin
        : reader.ValueTextEquals("topOrigin"u8) ? Seen.TopOrigin
        : Seen.None;

    private bool TryReadMember(Seen member, scoped ref Utf8JsonReader reader)
    {
        var read = true;
        switch (member)
        {
            case Seen.Type:
                Type = JsonInput.ReadText(ref reader, out read);
                break;
            case Seen.Challenge:
                Challenge = JsonInput.ReadText(ref reader, out read);
                break;
            case Seen.Origin:
                Origin = JsonInput.ReadText(ref reader, out read);
                break;
            case Seen.TopOrigin or Seen.CrossOrigin when reader.TokenType == JsonTokenType.Null:
                break;
            case Seen.TopOrigin:
                HasTopOrigin = true;
                TopOrigin = JsonInput.ReadText(ref reader, out read);
                break;
            case Seen.CrossOrigin:
                CrossOrigin = reader.TokenType == JsonTokenType.True;
                read = reader.TokenType is JsonTokenType.True or JsonTokenType.False;
                break;
            default:
                reader.Skip();
                break;
        }
        return read;
    }
}
