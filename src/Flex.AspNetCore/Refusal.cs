using Microsoft.AspNetCore.Http;

namespace OpenPassage.Flex.AspNetCore;

/// <summary>
/// Every way the endpoints say no, each once: RFC 9457 problem details with a <c>code</c> that never changes its meaning and a
/// <c>detail</c> that a page can show.
/// </summary>
internal sealed record Refusal(int Status, string Code, string Sentence) : IResult
{
    public static readonly Refusal Antiforgery = new(400, "antiforgery", "This page is out of date. Reload it and try again.");
    public static readonly Refusal InvalidRequest = new(400, "invalid_request", "The request is not what this operation expects.");
    public static readonly Refusal InvalidNonce = new(401, "invalid_nonce", "That took too long. Try again.");
    public static readonly Refusal SignedOut = new(401, "signed_out", "You are signed out. Sign in again.");
    public static readonly Refusal NotASignIn = new(403, "not_a_sign_in", "Creating a passkey does not sign you in. Sign in with it now.");
    public static readonly Refusal RecentSignInRequired = new(
        403, "recent_sign_in_required", "You signed in a while ago. Confirm that it is you.");
    public static readonly Refusal AnotherUser = new(
        403, "another_user", "This passkey belongs to another account than the one that is signed in.");
    public static readonly Refusal Deactivated = new(403, "deactivated", "This account cannot use passkeys.");
    public static readonly Refusal PasskeyNotFound = new(
        404, "passkey_not_found", "You have no such passkey. It may have been removed already.");
    public static readonly Refusal NoPasskeys = new(409, "no_passkeys", "You have no passkey yet.");
    public static readonly Refusal Misconfigured = new(
        500, "misconfigured", "Passkeys are not set up here. You can still use your password.");
    public static readonly Refusal ServerUnavailable = new(
        503, "server_unavailable", "The passkey server does not answer. You can still use your password.");

    /// <summary>The application's own callback lets nobody in.</summary>
    public static Refusal SignInRefused(string sentence) => new(403, "sign_in_refused", sentence);

    /// <summary>What the SDK threw, for the page; null for an exception of somebody else's.</summary>
    public static Refusal? Of(Exception exception) => exception switch
    {
        PassageException refused => refused.Code switch
        {
            PassageErrorCode.InvalidNonce => InvalidNonce,
            PassageErrorCode.DeviceNotFound or PassageErrorCode.UserNotFound => PasskeyNotFound,
            PassageErrorCode.UserHasNoPasskeys => NoPasskeys,
            PassageErrorCode.OperationNotAllowed => Deactivated,
            PassageErrorCode.InvalidRequest => InvalidRequest,
            PassageErrorCode.InvalidAccessToken or PassageErrorCode.AppNotFound => Misconfigured,
            _ => ServerUnavailable,
        },
        PassageConnectionException => ServerUnavailable,
        PassageProtocolException => Misconfigured,
        BadHttpRequestException or System.Text.Json.JsonException => InvalidRequest,
        _ => null,
    };

    public Task ExecuteAsync(HttpContext httpContext) => Problem.WriteAsync(httpContext, Status, Code, Sentence);
}
