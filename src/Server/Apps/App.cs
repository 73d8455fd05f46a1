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
    public required RelyingParty RelyingParty { get; init; }
    public UserVerification UserVerification { get; init; } = UserVerification.Required;

    /// <summary>SHA-256 of each API key.</summary>
    public IReadOnlyList<byte[]> ApiKeyHashes { get; init; } = [];
}
