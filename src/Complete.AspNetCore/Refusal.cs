using Microsoft.AspNetCore.Http;

namespace OpenPassage.Complete.AspNetCore;

/// <summary>
/// Every way to say no, each once: RFC 9457 problem details with a <c>code</c> that never changes its meaning and a <c>detail</c> that
/// says what to do.
/// </summary>
internal sealed record Refusal(int Status, string Code, string Sentence)
{
    public static readonly Refusal SignedOut = new(
        401, "signed_out", "Nobody is signed in. Sign in, and send the token as Authorization: Bearer, or in the cookie psg_auth_token.");
    public static readonly Refusal CrossSite = new(
        401,
        "cross_site",
        "The cookie is not accepted, because the request does not come from a page of this site. Send the token as Authorization: Bearer.");
    public static readonly Refusal Forbidden = new(403, "forbidden", "You may not do this.");
    public static readonly Refusal PasskeyRequired = new(403, "passkey_required", "Sign in with a passkey to do this.");
    public static readonly Refusal DeviceBoundPasskeyRequired = new(
        403, "device_bound_passkey_required", "Sign in with a passkey that never leaves its device, such as a security key, to do this.");
    public static readonly Refusal RecentSignInRequired = new(
        403, "recent_sign_in_required", "You signed in a while ago. Sign in again to do this.");
    public static readonly Refusal Misconfigured = new(
        500, "misconfigured", "Sign-in is not set up here. The application's log says more.");
    public static readonly Refusal ServerUnavailable = new(
        503, "server_unavailable", "The passkey server does not answer. Try again soon.");

    /// <summary>The token is not valid, and the application does not want to say why.</summary>
    public static readonly Refusal SomeInvalidToken = new(401, "invalid_token", "The token is not valid. Sign in again.");

    /// <summary>The token is not valid; the SDK says why.</summary>
    public static Refusal InvalidToken(string sentence) => new(401, "invalid_token", sentence);

    /// <summary>Why nobody was let in; null: there was no token.</summary>
    public static Refusal? Of(Exception? failure) => failure switch
    {
        null => null,
        PassageException { Code: PassageErrorCode.InvalidToken } refused => InvalidToken(refused.Message),
        PassageException { Code: PassageErrorCode.AppNotFound } or PassageProtocolException => Misconfigured,
        PassageCompleteException => ServerUnavailable,
        _ => SomeInvalidToken,
    };

    public Task ExecuteAsync(HttpContext http)
    {
        http.Response.Headers.CacheControl = "no-store";
        return Problem.WriteAsync(http, Status, Code, Sentence);
    }
}
