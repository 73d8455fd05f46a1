using Microsoft.AspNetCore.Http;

namespace OpenPassage.OperatorConsole.Operators;

/// <summary>
/// The cookie that holds a session's token. On https its name begins with <c>__Host-</c>, so that no other site of the domain
/// can set one in its place; on http (localhost alone) browsers do not allow that name.
/// </summary>
internal sealed class SessionCookie(ConsoleApp console)
{
    public string Name => console.IsSecure ? "__Host-openpassage-console" : "openpassage-console";

    public string? Read(HttpRequest request) => request.Cookies[Name];

    public void Write(HttpResponse response, string token) => response.Cookies.Append(Name, token, Options());

    public void Remove(HttpResponse response) => response.Cookies.Delete(Name, Options());

    private CookieOptions Options() => new()
    {
        HttpOnly = true,
        // Lax: a link to a page of the console works from anywhere, and no form does.
        SameSite = SameSiteMode.Lax,
        Secure = console.IsSecure,
        Path = console.IsSecure ? "/" : ConsolePaths.Root,
        IsEssential = true,
    };
}
