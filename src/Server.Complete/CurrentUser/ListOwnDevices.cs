using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using OpenPassage.Server.Admission;
using OpenPassage.Server.Complete.Sessions;
using OpenPassage.Server.Http;
using OpenPassage.Server.Passkeys;

namespace OpenPassage.Server.Complete.CurrentUser;

/// <summary>The passkeys of who is signed in, oldest first.</summary>
internal static class ListOwnDevices
{
    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("apps/{app_id}/currentuser/devices", Handle)
        .DescribeOwn(nameof(ListOwnDevices), "The passkeys of who is signed in.");

    private static async Task<Outcome<OwnDeviceList>> Handle(
        AppCall call, UserCall user, PasskeyStore passkeys, CancellationToken cancellationToken)
    {
        var owned = await passkeys.ListAsync(call.AppId, user.User.Id, cancellationToken);
        return new OwnDeviceList([.. owned.Select(OwnDevice.Of)], PasskeySignals.Of(call.App, user.User.Handle, owned, user.User.Name));
    }
}

/// <summary>The list, and what the page may tell authenticators (§5.1.10).</summary>
internal sealed record OwnDeviceList(IReadOnlyList<OwnDevice> Devices, PasskeySignals Signals) : IAnswer<OwnDeviceList>
{
    public static JsonTypeInfo<OwnDeviceList> Json => CurrentUserWire.Default.OwnDeviceList;
}

/// <summary>One passkey.</summary>
internal sealed record OwnDeviceFound(OwnDevice Device) : IAnswer<OwnDeviceFound>
{
    public static JsonTypeInfo<OwnDeviceFound> Json => CurrentUserWire.Default.OwnDeviceFound;
}

/// <summary>An empty object, but for what the page may tell authenticators.</summary>
internal sealed record OwnDeviceRevoked : IAnswer<OwnDeviceRevoked>
{
    public static JsonTypeInfo<OwnDeviceRevoked> Json => CurrentUserWire.Default.OwnDeviceRevoked;

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public PasskeySignals? Signals { get; init; }
}
