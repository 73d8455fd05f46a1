using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Matching;
using OpenPassage.Server.Apps;

namespace OpenPassage.Server.Admission;

/// <summary>
/// Passage had two hosts, and some paths on both: an app's backend and its pages ask them for different things. Here they are one, and
/// tell themselves apart: a backend shows a key, right or wrong, and a page of a Complete app shows nothing.
/// </summary>
internal sealed class AudiencePolicy(AppDirectory apps) : MatcherPolicy, IEndpointSelectorPolicy
{
    // After the methods of HTTP.
    public override int Order => 1000;

    public bool AppliesToEndpoints(IReadOnlyList<Endpoint> endpoints)
        => endpoints.Any(endpoint => Is(endpoint, Audience.Backend)) && endpoints.Any(endpoint => Is(endpoint, Audience.Browser));

    public Task ApplyAsync(HttpContext httpContext, CandidateSet candidates)
    {
        if (!Has(candidates, Audience.Backend) || !Has(candidates, Audience.Browser))
            return Task.CompletedTask;
        for (var i = 0; i < candidates.Count; i++)
        {
            if (candidates.IsValidCandidate(i) && Is(candidates[i].Endpoint, Other(httpContext, candidates[i].Values)))
                candidates.SetValidity(i, value: false);
        }

        return Task.CompletedTask;
    }

    /// <summary>Whom a call of such a path is not for.</summary>
    private Audience Other(HttpContext context, RouteValueDictionary? values)
    {
        var isPage = context.Request.Headers.Authorization.Count == 0
            && values?[Gate.AppIdRouteValue] is string id
            && apps.Find(id) is { Type: AppType.Complete };
        return isPage ? Audience.Backend : Audience.Browser;
    }

    private static bool Has(CandidateSet candidates, Audience audience)
    {
        for (var i = 0; i < candidates.Count; i++)
        {
            if (candidates.IsValidCandidate(i) && Is(candidates[i].Endpoint, audience))
                return true;
        }

        return false;
    }

    private static bool Is(Endpoint endpoint, Audience audience) => endpoint.Metadata.OfType<Audience>().Contains(audience);
}
