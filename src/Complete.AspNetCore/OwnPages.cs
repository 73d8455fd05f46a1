using Microsoft.AspNetCore.Http;

namespace OpenPassage.Complete.AspNetCore;

/// <summary>
/// Whether a cookie may speak for its user. Browsers send cookies along with what other sites' pages send, and this cookie is set without
/// SameSite by the official browser SDK; so for everything that may change something the browser must say that the page is one of
/// this very origin.
/// </summary>
internal static class OwnPages
{
    public static bool MaySend(HttpRequest request)
    {
        if (IsSafe(request))
            return true;
        // Fetch Metadata: every browser of today, over https and on localhost.
        if (request.Headers.TryGetValue("Sec-Fetch-Site", out var site))
            return site == "same-origin";
        // Over plain http elsewhere: browsers name the page's origin with all that is not GET or HEAD, and with WebSockets.
        // Neither header: no browser, which can send a bearer.
        return request.Headers.TryGetValue("Origin", out var origin)
            && string.Equals(origin, $"{request.Scheme}://{request.Host}", StringComparison.OrdinalIgnoreCase);
    }

    // RFC 9110 §9.2.1. A WebSocket begins as a GET, and is not kept from other sites by CORS.
    private static bool IsSafe(HttpRequest request) =>
        (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method) || HttpMethods.IsOptions(request.Method))
        && !request.Headers.Upgrade.ToString().Contains("websocket", StringComparison.OrdinalIgnoreCase);
}
