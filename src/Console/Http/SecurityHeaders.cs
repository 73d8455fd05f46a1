using Microsoft.AspNetCore.Http;

namespace OpenPassage.OperatorConsole.Http;

/// <summary>
/// What a page of the console may do in a browser: run and style itself by the console's own files, talk to the console, be
/// framed by nobody. What an end user typed and a page shows can so never become script.
/// </summary>
internal static class SecurityHeaders
{
    private const string Policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
        + "form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

    public static void Apply(HttpResponse response)
    {
        Set(response.Headers);
        response.Headers.CacheControl = "no-store";
    }

    /// <summary>A page that has a frame with something of the console's own in it.</summary>
    public static void AllowOwnFrames(HttpResponse response) => response.Headers.ContentSecurityPolicy = $"{Policy}; frame-src 'self'";

    /// <summary>
    /// What others have written, for a frame of the console's own: it may style itself, and run, load, send and open nothing. To the
    /// browser it is of no origin, so that it is not the console's even where somebody opens it by itself.
    /// </summary>
    public static void Sandbox(HttpResponse response)
    {
        response.Headers.ContentSecurityPolicy = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; "
            + "form-action 'none'; base-uri 'none'; frame-ancestors 'self'";
        response.Headers.XFrameOptions = "SAMEORIGIN";
    }

    /// <summary>For what may be kept.</summary>
    public static void Set(IHeaderDictionary headers)
    {
        headers.ContentSecurityPolicy = Policy;
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = "DENY";
        headers["Referrer-Policy"] = "same-origin";
        headers["Permissions-Policy"] = "publickey-credentials-create=(self), publickey-credentials-get=(self)";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
    }
}
