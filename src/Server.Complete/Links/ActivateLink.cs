using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using OpenPassage.Server.Admission;
using OpenPassage.Server.Complete.Outcomes;
using OpenPassage.Server.Complete.Sessions;
using OpenPassage.Server.Http;

namespace OpenPassage.Server.Complete.Links;

/// <summary>
/// The page that a link leads to opens it with the secret from its URL. Loading the page opens nothing: this call does, which scanners
/// that run scripts make too.
/// </summary>
internal static class ActivateLink
{
    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPatch("apps/{app_id}/magic-link/activate", Handle)
        .Describe(nameof(ActivateLink), "Signs in by the secret of a link.", CompleteRefusals.LinkNotFound, Refusal.UserNotActive,
            CompleteRefusals.LinksOff);

    private static async Task<Outcome<SignInAnswer>> Handle(
        AppCall call, RequestBody<ActivateLinkRequest> body, LinkStore links, LinkSignIns signIns, CancellationToken cancellationToken)
        => !call.App.Settings.Complete.Methods.MagicLink
            ? CompleteRefusals.LinksOff
            : await links.FindBySecretAsync(call.AppId, body.Value.MagicLink, cancellationToken) is { } link
                ? await signIns.OpenAsync(call, link, cancellationToken)
                : CompleteRefusals.LinkNotFound;
}

/// <param name="MagicLink">The secret from the link's query.</param>
internal sealed record ActivateLinkRequest(string MagicLink) : IRequest<ActivateLinkRequest>
{
    public static JsonTypeInfo<ActivateLinkRequest> Json => LinksWire.Default.ActivateLinkRequest;

    public string? Complaint() => null;
}
