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
        .Describe(
            nameof(ActivateLink), "Opens a link by its secret: signs in, verifies or takes a change back.", CompleteRefusals.LinkNotFound,
            Refusal.UserNotActive, CompleteRefusals.LinksOff);

    private static async Task<Outcome<SignInAnswer>> Handle(
        AppCall call, RequestBody<ActivateLinkRequest> body, LinkStore links, LinkSignIns signIns, Verifying verifying,
        TakingBack takingBack, CancellationToken cancellationToken)
    {
        var link = await links.FindBySecretAsync(call.AppId, body.Value.MagicLink, cancellationToken);
        return link?.Purpose switch
        {
            // An app without links to sign in with sends those that prove something.
            LinkPurpose.Verify => await verifying.OpenAsync(call, link, cancellationToken),
            LinkPurpose.Undo => await takingBack.OpenAsync(call, link, cancellationToken),
            _ when !call.App.Settings.Complete.Methods.MagicLink => CompleteRefusals.LinksOff,
            LinkPurpose.SignIn => await signIns.OpenAsync(call, link, cancellationToken),
            _ => CompleteRefusals.LinkNotFound,
        };
    }
}

/// <param name="MagicLink">The secret from the link's query.</param>
internal sealed record ActivateLinkRequest(string MagicLink) : IRequest<ActivateLinkRequest>
{
    public static JsonTypeInfo<ActivateLinkRequest> Json => LinksWire.Default.ActivateLinkRequest;

    public string? Complaint() => null;
}
