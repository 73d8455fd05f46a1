using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.Extensions.Options;

namespace OpenPassage.Flex.AspNetCore;

/// <summary>
/// Gives every cookie the time of the sign-in, so that an existing login needs no change to tell a fresh session from an old one.
/// </summary>
/// <remarks>
/// The time is kept in the cookie's properties, where it survives both Identity's <c>RefreshSignInAsync</c>, which is no sign-in and
/// must not look like one, and the security stamp's renewal of the principal; the claim is made from it.
/// </remarks>
internal sealed class SignInTimeInCookies(TimeProvider time) : IPostConfigureOptions<CookieAuthenticationOptions>
{
    private const string Item = "." + PasskeyPolicies.TimeClaim;

    public void PostConfigure(string? name, CookieAuthenticationOptions options)
    {
        var signingIn = options.Events.OnSigningIn;
        options.Events.OnSigningIn = async context =>
        {
            await signingIn(context);
            context.Properties.Items.TryAdd(Item, Claim(context.Principal) ?? time.GetUtcNow().ToUnixTimeSeconds().ToString());
            Tell(context.Principal, context.Properties);
        };

        var validating = options.Events.OnValidatePrincipal;
        options.Events.OnValidatePrincipal = async context =>
        {
            await validating(context);
            Tell(context.Principal, context.Properties);
        };
    }

    private static string? Claim(ClaimsPrincipal? principal) => principal?.FindFirst(PasskeyPolicies.TimeClaim)?.Value;

    private static void Tell(ClaimsPrincipal? principal, AuthenticationProperties properties)
    {
        if (Claim(principal) is null
            && principal?.Identity is ClaimsIdentity identity
            && properties.Items.TryGetValue(Item, out var since)
            && since is not null)
            identity.AddClaim(new Claim(PasskeyPolicies.TimeClaim, since, ClaimValueTypes.Integer64));
    }
}
