using System.Text.Json;
using System.Text.Json.Serialization;

namespace OpenPassage.Server.Passkeys;

/// <summary>A started ceremony: its sealed state, and beside it what to pass to <c>navigator.credentials</c>.</summary>
internal sealed record Handshake(string Id, HandshakeChallenge Challenge);

/// <summary>The options under the name that <c>navigator.credentials</c> takes them by.</summary>
internal sealed record HandshakeChallenge([property: JsonPropertyName("publicKey")] CeremonyOptions PublicKey);

/// <summary>Creation or request options (§5.4, §5.5): the core writes its own JSON.</summary>
[JsonConverter(typeof(CeremonyOptionsJson))]
internal sealed class CeremonyOptions(Action<Utf8JsonWriter> write)
{
    public void WriteTo(Utf8JsonWriter writer) => write(writer);
}

internal sealed class CeremonyOptionsJson : JsonConverter<CeremonyOptions>
{
    public override CeremonyOptions Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => throw new NotSupportedException();

    public override void Write(Utf8JsonWriter writer, CeremonyOptions value, JsonSerializerOptions options) => value.WriteTo(writer);
}
