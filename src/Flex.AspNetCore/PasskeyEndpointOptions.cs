using System.Security.Claims;
using Microsoft.AspNetCore.Http;

namespace OpenPassage.Flex.AspNetCore;

/// <summary>
/// How <c>MapPasskeys</c> fits an existing login. <see cref="SignIn"/> is required; with ASP.NET Core Identity,
/// <see cref="UseIdentity{TUser}"/> sets it.
/// </summary>
public sealed class PasskeyEndpointOptions
{
    /// <summary>The path that all endpoints begin with; <c>/passkeys</c> unless set.</summary>
    public string Prefix { get; set; } = "/passkeys";

    /// <summary>
    /// Creates the session for the user who has just used a passkey, as the password login does: it alone decides who may sign in, what
    /// the session holds and how long it lasts. It is also called when a user who is signed in confirms it with a passkey.
    /// </summary>
    public Func<PasskeySignIn, Task>? SignIn { get; set; }

    /// <summary>
    /// The signed-in user's id, as the passkey server knows it: it never changes and says nothing about its owner. Unless set, the
    /// claim <see cref="ClaimTypes.NameIdentifier"/>.
    /// </summary>
    public Func<HttpContext, string?> UserId { get; set; } = http => http.User.FindFirst(ClaimTypes.NameIdentifier)?.Value;

    /// <summary>What the browser shows beside the signed-in user's passkey. Unless set, the principal's name.</summary>
    public Func<HttpContext, string?> UserName { get; set; } = http => http.User.Identity?.Name;

    /// <summary>Where the page goes after a sign-in that asked for no page; <c>/</c> unless set.</summary>
    public string SignedInPath { get; set; } = "/";

    /// <summary>
    /// The site's own sign-in page, for people who cannot confirm with a passkey that they are still there. Unless set, the login
    /// path of the cookie scheme that challenges.
    /// </summary>
    public string? LoginPath { get; set; }

    /// <summary>
    /// Tells the user, by mail for instance, that a passkey was added: whoever adds one unseen, by a script on the page or a session that
    /// was left open, has a way in for good. Awaited; when it throws, that is logged, and the passkey stays. It is called when the page
    /// says that it is done, which a hostile script can leave out: a content policy is what keeps such scripts out.
    /// </summary>
    public Func<PasskeyChange, Task>? PasskeyAdded { get; set; }

    /// <summary>Tells the user that a passkey was revoked. Awaited; when it throws, that is logged, and the passkey is gone.</summary>
    public Func<PasskeyChange, Task>? PasskeyRevoked { get; set; }

    /// <summary>
    /// Signs in users of ASP.NET Core Identity, except those who are locked out, may not sign in (an unconfirmed address, when that is
    /// required) or were deleted. A passkey that has verified the person counts as both factors; one that has not is refused for
    /// an account with a second one.
    /// </summary>
    /// <typeparam name="TUser">The application's user, such as <c>IdentityUser</c>.</typeparam>
    /// <returns>These options.</returns>
    public PasskeyEndpointOptions UseIdentity<TUser>()
        where TUser : class
    {
        UserId = IdentitySignIn<TUser>.UserId;
        UserName = IdentitySignIn<TUser>.UserName;
        SignIn = IdentitySignIn<TUser>.SignInAsync;
        return this;
    }
}
