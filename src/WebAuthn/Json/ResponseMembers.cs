using System.Text;
using System.Text.Json;
using OpenPassage.WebAuthn.Data;

namespace OpenPassage.WebAuthn.Json;

/// <summary>
/// What both responses of §5.1 (RegistrationResponseJSON, AuthenticationResponseJSON) may hold, still encoded. The
/// convenience copies (publicKey, publicKeyAlgorithm, a registration's authenticatorData) are never read:
/// the attestation object says the same under the authenticator's signature (§5.2.1.1).
/// </summary>
internal ref struct ResponseMembers
{
    /// <summary>The most bytes of JSON that are read: 256 KiB.</summary>
    public const int MaxLength = 256 * 1024;

    private const int MaxTransports = 16;
    private const int MaxWordLength = 64;

    private Seen seen, isNull;

    [Flags]
    private enum Seen
    {
        None = 0,
        Id = 1 << 0,
        RawId = 1 << 1,
        Type = 1 << 2,
        Attachment = 1 << 3,
        ExtensionResults = 1 << 4,
        OuterTransports = 1 << 5,
        Response = 1 << 6,
        ClientDataJson = 1 << 7,
        AttestationObject = 1 << 8,
        AuthenticatorData = 1 << 9,
        Signature = 1 << 10,
        UserHandle = 1 << 11,
        Transports = 1 << 12,
    }

    public ReadOnlySpan<byte> Id { get; private set; }

    public ReadOnlySpan<byte> RawId { get; private set; }

    public ReadOnlySpan<byte> Type { get; private set; }

    public ReadOnlySpan<byte> ClientDataJson { get; private set; }

    public ReadOnlySpan<byte> AttestationObject { get; private set; }

    public ReadOnlySpan<byte> AuthenticatorData { get; private set; }

    public ReadOnlySpan<byte> Signature { get; private set; }

    /// <summary>Null where the member is missing or null.</summary>
    public string? UserHandle { get; private set; }

    public IReadOnlyList<string> Transports { get; private set; }

    /// <summary>Null where the client does not say, or says a word that is not known (§5.4.5).</summary>
    public AuthenticatorAttachment? Attachment { get; private set; }

    public ExtensionOutputs Extensions { get; private set; }

    /// <summary>
    /// False for what is not one JSON object of that shape. Members come in any order, unknown ones are ignored, none may come
    /// twice; null is the same as absent: serializers write it for what they do not have.
    /// </summary>
    public static bool TryRead(ReadOnlySpan<byte> utf8Json, out ResponseMembers members)
    {
        members = default;
        var read = new ResponseMembers { Transports = [], Extensions = ExtensionOutputs.None };
        if (utf8Json.Length > MaxLength)
            return false;
        try
        {
            var reader = JsonInput.Open(utf8Json);
            if (!reader.Read() || !read.TryReadMembers(ref reader, inner: false))
                return false;
            const Seen needed = Seen.Id | Seen.RawId | Seen.Type | Seen.Response | Seen.ClientDataJson;
            members = read;
            return !reader.Read() && (read.seen & ~read.isNull & needed) == needed;
        }
        catch (Exception unreadable) when (JsonInput.IsUnreadable(unreadable))
        {
            return false;
        }
    }

    /// <summary>Null when <c>rawId</c> has the same bytes as <c>id</c>, which decoded to these; otherwise why not.</summary>
    public readonly Rejection? CompareIds(ReadOnlySpan<byte> id)
    {
        if (Id.SequenceEqual(RawId))
            return null;
        if (JsonInput.Decode(RawId, ushort.MaxValue) is not { } rawId)
            return JsonInput.Undecoded(RawId, "rawId");
        return id.SequenceEqual(rawId) ? null : Rejection.IdMismatch;
    }

    private static Seen MatchOuter(scoped ref Utf8JsonReader reader) =>
        reader.ValueTextEquals("id"u8) ? Seen.Id
        : reader.ValueTextEquals("rawId"u8) ? Seen.RawId
        : reader.ValueTextEquals("type"u8) ? Seen.Type
        : reader.ValueTextEquals("response"u8) ? Seen.Response
        : reader.ValueTextEquals("clientExtensionResults"u8) ? Seen.ExtensionResults
        : reader.ValueTextEquals("authenticatorAttachment"u8) ? Seen.Attachment
        : reader.ValueTextEquals("transports"u8) ? Seen.OuterTransports
        : Seen.None;

    private static Seen MatchInner(scoped ref Utf8JsonReader reader) =>
        reader.ValueTextEquals("clientDataJSON"u8) ? Seen.ClientDataJson
        : reader.ValueTextEquals("authenticatorData"u8) ? Seen.AuthenticatorData
        : reader.ValueTextEquals("signature"u8) ? Seen.Signature
        : reader.ValueTextEquals("userHandle"u8) ? Seen.UserHandle
        : reader.ValueTextEquals("attestationObject"u8) ? Seen.AttestationObject
        : reader.ValueTextEquals("transports"u8) ? Seen.Transports
        : Seen.None;

    private bool TryReadMembers(scoped ref Utf8JsonReader reader, bool inner)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
            return false;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var member = inner ? MatchInner(ref reader) : MatchOuter(ref reader);
            reader.Read();
            if ((seen & member) != Seen.None)
                return false;
            seen |= member;
            if (reader.TokenType == JsonTokenType.Null)
                isNull |= member;
            else if (!TryReadMember(member, ref reader))
                return false;
        }
        return true;
    }

    private bool TryReadMember(Seen member, scoped ref Utf8JsonReader reader)
    {
        var read = true;
        switch (member)
        {
            case Seen.Id:
                Id = JsonInput.ReadText(ref reader, out read);
                break;
            case Seen.RawId:
                RawId = JsonInput.ReadText(ref reader, out read);
                break;
            case Seen.Type:
                Type = JsonInput.ReadText(ref reader, out read);
                break;
            case Seen.Response:
                return TryReadMembers(ref reader, inner: true);
            case Seen.ClientDataJson:
                ClientDataJson = JsonInput.ReadText(ref reader, out read);
                break;
            case Seen.AttestationObject:
                AttestationObject = JsonInput.ReadText(ref reader, out read);
                break;
            case Seen.AuthenticatorData:
                AuthenticatorData = JsonInput.ReadText(ref reader, out read);
                break;
            case Seen.Signature:
                Signature = JsonInput.ReadText(ref reader, out read);
                break;
            case Seen.UserHandle:
                UserHandle = Encoding.UTF8.GetString(JsonInput.ReadText(ref reader, out read));
                break;
            case Seen.Attachment:
                Attachment = ReadAttachment(JsonInput.ReadText(ref reader, out read));
                break;
            case Seen.Transports or Seen.OuterTransports:
                return TryReadTransports(ref reader, inner: member == Seen.Transports);
            case Seen.ExtensionResults:
                read = reader.TokenType == JsonTokenType.StartObject;
                Extensions = read ? ExtensionOutputs.Read(ref reader) : Extensions;
                break;
            default:
                reader.Skip();
                break;
        }
        return read;
    }

    // An unknown word counts as none (§5.4.5).
    private static AuthenticatorAttachment? ReadAttachment(ReadOnlySpan<byte> word) =>
        word.SequenceEqual("platform"u8) ? AuthenticatorAttachment.Platform
        : word.SequenceEqual("cross-platform"u8) ? AuthenticatorAttachment.CrossPlatform
        : null;

    private bool TryReadTransports(scoped ref Utf8JsonReader reader, bool inner)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
            return false;
        var transports = new List<string>(4);
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType == JsonTokenType.Null)
                continue;
            var word = JsonInput.ReadText(ref reader, out var isText);
            if (!isText || word.Length > MaxWordLength || transports.Count == MaxTransports)
                return false;
            transports.Add(Encoding.UTF8.GetString(word));
        }
        // The specification has the member inside response; older clients put it beside.
        if (inner || (seen & ~isNull & Seen.Transports) == Seen.None)
            Transports = transports;
        return true;
    }
}
