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
        var userId = await passage.Auth.VerifyNonceAsync(proof.Nonce, http.RequestAborted);

        // A ceremony in one person's page must not end in another person's session.
        var current = Current(http, options);
        if (current is not null && current != userId)
            return Refusal.AnotherUser;

        var returnUrl = RedirectHttpResult.IsLocalUrl(proof.ReturnUrl) && !proof.ReturnUrl!.StartsWith('~')
            ? proof.ReturnUrl
            : http.Request.PathBase + options.SignedInPath;
        var session = http.Features.Get<IAuthenticateResultFeature>()?.AuthenticateResult?.Properties;
        var signIn = new PasskeySignIn(http, userId, returnUrl, current is not null, current is not null && session is { IsPersistent: true });

        if (current is null)
            ForgetSession(http);
        await options.SignIn!(signIn);
        return signIn.Refusal is { } sentence
            ? Refusal.SignInRefused(sentence)
            : Json.Of(new SignedIn(signIn.ReturnUrl), PasskeyJson.Default.SignedIn);
    }

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
