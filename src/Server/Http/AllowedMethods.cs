using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;

namespace OpenPassage.Server.Http;

/// <summary>
/// Which methods a path takes, asked of the endpoints themselves, so that no list beside them can drift. Only calls that no
/// endpoint answers come here; the endpoints are gone through once, at the first of them.
/// </summary>
internal sealed class AllowedMethods(EndpointDataSource endpoints)
{
    /// <summary>More segments has no path of ours: what a stranger makes longer costs nothing.</summary>
    private const int MaxSegments = 16;

    private static readonly string[] Order =
        [HttpMethods.Get, HttpMethods.Head, HttpMethods.Post, HttpMethods.Put, HttpMethods.Patch, HttpMethods.Delete];

    private readonly Lazy<ILookup<int, RouteEndpoint>> bySegments = new(() => endpoints.Endpoints
        .OfType<RouteEndpoint>()
        .Where(endpoint => !endpoint.RoutePattern.Parameters.Any(parameter => parameter.IsCatchAll))
        .ToLookup(endpoint => endpoint.RoutePattern.PathSegments.Count));

    /// <summary>For an <c>Allow</c> header; empty when no endpoint has this path.</summary>
    /// <param name="path">The request's.</param>
    /// <param name="ours">Which endpoints count: an application around the server has others.</param>
    public string At(PathString path, Func<Endpoint, bool> ours)
    {
        var segments = Segments(path.Value);
        if (segments is null)
            return "";
        var methods = bySegments.Value[segments.Length]
            .Where(endpoint => ours(endpoint) && Matches(endpoint.RoutePattern, segments))
            .SelectMany(endpoint => endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? [])
            .ToHashSet(StringComparer.OrdinalIgnoreCase);
        return methods.Count == 0 ? "" : string.Join(", ", [.. Order.Where(methods.Contains), HttpMethods.Options]);
    }

    /// <summary>HEAD wherever GET is: monitors and load balancers ask so. The web server leaves the body away.</summary>
    public static void AddHead(EndpointBuilder endpoint)
    {
        for (var i = 0; i < endpoint.Metadata.Count; i++)
        {
            if (endpoint.Metadata[i] is IHttpMethodMetadata { HttpMethods: ["GET"] })
                endpoint.Metadata[i] = new HttpMethodMetadata([HttpMethods.Get, HttpMethods.Head]);
        }
    }

    // As routing sees it: one slash at the end does not count, and an empty segment is none of any route's.
    private static string[]? Segments(string? path)
    {
        var trimmed = path is ['/', .. var rest] ? rest : path ?? "";
        if (trimmed is [.. var most, '/'])
            trimmed = most;
        if (trimmed.Length == 0)
            return path is "//" ? null : [];
        var segments = trimmed.Split('/', MaxSegments + 1);
        return segments.Length > MaxSegments || segments.Contains("") ? null : segments;
    }

    private static bool Matches(RoutePattern pattern, string[] segments)
    {
        for (var i = 0; i < segments.Length; i++)
        {
            var matches = pattern.PathSegments[i].Parts switch
            {
                [RoutePatternLiteralPart literal] => literal.Content.Equals(segments[i], StringComparison.OrdinalIgnoreCase),
                [RoutePatternParameterPart] => true,
                [RoutePatternLiteralPart before, RoutePatternParameterPart, RoutePatternLiteralPart after] =>
                    segments[i].Length > before.Content.Length + after.Content.Length
                    && segments[i].StartsWith(before.Content, StringComparison.OrdinalIgnoreCase)
                    && segments[i].EndsWith(after.Content, StringComparison.OrdinalIgnoreCase),
                // A segment of other parts has no route of ours.
                _ => false,
            };
            if (!matches)
                return false;
        }

        return true;
    }
}
