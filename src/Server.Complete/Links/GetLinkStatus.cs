using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using OpenPassage.Server.Admission;
using OpenPassage.Server.Complete.Outcomes;
using OpenPassage.Server.Complete.Sessions;
using OpenPassage.Server.Http;

namespace OpenPassage.Server.Complete.Links;

/// <summary>The page that asked for a link asks every few seconds whether somebody has opened it, and is signed in then.</summary>
internal static class GetLinkStatus
{
    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("apps/{app_id}/magic-link/status", Handle)
        .Describe(nameof(GetLinkStatus), "Signs in the page that asked for a link, once it was opened.", CompleteRefusals.LinkNotFound);

    private static async Task<Outcome<SignInAnswer>> Handle(
        AppCall call, RequestBody<LinkStatusRequest> body, LinkStore links, LinkSignIns signIns, CancellationToken cancellationToken)
        => await links.FindAsync(call.AppId, body.Value.Id, cancellationToken) is { Purpose: LinkPurpose.SignIn } link
            ? await signIns.DeliverAsync(call, link, cancellationToken)
            : CompleteRefusals.LinkNotFound;
}

/// <param name="Id">What the page was answered when it asked for the link.</param>
internal sealed record LinkStatusRequest(string Id) : IRequest<LinkStatusRequest>
{
    public static JsonTypeInfo<LinkStatusRequest> Json => LinksWire.Default.LinkStatusRequest;

    public string? Complaint() => null;
}
