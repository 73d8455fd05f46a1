using System.Text.Json.Serialization;
using OpenPassage.Server.Passkeys;

namespace OpenPassage.Server.Flex;

/// <summary>A started ceremony: its sealed state, and beside it what to pass to <c>navigator.credentials</c>.</summary>
internal sealed record Handshake(string Id, HandshakeChallenge Challenge)
{
    public static Handshake Of(StartedCeremony started) => new(started.Handshake, new(started.PublicKey));
}

/// <summary>The options under the name that <c>navigator.credentials</c> takes them by.</summary>
internal sealed record HandshakeChallenge([property: JsonPropertyName("publicKey")] CeremonyOptions PublicKey);
