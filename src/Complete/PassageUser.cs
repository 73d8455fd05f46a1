using System.Text.Json;

namespace OpenPassage.Complete;

/// <summary>A user of the app.</summary>
public sealed record PassageUser
{
    /// <summary>The user's id; tokens name it.</summary>
    public required string Id { get; init; }

    /// <summary>The email address; null: none.</summary>
    public required string? Email { get; init; }

    /// <summary>Whether the email address is verified.</summary>
    public required bool EmailVerified { get; init; }

    /// <summary>The phone number; null: none.</summary>
    public required string? Phone { get; init; }

    /// <summary>Whether the phone number is verified.</summary>
    public required bool PhoneVerified { get; init; }

    /// <summary>Whether the user may sign in.</summary>
    public required PassageUserStatus Status { get; init; }

    /// <summary>When the user was created, in UTC.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When the user was last changed, in UTC.</summary>
    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>When the user last signed in, in UTC; null: never (the wire says <c>0001-01-01T00:00:00Z</c>).</summary>
    public required DateTimeOffset? LastLoginAt { get; init; }

    /// <summary>How often the user has signed in.</summary>
    public required int LoginCount { get; init; }

    /// <summary>The fields of the app's metadata schema, a JSON object; null: nothing.</summary>
    public required JsonElement? UserMetadata { get; init; }

    /// <summary>Whether the user has a passkey.</summary>
    public required bool WebAuthn { get; init; }

    /// <summary>The user's passkeys.</summary>
    public required IReadOnlyList<PassageDevice> WebAuthnDevices { get; init; }

    /// <summary>The kinds of passkey that the user has, each once.</summary>
    public required IReadOnlyList<PassageDeviceType> WebAuthnTypes { get; init; }
}
