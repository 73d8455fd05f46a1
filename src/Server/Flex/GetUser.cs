using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using OpenPassage.Server.Admission;
using OpenPassage.Server.Apps;
using OpenPassage.Server.Events;
using OpenPassage.Server.Http;
using OpenPassage.Server.Passkeys;
using OpenPassage.Server.Users;

namespace OpenPassage.Server.Flex;

/// <summary>A user with passkeys and recent events.</summary>
internal static class GetUser
{
    private const int RecentEvents = 10;

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("apps/{app_id}/users/{user_id}", Handle)
        .Needs(ApiKeyScopes.UsersRead)
        .Describe(nameof(GetUser), "Returns a user with passkeys and recent events.", Refusal.UserNotFound);

    private static async Task<Outcome<UserFound>> Handle(
        AppCall call, string user_id, UserStore users, PasskeyStore passkeys, EventStore events, CancellationToken cancellationToken)
    {
        if (await users.GetAsync(call.AppId, user_id, cancellationToken) is not { } user)
            return Refusal.UserNotFound;
        var owned = await passkeys.ListAsync(call.AppId, user.Id, cancellationToken);
        var recent = await events.RecentAsync(call.AppId, user.Id, RecentEvents, cancellationToken);
        return new UserFound(UserInfo.Of(user, owned, recent));
    }
}

internal sealed record UserFound(UserInfo User) : IAnswer<UserFound>
{
    public static JsonTypeInfo<UserFound> Json => FlexWire.Default.UserFound;
}

/// <summary>
/// Everything the wire says of a user. Every key is always there and no array is null: clients of the wire decode strictly.
/// Email, phone and social connections stay empty in Flex.
/// </summary>
internal sealed record UserInfo : UserItem
{
    public required IReadOnlyList<RecentEvent> RecentEvents { get; init; }
    public required SocialConnections SocialConnections { get; init; }

    /// <summary>Whether there is at least one device that signs in.</summary>
    [JsonPropertyName("webauthn")]
    public required bool WebAuthn { get; init; }

    [JsonPropertyName("webauthn_devices")]
    public required IReadOnlyList<Device> WebAuthnDevices { get; init; }

    /// <summary>Those devices' types, each once.</summary>
    [JsonPropertyName("webauthn_types")]
    public required IReadOnlyList<DeviceKind> WebAuthnTypes { get; init; }

    [SetsRequiredMembers]
    private UserInfo(UserItem user, IReadOnlyList<Passkey> passkeys, IReadOnlyList<Event> events)
        : base(user)
    {
        Device[] devices = [.. passkeys.Select(Device.Of)];
        Device[] active = [.. devices.Where(device => device.InactiveUntil is null)];
        RecentEvents = [.. events.Select(RecentEvent.Of)];
        SocialConnections = new SocialConnections();
        WebAuthn = active is not [];
        WebAuthnDevices = devices;
        WebAuthnTypes = [.. active.Select(device => device.Type).Distinct()];
    }

    public static UserInfo Of(User user, IReadOnlyList<Passkey> passkeys, IReadOnlyList<Event> events) => new(Of(user), passkeys, events);
}

/// <summary>None in Flex; an object all the same.</summary>
internal sealed record SocialConnections;

/// <summary>Something that happened to a user.</summary>
internal sealed record RecentEvent(
    string Id,
    string Type,
    RecentEventAction Action,
    RecentEventStatus Status,
    DateTimeOffset CreatedAt,
    DateTimeOffset? CompletedAt,
    string IpAddr,
    string UserAgent,
    string UserAgentDisplay,
    string? SocialLoginType)
{
    public static RecentEvent Of(Event happened) => new(
        happened.Id,
        happened.Type,
        happened.Action switch
        {
            EventAction.Register => RecentEventAction.Register,
            EventAction.Login => RecentEventAction.Login,
            _ => RecentEventAction.Other,
        },
        happened.Complete ? RecentEventStatus.Complete : RecentEventStatus.Incomplete,
        happened.CreatedAt,
        happened.CompletedAt,
        happened.IpAddress,
        happened.UserAgent,
        happened.UserAgentDisplay,
        SocialLoginType: null);
}

[JsonConverter(typeof(JsonStringEnumConverter<RecentEventAction>))]
internal enum RecentEventAction
{
    [JsonStringEnumMemberName("register")]
    Register,
    [JsonStringEnumMemberName("login")]
    Login,
    [JsonStringEnumMemberName("other")]
    Other,
}

[JsonConverter(typeof(JsonStringEnumConverter<RecentEventStatus>))]
internal enum RecentEventStatus
{
    [JsonStringEnumMemberName("complete")]
    Complete,
    [JsonStringEnumMemberName("incomplete")]
    Incomplete,
}
