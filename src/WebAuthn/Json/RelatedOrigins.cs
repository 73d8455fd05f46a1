using System.Text.Json;
using OpenPassage.WebAuthn.Json;

namespace OpenPassage.WebAuthn;

/// <summary>
/// The document at <c>https://RP-ID/.well-known/webauthn</c>, served as <c>application/json</c>, which lets other sites of one
/// owner use its passkeys (§5.11). The same origins must be in <c>RelyingParty.Origins</c>.
/// </summary>
/// <param name="Origins">The web origins. Browsers heed the first five registrable names.</param>
public sealed record RelatedOrigins(IReadOnlyList<string> Origins)
{
    /// <summary>The document as UTF-8 JSON.</summary>
    public byte[] ToJson() => OptionsJson.ToUtf8(WriteTo);

    /// <summary>Writes that JSON object as one value.</summary>
    public void WriteTo(Utf8JsonWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteStartObject();
        writer.WriteStartArray("origins"u8);
        foreach (var origin in Origins)
            writer.WriteStringValue(origin);
        writer.WriteEndArray();
        writer.WriteEndObject();
    }
}
