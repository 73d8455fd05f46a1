using Microsoft.AspNetCore.Http;
using OpenPassage.OperatorConsole.Http;

namespace OpenPassage.OperatorConsole.Sessions;

/// <summary>
/// The cookie that holds a session's token. On https its name begins with <c>__Host-</c>, so that no other site of the domain
/// can set one in its place; on http (localhost alone) browsers do not allow that name.
/// </summary>
internal sealed class SessionCookie(ConsoleApp console)
{
    public string? Read(HttpRequest request) => request.Cookies[NameFor(request)];

    public void Write(HttpResponse response, string token)
        => response.Cookies.Append(NameFor(response.HttpContext.Request), token, Options(response.HttpContext.Request));

    public void Remove(HttpResponse response)
        => response.Cookies.Delete(NameFor(response.HttpContext.Request), Options(response.HttpContext.Request));

    // With the path that the server stands below: a cookie of this kind is of the whole site, and another server may have a part of it.
    private string NameFor(HttpRequest request)
        => (console.IsSecure ? "__Host-openpassage-console" : "openpassage-console") + request.PathBase.ToString().Replace('/', '.');

    private CookieOptions Options(HttpRequest request) => new()
    {
        HttpOnly = true,
        // Lax: a link to a page of the console works from anywhere, and no form does.
        SameSite = SameSiteMode.Lax,
        Secure = console.IsSecure,
        Path = console.IsSecure ? "/" : request.PathBase + ConsolePaths.Root,
        IsEssential = true,
    };
}
