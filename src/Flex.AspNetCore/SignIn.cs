using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace OpenPassage.Flex.AspNetCore;

/// <summary>Signing in; and, for somebody who is signed in, confirming to be still there.</summary>
internal static class SignIn
{
    /// <summary>
    /// The transaction for the ceremony. A stranger needs none: the passkey itself says whose it is, so nobody learns here which
    /// accounts exist or have passkeys. Who is signed in can confirm with an own passkey only.
    /// </summary>
    public static async Task<IResult> BeginAsync(HttpContext http, PassageFlex passage, PasskeyEndpointOptions options)
    {
        var userId = Current(http, options);
        var transaction = userId is null ? null : await passage.Auth.CreateAuthenticateTransactionAsync(userId, http.RequestAborted);
        return Json.Of(new Transaction(transaction), PasskeyJson.Default.Transaction);
    }

    /// <summary>The page brings the nonce; the server alone says whose it is; the application makes the session.</summary>
    public static async Task<IResult> FinishAsync(HttpContext http, PassageFlex passage, PasskeyEndpointOptions options)
    {
        var proof = await Json.ReadAsync(http, PasskeyJson.Default.Proof);
        if (string.IsNullOrWhiteSpace(proof.Nonce))
            return Refusal.InvalidNonce;
        var proved = await passage.Auth.VerifyCeremonyAsync(proof.Nonce, http.RequestAborted);
        var userId = proved.ExternalId;

        // A ceremony in one person's page must not end in another person's session.
        var current = Current(http, options);
        if (current is not null && current != userId)
            return Refusal.AnotherUser;
        if (!IsSignIn(proved, confirms: current is not null))
            return Refusal.NotASignIn;

        var returnUrl = RedirectHttpResult.IsLocalUrl(proof.ReturnUrl) && !proof.ReturnUrl!.StartsWith('~')
            ? proof.ReturnUrl
            : http.Request.PathBase + options.SignedInPath;
        var session = http.Features.Get<IAuthenticateResultFeature>()?.AuthenticateResult?.Properties;
        var isPersistent = current is not null && session is { IsPersistent: true };
        var signIn = new PasskeySignIn(http, userId, returnUrl, current is not null, isPersistent, proved);

        if (current is null)
            ForgetSession(http);
        await options.SignIn!(signIn);
        return signIn.Refusal is { } sentence
            ? Refusal.SignInRefused(sentence)
            : Json.Of(new SignedIn(signIn.ReturnUrl), PasskeyJson.Default.SignedIn);
    }

    /// <summary>
    /// A passkey that was used is. One that was just made with a prompt, its user verified, lets somebody in who was signed out; it
    /// does not confirm that who is signed in is still there, for anybody at that desk can make one. One made in passing never is. A
    /// server that does not say what took place is believed, as it was before servers said so.
    /// </summary>
    private static bool IsSignIn(VerifiedCeremony proved, bool confirms) => proved.Ceremony switch
    {
        PassageCeremony.Authenticate or null => true,
        PassageCeremony.Register => !confirms && proved.UserVerified == true,
        _ => false,
    };

    private static string? Current(HttpContext http, PasskeyEndpointOptions options) =>
        http.User.Identity is { IsAuthenticated: true } && options.UserId(http) is { Length: > 0 } userId ? userId : null;

    /// <summary>
    /// Session state from before the sign-in may have been planted: whoever set its cookie in this browser could read on. The next
    /// request gets a state, and an id, of its own.
    /// </summary>
    private static void ForgetSession(HttpContext http)
    {
        if (http.Features.Get<ISessionFeature>()?.Session is not { } state)
            return;
        state.Clear();
        var cookie = http.RequestServices.GetRequiredService<IOptions<SessionOptions>>().Value.Cookie;
        if (http.Request.Cookies.ContainsKey(cookie.Name!))
            http.Response.Cookies.Delete(cookie.Name!, cookie.Build(http));
    }
}
