using System.Security.Claims;
using Microsoft.AspNetCore.Http;

namespace OpenPassage.Flex.AspNetCore;

/// <summary>
/// Somebody has proved with a passkey who they are: what <see cref="PasskeyEndpointOptions.SignIn"/> gets, to make the session.
/// </summary>
public sealed class PasskeySignIn
{
    internal PasskeySignIn(
        HttpContext httpContext, string userId, string returnUrl, bool isReauthentication, bool isPersistent, VerifiedCeremony ceremony)
    {
        HttpContext = httpContext;
        UserId = userId;
        ReturnUrl = returnUrl;
        IsReauthentication = isReauthentication;
        IsPersistent = isPersistent;
        Ceremony = ceremony;
    }

    /// <summary>The request; its services and <c>SignInAsync</c> are what a callback needs most.</summary>
    public HttpContext HttpContext { get; }

    /// <summary>Whose passkey it was: the id that your application gave when the passkey was added. The server vouches for it.</summary>
    public string UserId { get; }

    /// <summary>
    /// Where the page goes next. It is a path of this site: what the page asked for, when that was one, else
    /// <see cref="PasskeyEndpointOptions.SignedInPath"/>. A value set by the callback is used as it is.
    /// </summary>
    public string ReturnUrl { get; set; }

    /// <summary>Whether <see cref="UserId"/> was signed in already, and has only confirmed to be there.</summary>
    public bool IsReauthentication { get; }

    /// <summary>Whether the session that is renewed outlives the browser; false at a first sign-in.</summary>
    public bool IsPersistent { get; }

    /// <summary>What was proved: whether the user was verified, where, when and with which passkey.</summary>
    public VerifiedCeremony Ceremony { get; }

    /// <summary>
    /// A claim to put into the session: it says that a passkey was used, and satisfies
    /// <see cref="PasskeyPolicies.SignedInWithPasskey"/>.
    /// </summary>
    public Claim Claim { get; } = new(PasskeyPolicies.MethodClaim, PasskeyPolicies.Method);

    internal string? Refusal { get; private set; }

    /// <summary>Refuses the sign-in: the account is locked, deleted or must not sign in this way. Return without signing in.</summary>
    /// <param name="sentence">What the person reads.</param>
    public void Refuse(string sentence)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(sentence);
        Refusal = sentence;
    }
}
