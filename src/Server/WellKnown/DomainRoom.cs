using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using OpenPassage.Server.Admission;
using OpenPassage.Server.Rooms;

namespace OpenPassage.Server.WellKnown;

/// <summary>The documents of an RP ID's domain.</summary>
internal static class DomainRoom
{
    public static Room Room { get; } = new("domain")
    {
        Routes = static routes =>
        {
            var anybody = routes.MapGroup("v1").For(Audience.Anybody).WithTags("Domain");
            GetRelatedOrigins.Map(anybody);
            GetPasskeyEndpoints.Map(anybody);
            GetAssetLinks.Map(anybody);
            GetAppleAppSiteAssociation.Map(anybody);
        },
        Json = WellKnownWire.Default,
    };

    /// <summary>By the request's host instead of an app's id.</summary>
    public static RouteGroupBuilder MapByHost(IEndpointRouteBuilder routes)
    {
        var byHost = routes.MapGroup(".well-known").For(Audience.Anybody);
        GetRelatedOrigins.MapByHost(byHost);
        GetPasskeyEndpoints.MapByHost(byHost);
        GetAssetLinks.MapByHost(byHost);
        GetAppleAppSiteAssociation.MapByHost(byHost);
        return byHost;
    }
}
