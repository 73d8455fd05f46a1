using OpenPassage.WebAuthn;

namespace OpenPassage.Server.Apps;

/// <summary>An app's id, case-sensitive. Every row belongs to one.</summary>
internal readonly record struct AppId(string Value)
{
    public override string ToString() => Value;
}

/// <summary>An app as it was at start: a snapshot that never changes.</summary>
internal sealed record App
{
    public required AppId Id { get; init; }
    public required string Name { get; init; }

    /// <summary>Its <see cref="RelyingParty.Origins"/> are all that may run ceremonies: those below, and those that its native apps sign for.</summary>
    public required RelyingParty RelyingParty { get; init; }

    /// <summary>The origins on the RP ID's own domain.</summary>
    public IReadOnlyList<string> Origins { get; init; } = [];

    /// <summary>The origins on other domains, which browsers admit because the RP ID's domain names them.</summary>
    public IReadOnlyList<string> RelatedOrigins { get; init; } = [];

    public IReadOnlyList<AndroidApp> AndroidApps { get; init; } = [];

    /// <summary>Each a team id, a dot and a bundle id.</summary>
    public IReadOnlyList<string> AppleApps { get; init; } = [];

    public PasskeyEndpoints PasskeyEndpoints { get; init; } = new(null, null, null);
    public UserVerification UserVerification { get; init; } = UserVerification.Required;

    /// <summary>SHA-256 of each API key.</summary>
    public IReadOnlyList<byte[]> ApiKeyHashes { get; init; } = [];
}
