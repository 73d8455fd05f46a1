using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using OpenPassage.OperatorConsole.Operators;
using OpenPassage.WebAuthn.Cose;

namespace OpenPassage.Server.Tests.OperatorConsole;

/// <summary>The cookie of a session, by where the console is opened.</summary>
public sealed class SessionCookieTests
{
    private static string Set(string origin)
    {
        var options = new OpenPassageOptions();
        options.Console.Origin = origin;
        var context = new DefaultHttpContext();
        new SessionCookie(new ConsoleApp(Options.Create(options), new VerificationKeyCache(1))).Write(context.Response, "token");
        return context.Response.Headers.SetCookie.ToString();
    }

    [Fact]
    public void On_https_no_other_site_of_the_domain_can_set_one_in_its_place() =>
        Assert.Equal("__Host-openpassage-console=token; path=/; secure; samesite=lax; httponly", Set("https://passkeys.example.com"));

    [Fact]
    public void On_localhost_it_is_for_the_console_alone() =>
        Assert.Equal("openpassage-console=token; path=/console; samesite=lax; httponly", Set("http://localhost:8420"));
}
