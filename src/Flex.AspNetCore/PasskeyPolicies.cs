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
    public const string TimeClaim = SignInTime.Claim;

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
