using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using OpenPassage.Server.Admission;
using OpenPassage.Server.Http;

namespace OpenPassage.Server.WellKnown;

/// <summary>
/// Which pages on other domains may use the RP ID (WebAuthn §5.11): their browser fetches this from the RP ID's domain. Origins
/// on that domain itself need no permission.
/// </summary>
internal static class GetRelatedOrigins
{
    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("apps/{app_id}/.well-known/webauthn", Handle)
        .Describe(
            nameof(GetRelatedOrigins),
            "Origins on other domains that may use the RP ID: the content of https://RP-ID/.well-known/webauthn.");

    public static void MapByHost(IEndpointRouteBuilder routes) => routes
        .MapGet("webauthn", Handle)
        .WithName(nameof(GetRelatedOrigins) + "OfHost")
        .ExcludeFromDescription();

    private static Outcome<RelatedOriginsDocument> Handle(RpIdApps apps) =>
        new RelatedOriginsDocument([.. apps.All.SelectMany(app => app.RelatedOrigins).Distinct(StringComparer.Ordinal)]);
}

/// <summary>The document; browsers heed the first five different names.</summary>
internal sealed record RelatedOriginsDocument(IReadOnlyList<string> Origins) : IAnswer<RelatedOriginsDocument>
{
    public static JsonTypeInfo<RelatedOriginsDocument> Json => WellKnownWire.Default.RelatedOriginsDocument;
}
