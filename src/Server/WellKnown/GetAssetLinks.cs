using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using OpenPassage.Server.Admission;
using OpenPassage.Server.Http;

namespace OpenPassage.Server.WellKnown;

/// <summary>Which Android apps may use the RP ID's passkeys (Digital Asset Links): Android fetches this from the RP ID's domain.</summary>
internal static class GetAssetLinks
{
    // The second shares credentials; Android asks for the first, which is that of app links, before it lets an app use passkeys.
    private static readonly string[] Relations =
        ["delegate_permission/common.handle_all_urls", "delegate_permission/common.get_login_creds"];

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("apps/{app_id}/.well-known/assetlinks.json", Handle)
        .Describe(nameof(GetAssetLinks), "Android apps that may use the RP ID: the content of https://RP-ID/.well-known/assetlinks.json.");

    public static void MapByHost(IEndpointRouteBuilder routes) => routes
        .MapGet("assetlinks.json", Handle)
        .WithName(nameof(GetAssetLinks) + "OfHost")
        .ExcludeFromDescription();

    private static Outcome<AssetLinks> Handle(RpIdApps apps) =>
        new AssetLinks(apps.All.SelectMany(app => app.AndroidApps)
            .GroupBy(android => android.Package, StringComparer.Ordinal)
            .Select(package => new AssetLink(
                Relations,
                new AssetTarget(
                    "android_app",
                    package.Key,
                    [.. package.SelectMany(android => android.Fingerprints).Distinct(StringComparer.Ordinal)]))));
}

/// <summary>The document: one statement for each Android app.</summary>
internal sealed class AssetLinks(IEnumerable<AssetLink> links) : List<AssetLink>(links), IAnswer<AssetLinks>
{
    public static JsonTypeInfo<AssetLinks> Json => WellKnownWire.Default.AssetLinks;
}

internal sealed record AssetLink(IReadOnlyList<string> Relation, AssetTarget Target);

internal sealed record AssetTarget(string Namespace, string PackageName, IReadOnlyList<string> Sha256CertFingerprints);
