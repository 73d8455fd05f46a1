using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using OpenPassage.OperatorConsole.Sessions;
using OpenPassage.WebAuthn.Cose;

namespace OpenPassage.Server.Tests.OperatorConsole;

/// <summary>The cookie of a session, by where the console is opened.</summary>
public sealed class SessionCookieTests
{
    private static string Set(string origin, string pathBase = "")
    {
        var options = new OpenPassageConsoleOptions { Origin = origin };
        var context = new DefaultHttpContext();
        context.Request.PathBase = pathBase;
        new SessionCookie(new ConsoleApp(Options.Create(options), new VerificationKeyCache(1))).Write(context.Response, "token");
        return context.Response.Headers.SetCookie.ToString();
    }

    [Fact]
    public void On_https_no_other_site_of_the_domain_can_set_one_in_its_place() =>
        Assert.Equal("__Host-openpassage-console=token; path=/; secure; samesite=lax; httponly", Set("https://passkeys.example.com"));

    /// <summary>The guarantee of its name costs the path: it is sent to the whole site, so its name has the path instead.</summary>
    [Fact]
    public void Below_a_path_of_a_site_it_has_the_paths_name_and_the_same_guarantee()
    {
        Assert.Equal(
            "__Host-openpassage-console.a.b=token; path=/; secure; samesite=lax; httponly", Set("https://www.example.com", "/a/b"));
        Assert.Equal("openpassage-console.a=token; path=/a/console; samesite=lax; httponly", Set("http://localhost:8420", "/a"));
    }

    [Fact]
    public void On_localhost_it_is_for_the_console_alone() =>
        Assert.Equal("openpassage-console=token; path=/console; samesite=lax; httponly", Set("http://localhost:8420"));
}
