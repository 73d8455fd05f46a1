using System.Text.Json;
using System.Text.Json.Serialization;
using OpenPassage.Server.Complete.Accounts;
using OpenPassage.Server.Flex;
using OpenPassage.Server.Passkeys;

namespace OpenPassage.Server.Complete.CurrentUser;

/// <summary>What people are told of themselves. Every key is always there and no array is null.</summary>
internal sealed record CurrentUserInfo
{
    public required string Id { get; init; }
    public required string Email { get; init; }
    public required bool EmailVerified { get; init; }
    public required string Phone { get; init; }
    public required bool PhoneVerified { get; init; }
    public required UserState Status { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required DateTimeOffset UpdatedAt { get; init; }
    public required DateTimeOffset LastLoginAt { get; init; }
    public required long LoginCount { get; init; }
    public required JsonElement? UserMetadata { get; init; }
    public SocialConnections SocialConnections { get; init; } = new();

    [JsonPropertyName("webauthn")]
    public required bool WebAuthn { get; init; }

    [JsonPropertyName("webauthn_devices")]
    public required IReadOnlyList<OwnDevice> WebAuthnDevices { get; init; }

    [JsonPropertyName("webauthn_types")]
    public required IReadOnlyList<DeviceKind> WebAuthnTypes { get; init; }

    public static CurrentUserInfo Of(Account account, IReadOnlyList<Passkey> passkeys)
    {
        var user = account.User;
        OwnDevice[] devices = [.. passkeys.Select(OwnDevice.Of)];
        return new()
        {
            Id = user.Id,
            Email = account.Email?.Value ?? "",
            EmailVerified = account.Email?.VerifiedAt is not null,
            Phone = account.Phone?.Value ?? "",
            PhoneVerified = account.Phone?.VerifiedAt is not null,
            Status = UserItem.StatusOf(user.Status),
            CreatedAt = user.CreatedAt,
            UpdatedAt = user.UpdatedAt,
            LastLoginAt = user.LastLoginAt ?? default,
            LoginCount = user.LoginCount,
            UserMetadata = UserItem.MetadataOf(user),
            WebAuthn = devices is not [],
            WebAuthnDevices = devices,
            WebAuthnTypes = [.. devices.Select(device => device.Type).Distinct()],
        };
    }
}

/// <summary>A passkey as its owner sees it: as backends do, with whose it is.</summary>
internal sealed record OwnDevice(
    string Id,
    string CredId,
    string UserId,
    string FriendlyName,
    DeviceKind Type,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt,
    DateTimeOffset LastLoginAt,
    long UsageCount,
    Icons Icons)
{
    public static OwnDevice Of(Passkey passkey)
    {
        var device = Device.Of(passkey);
        // Passage's elements print it as a date, also for a passkey that has not signed in since it was made.
        var lastLoginAt = device.UsageCount > 0 ? device.LastLoginAt : device.CreatedAt;
        return new(
            device.Id, device.CredId, passkey.UserId, device.FriendlyName, device.Type, device.CreatedAt, device.UpdatedAt,
            lastLoginAt, device.UsageCount, device.Icons);
    }
}
