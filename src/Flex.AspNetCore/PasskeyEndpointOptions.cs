using System.Security.Claims;
using Microsoft.AspNetCore.Http;

namespace OpenPassage.Flex.AspNetCore;

/// <summary>
/// How <c>MapPasskeys</c> fits an existing login. <see cref="SignIn"/> is needed; with ASP.NET Core Identity,
/// <see cref="UseIdentity{TUser}"/> sets it.
/// </summary>
public sealed class PasskeyEndpointOptions
{
    /// <summary>The path that all endpoints begin with; <c>/passkeys</c> unless set.</summary>
    public string Prefix { get; set; } = "/passkeys";

    /// <summary>
    /// Makes the session for who has just used a passkey, in the way the password login does: it alone decides who comes in, what
    /// the session holds and how long it lasts. It is called too when somebody confirms to be still there.
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
    /// Signs in ASP.NET Core Identity's users: not who is locked out or may not sign in (an unconfirmed address, when that is
    /// required), nor who was deleted. A passkey that has verified the person counts as both factors; one that has not is refused for
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
