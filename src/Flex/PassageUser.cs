using System.Text.Json;

namespace OpenPassage.Flex;

/// <summary>A user of the app.</summary>
public sealed record PassageUser
{
    /// <summary>The server's id for the user.</summary>
    public required string Id { get; init; }

    /// <summary>Your own id for the user, as it was given to <see cref="AuthOperations.CreateRegisterTransactionAsync"/>.</summary>
    public required string ExternalId { get; init; }

    /// <summary>Whether the user may sign in.</summary>
    public required PassageUserStatus Status { get; init; }

    /// <summary>When the user was created, in UTC.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When the user was last changed, in UTC.</summary>
    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>When the user last signed in, in UTC; null: never (the wire says <c>0001-01-01T00:00:00Z</c>).</summary>
    public required DateTimeOffset? LastLoginAt { get; init; }

    /// <summary>How often the user has signed in with a passkey.</summary>
    public required int LoginCount { get; init; }

    /// <summary>What the app stored with the user, a JSON object; null: nothing.</summary>
    public required JsonElement? UserMetadata { get; init; }

    /// <summary>Whether the user has a passkey.</summary>
    public required bool WebAuthn { get; init; }

    /// <summary>The user's passkeys.</summary>
    public required IReadOnlyList<PassageDevice> WebAuthnDevices { get; init; }

    /// <summary>The kinds of passkey that the user has, each once.</summary>
    public required IReadOnlyList<PassageDeviceType> WebAuthnTypes { get; init; }
}
