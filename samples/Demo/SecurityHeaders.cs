namespace OpenPassage.Demo;

internal static class SecurityHeaders
{
    /// <summary>
    /// Script on the page of a signed-in user could add a passkey of its own, so the page runs no script but the files of this
    /// site and the passkey server's SDK, talks to nobody but these two, and nobody may frame it.
    /// </summary>
    public static void UseSecurityHeaders(this WebApplication app)
    {
        var server = app.Services.GetRequiredService<PasskeyServer>().Address.GetLeftPart(UriPartial.Authority);
        var policy = $"default-src 'none'; script-src 'self' {server}; style-src 'self'; img-src 'self' data:; " +
            $"connect-src 'self' {server}; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

        app.Use((http, next) =>
        {
            var headers = http.Response.Headers;
            headers.ContentSecurityPolicy = policy;
            headers.XContentTypeOptions = "nosniff";
            headers["Referrer-Policy"] = "same-origin";
            headers["Permissions-Policy"] = "publickey-credentials-create=(self), publickey-credentials-get=(self)";
            headers["Cross-Origin-Opener-Policy"] = "same-origin";
            return next(http);
        });
    }
}
