using OpenPassage.Server.Http;

namespace OpenPassage.Server.Complete.Outcomes;

/// <summary>How Complete says no, beside what every product says (<see cref="Refusal"/>).</summary>
internal static class CompleteRefusals
{
    /// <summary>Passage's apps for phones compare the text.</summary>
    public static readonly Refusal UserExists = new(400, "invalid_request", "user: already exists.");

    public static readonly Refusal InvalidToken = new(
        401, "invalid_access_token", "The token is missing, has expired, or its session has ended. Sign in again.");

    public static readonly Refusal InvalidRefreshToken = new(
        401, "invalid_refresh_token", "The refresh token is not good any more: the session has ended. Sign in again.");

    /// <summary>Passage's elements show a text that begins like this, and no other.</summary>
    public static readonly Refusal SignupClosed = new(
        403, "operation_not_allowed", "Public signup is off for this app. Ask whoever runs it for an account.");

    public static readonly Refusal IdentifierNotVerified = new(
        403, "identifier_not_verified", "This account's email address or phone number has to be verified before it gets a passkey.");

    public static readonly Refusal SignInTooOld = new(
        403, "operation_not_allowed", "Your last sign-in was too long ago for this. Sign in again, then try once more.")
    {
        // A page can do something about this one.
        Reason = "sign_in_too_old",
        ReasonIsForOwnSdk = true,
    };

    public static readonly Refusal LastPasskey = new(
        403, "operation_not_allowed", "This is the only way to sign in to this account. Add another passkey before you remove this one.");

    public static readonly Refusal NoMessages = new(
        403, "operation_not_allowed", "Email addresses and phone numbers cannot be changed here: this server sends no messages yet.");

    public static readonly Refusal PasskeysOff = new(403, "operation_not_allowed", "Passkeys are off for this app.");

    public static readonly Refusal SessionNotFound = new(404, "session_not_found", "This user has no such session, or it has ended.");
}
