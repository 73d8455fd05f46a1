using System.Globalization;
using System.Security.Claims;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.Options;

namespace OpenPassage.Flex.AspNetCore;

/// <summary>Policies for the application's own pages: <c>[Authorize(Policy = PasskeyPolicies.RecentSignIn)]</c>.</summary>
public static class PasskeyPolicies
{
    /// <summary>Signed in within <see cref="PassageFlexSiteOptions.RecentSignIn"/>, by any method.</summary>
    public const string RecentSignIn = "OpenPassage.RecentSignIn";

    /// <summary>
    /// Signed in with a passkey: the principal has the claim <see cref="MethodClaim"/> with the value <see cref="Method"/>.
    /// </summary>
    public const string SignedInWithPasskey = "OpenPassage.SignedInWithPasskey";

    /// <summary>The claim that says how somebody signed in, of OpenID Connect: <c>amr</c>.</summary>
    public const string MethodClaim = "amr";

    /// <summary>The value of <see cref="MethodClaim"/> for a passkey: <c>passkey</c>.</summary>
    public const string Method = "passkey";

    /// <summary>The claim that says when somebody signed in, of OpenID Connect: <c>auth_time</c>, in Unix seconds.</summary>
    public const string TimeClaim = "auth_time";

    internal static void Add(AuthorizationOptions options)
    {
        options.AddPolicy(RecentSignIn, policy => policy.RequireAuthenticatedUser().AddRequirements(new RecentSignInRequirement()));
        options.AddPolicy(SignedInWithPasskey, policy => policy.RequireAuthenticatedUser().RequireClaim(MethodClaim, Method));
    }
}

internal sealed class RecentSignInRequirement : IAuthorizationRequirement;

internal sealed class RecentSignInHandler(IOptions<PassageFlexSiteOptions> options, TimeProvider time)
    : AuthorizationHandler<RecentSignInRequirement>
{
    protected override Task HandleRequirementAsync(AuthorizationHandlerContext context, RecentSignInRequirement requirement)
    {
        if (SignInTime.IsRecent(context.User, options.Value.RecentSignIn, time))
            context.Succeed(requirement);
        return Task.CompletedTask;
    }
}

internal static class SignInTime
{
    // Two machines' clocks may differ a little; a time further ahead is nobody's.
    private static readonly TimeSpan Ahead = TimeSpan.FromMinutes(1);

    /// <summary>Whether <c>auth_time</c> is at most so long ago. A principal that does not say is not recent.</summary>
    public static bool IsRecent(ClaimsPrincipal user, TimeSpan within, TimeProvider time)
    {
        var claim = user.FindFirst(PasskeyPolicies.TimeClaim)?.Value;
        if (!long.TryParse(claim, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds))
            return false;
        var ago = time.GetUtcNow().ToUnixTimeSeconds() - seconds;
        return ago <= within.TotalSeconds && ago >= -Ahead.TotalSeconds;
    }
}
