using System.Globalization;
using System.Security.Claims;

namespace OpenPassage.Sdk;

internal static class SignInTime
{
    /// <summary>The claim that says when somebody signed in, of OpenID Connect; in Unix seconds.</summary>
    public const string Claim = "auth_time";

    // Two machines' clocks may differ a little; a time further ahead is nobody's.
    private static readonly TimeSpan Ahead = TimeSpan.FromMinutes(1);

    /// <summary>Whether the sign-in is at most so long ago. A principal that does not say when it was is not recent.</summary>
    public static bool IsRecent(ClaimsPrincipal user, TimeSpan within, TimeProvider time)
    {
        var claim = user.FindFirst(Claim)?.Value;
        if (!long.TryParse(claim, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds))
            return false;
        var ago = time.GetUtcNow().ToUnixTimeSeconds() - seconds;
        return ago <= within.TotalSeconds && ago >= -Ahead.TotalSeconds;
    }
}
