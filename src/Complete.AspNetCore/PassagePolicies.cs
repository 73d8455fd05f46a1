using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace OpenPassage.Complete.AspNetCore;

/// <summary>
/// Policies for the application's endpoints: <c>[Authorize(Policy = PassagePolicies.RecentSignIn)]</c>. For policies of
/// your own there are <see cref="RequireRecentSignIn"/> and its siblings.
/// </summary>
public static class PassagePolicies
{
    /// <summary>Signed in with a passkey, not by another method.</summary>
    public const string SignedInWithPasskey = "OpenPassage.Complete.SignedInWithPasskey";

    /// <summary>Signed in with a passkey that never leaves its device, such as one on a security key.</summary>
    public const string DeviceBoundPasskey = "OpenPassage.Complete.DeviceBoundPasskey";

    /// <summary>Signed in within <see cref="PassageSiteOptions.RecentSignIn"/>. Renewing a token is not a sign-in.</summary>
    public const string RecentSignIn = "OpenPassage.Complete.RecentSignIn";

    /// <summary>Requires a sign-in with a passkey.</summary>
    public static AuthorizationPolicyBuilder RequirePasskey(this AuthorizationPolicyBuilder policy) =>
        policy.Require(new MethodRequirement(["hwk", "swk"], Refusal.PasskeyRequired));

    /// <summary>Requires a sign-in with a passkey that never leaves its device, such as one on a security key.</summary>
    public static AuthorizationPolicyBuilder RequireDeviceBoundPasskey(this AuthorizationPolicyBuilder policy) =>
        policy.Require(new MethodRequirement(["hwk"], Refusal.DeviceBoundPasskeyRequired));

    /// <summary>Requires a sign-in within this time. Renewing a token is not a sign-in.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The time is not longer than zero.</exception>
    public static AuthorizationPolicyBuilder RequireRecentSignIn(this AuthorizationPolicyBuilder policy, TimeSpan within)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(within, TimeSpan.Zero);
        return policy.Require(new RecentSignInRequirement(within));
    }

    internal static void Add(AuthorizationOptions options)
    {
        options.AddPolicy(SignedInWithPasskey, policy => policy.RequirePasskey());
        options.AddPolicy(DeviceBoundPasskey, policy => policy.RequireDeviceBoundPasskey());
        options.AddPolicy(RecentSignIn, policy => policy.Require(new RecentSignInRequirement(Within: null)));
    }

    private static AuthorizationPolicyBuilder Require(this AuthorizationPolicyBuilder policy, IAuthorizationRequirement requirement)
    {
        ArgumentNullException.ThrowIfNull(policy);
        return policy.RequireAuthenticatedUser().AddRequirements(requirement);
    }
}

/// <summary>One of these methods (RFC 8176).</summary>
internal sealed record MethodRequirement(string[] AnyOf, Refusal Refusal) : IAuthorizationRequirement;

/// <summary>A sign-in within this time; null: within <see cref="PassageSiteOptions.RecentSignIn"/>.</summary>
internal sealed record RecentSignInRequirement(TimeSpan? Within) : IAuthorizationRequirement;

/// <summary>Asks the token's claims; notes for the answer what was missed.</summary>
internal sealed class TokenRequirements(IOptions<PassageSiteOptions> options, TimeProvider time) : IAuthorizationHandler
{
    public Task HandleAsync(AuthorizationHandlerContext context)
    {
        foreach (var requirement in context.PendingRequirements.ToList())
        {
            var (isMet, missed) = requirement switch
            {
                MethodRequirement method => (method.AnyOf.Any(one => context.User.HasClaim(PassageClaims.Method, one)), method.Refusal),
                RecentSignInRequirement recent => (
                    SignInTime.IsRecent(context.User, recent.Within ?? options.Value.RecentSignIn, time), Refusal.RecentSignInRequired),
                _ => (false, null),
            };
            if (isMet)
                context.Succeed(requirement);
            else if (missed is not null && context.Resource is HttpContext http)
                http.Features.Set(missed);
        }
        return Task.CompletedTask;
    }
}
