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
    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("apps/{app_id}/users/{user_id}", Handle)
        .Needs(ApiKeyScopes.UsersRead)
        .Describe(nameof(GetUser), "Returns a user with passkeys and recent events.", Refusal.UserNotFound);

    private static async Task<Outcome<UserFound>> Handle(
        AppCall call, string user_id, UserStore users, UserInfos infos, CancellationToken cancellationToken)
        => await users.GetAsync(call.AppId, user_id, cancellationToken) is { } user
            ? new UserFound(await infos.OfAsync(call.App, user, cancellationToken))
            : Refusal.UserNotFound;
}

internal sealed record UserFound(UserInfo User) : IAnswer<UserFound>
{
    public static JsonTypeInfo<UserFound> Json => FlexWire.Default.UserFound;
}

/// <summary>
/// Everything the wire says of a user. Every key is always there and no array is null: clients of the wire decode strictly.
/// Email and phone stay empty in Flex, and the external id in Complete.
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

    public static UserInfo Of(
        User user, IEnumerable<Identifier> identifiers, IReadOnlyList<Passkey> passkeys, IReadOnlyList<Event> events)
        => new(Of(user, identifiers), passkeys, events);
}

/// <summary>Gathers what the wire says of a user. Identifiers are asked for where users have some: in Complete.</summary>
internal sealed class UserInfos(IdentifierStore identifiers, PasskeyStore passkeys, EventStore events)
{
    private const int RecentEvents = 10;

    public async ValueTask<UserInfo> OfAsync(App app, User user, CancellationToken cancellationToken)
    {
        IReadOnlyList<Identifier> names = app.Type == AppType.Complete
            ? await identifiers.ListAsync(app.Id, user.Id, cancellationToken)
            : [];
        var owned = await passkeys.ListAsync(app.Id, user.Id, cancellationToken);
        var recent = await events.RecentAsync(app.Id, user.Id, RecentEvents, cancellationToken);
        return UserInfo.Of(user, names, owned, recent);
    }
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
