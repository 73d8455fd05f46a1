using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using OpenPassage.Server.Admission;
using OpenPassage.Server.Http;

namespace OpenPassage.Server.WellKnown;

/// <summary>
/// Which iOS and macOS apps may use the RP ID's passkeys: Apple fetches this from the RP ID's domain, and keeps it for a day.
/// </summary>
internal static class GetAppleAppSiteAssociation
{
    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("apps/{app_id}/.well-known/apple-app-site-association", Handle)
        .Describe(
            nameof(GetAppleAppSiteAssociation),
            "Apple apps that may use the RP ID: the content of https://RP-ID/.well-known/apple-app-site-association.");

    public static void MapByHost(IEndpointRouteBuilder routes) => routes
        .MapGet("apple-app-site-association", Handle)
        .WithName(nameof(GetAppleAppSiteAssociation) + "OfHost")
        .ExcludeFromDescription();

    private static Outcome<AppleAppSiteAssociation> Handle(RpIdApps apps) =>
        new AppleAppSiteAssociation(new AppleApps([.. apps.All.SelectMany(app => app.AppleApps).Distinct(StringComparer.Ordinal)]));
}

/// <summary>The document.</summary>
internal sealed record AppleAppSiteAssociation([property: JsonPropertyName("webcredentials")] AppleApps WebCredentials)
    : IAnswer<AppleAppSiteAssociation>
{
    public static JsonTypeInfo<AppleAppSiteAssociation> Json => WellKnownWire.Default.AppleAppSiteAssociation;
}

internal sealed record AppleApps(IReadOnlyList<string> Apps);
