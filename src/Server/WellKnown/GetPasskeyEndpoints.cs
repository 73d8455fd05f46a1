using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using OpenPassage.Server.Admission;
using OpenPassage.Server.Apps;
using OpenPassage.Server.Http;

namespace OpenPassage.Server.WellKnown;

/// <summary>Where users make and manage their passkeys, for password managers to lead them there (W3C passkey-endpoints §3.1).</summary>
internal static class GetPasskeyEndpoints
{
    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("apps/{app_id}/.well-known/passkey-endpoints", Handle)
        .Describe(
            nameof(GetPasskeyEndpoints),
            "Where users create and manage their passkeys: the content of https://RP-ID/.well-known/passkey-endpoints.");

    public static void MapByHost(IEndpointRouteBuilder routes) => routes
        .MapGet("passkey-endpoints", Handle)
        .WithName(nameof(GetPasskeyEndpoints) + "OfHost")
        .ExcludeFromDescription();

    private static Outcome<PasskeyEndpointsDocument> Handle(RpIdApps apps) =>
        new PasskeyEndpointsDocument
        {
            Enroll = First(apps, app => app.PasskeyEndpoints.Enroll),
            Manage = First(apps, app => app.PasskeyEndpoints.Manage),
            PrfUsageDetails = First(apps, app => app.PasskeyEndpoints.PrfUsageDetails),
        };

    private static string? First(RpIdApps apps, Func<App, string?> page) => apps.All.Select(page).FirstOrDefault(url => url is not null);
}

/// <summary>The document; without members it says no more than that there are passkeys.</summary>
internal sealed record PasskeyEndpointsDocument : IAnswer<PasskeyEndpointsDocument>
{
    public static JsonTypeInfo<PasskeyEndpointsDocument> Json => WellKnownWire.Default.PasskeyEndpointsDocument;

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Enroll { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Manage { get; init; }

    [JsonPropertyName("prfUsageDetails")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? PrfUsageDetails { get; init; }
}
