#if COMPLETE
namespace OpenPassage.Complete;
#else
namespace OpenPassage.Flex;
#endif

/// <summary>A passkey of a user.</summary>
public sealed record PassageDevice
{
    /// <summary>The server's id for it; give it to <see cref="UserOperations.RevokeDeviceAsync"/>.</summary>
    public required string Id { get; init; }

    /// <summary>WebAuthn's credential id, as text.</summary>
    public required string CredentialId { get; init; }

    /// <summary>A name for people: the passkey provider's, or the one it was given since.</summary>
    public required string FriendlyName { get; init; }

    /// <summary>What kind of passkey it is.</summary>
    public required PassageDeviceType Type { get; init; }

    /// <summary>How often it has been used to sign in.</summary>
    public required int UsageCount { get; init; }

    /// <summary>When it was added, in UTC.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it was last changed, in UTC.</summary>
    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>When it was last used to sign in, in UTC; null: never (the wire says <c>0001-01-01T00:00:00Z</c>).</summary>
    public required DateTimeOffset? LastLoginAt { get; init; }

    /// <summary>The provider's icons.</summary>
    public required PassageDeviceIcons Icons { get; init; }
#if !COMPLETE

    /// <summary>
    /// It cannot be used yet, and is removed at this time unless its nonce is verified first (the app's setting
    /// <c>HoldNewPasskeys</c>); null: it is active.
    /// </summary>
    public DateTimeOffset? InactiveUntil { get; init; }
#endif
}

/// <summary>A passkey provider's icons, as <c>data:</c> URIs.</summary>
/// <param name="Light">For a light background; null: none.</param>
/// <param name="Dark">For a dark background; null: none.</param>
public sealed record PassageDeviceIcons(string? Light, string? Dark);

/// <summary>Kinds of passkey.</summary>
public enum PassageDeviceType
{
    /// <summary>A value that this version does not know.</summary>
    Other = 0,

    /// <summary>A passkey that may be synced.</summary>
    Passkey,

    /// <summary>Bound to a security key.</summary>
    SecurityKey,

    /// <summary>Bound to one computer or phone.</summary>
    Platform,
}
