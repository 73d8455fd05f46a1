using System.Globalization;
using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;

namespace OpenPassage.Demo;

/// <summary>The site's cookie session. Who signed in with a passkey gets the same cookie as who typed a password.</summary>
internal static class Session
{
    /// <summary>For this long after signing in, passkeys may be added and removed without asking who is there again.</summary>
    public static readonly TimeSpan FreshFor = TimeSpan.FromMinutes(10);

    private const string SignedInAt = "signed_in_at";

    public static Task SignInAsync(HttpContext http, Account account)
    {
        var now = http.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow().ToUnixTimeSeconds();
        var identity = new ClaimsIdentity(
            [
                new Claim(ClaimTypes.NameIdentifier, account.Id),
                new Claim(ClaimTypes.Name, account.Name),
                new Claim(SignedInAt, now.ToString(CultureInfo.InvariantCulture)),
            ],
            CookieAuthenticationDefaults.AuthenticationScheme);
        return http.SignInAsync(new ClaimsPrincipal(identity));
    }

    public static bool IsFresh(ClaimsPrincipal user, TimeProvider time)
    {
        var signedInAt = long.Parse(user.FindFirstValue(SignedInAt) ?? "0", CultureInfo.InvariantCulture);
        return time.GetUtcNow() - DateTimeOffset.FromUnixTimeSeconds(signedInAt) < FreshFor;
    }

    /// <summary>The account's id: what this site and the passkey server both call this person.</summary>
    public static string AccountId(ClaimsPrincipal user) => user.FindFirstValue(ClaimTypes.NameIdentifier)!;
}
