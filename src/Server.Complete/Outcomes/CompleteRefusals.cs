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
        403, "identifier_not_verified", "The account's email address or phone number has to be verified first. Ask for a code or a link.");

    public static readonly Refusal SignInTooOld = new(
        403, "operation_not_allowed", "Your last sign-in was too long ago for this. Sign in again, then try once more.")
    {
        // A page can do something about this one.
        Reason = "sign_in_too_old",
        ReasonIsForOwnSdk = true,
    };

    public static readonly Refusal LastPasskey = new(
        403, "operation_not_allowed", "This is the only way to sign in to this account. Add another passkey before you remove this one.");

    public static readonly Refusal PasskeysOff = new(403, "operation_not_allowed", "Passkeys are off for this app.");

    public static readonly Refusal LinksOff = new(403, "operation_not_allowed", "Links are off for this app. Sign in another way.");

    /// <summary>Clients show it as an invalid link, and ask again while it is no more than not opened yet.</summary>
    public static readonly Refusal LinkNotFound = new(
        404, "magic_link_not_found", "This link is not good, or not any more. Ask for another one.");
    public static readonly Refusal CodesOff = new(403, "operation_not_allowed", "One-time codes are off for this app.");

    /// <summary>For a code that was never sent, too, where nobody is to learn which accounts exist.</summary>
    public static readonly Refusal WrongCode = new(
        400, "invalid_request", "This is not the code, or it is too old. Enter the one of the last message, or ask for another one.");

    /// <summary>The one case in which Passage's elements say that there were too many tries.</summary>
    public static readonly Refusal TooManyTries = new(
        401, "exceeded_attempts", "Too many wrong codes were entered. Ask for another code, or sign in with a passkey.");

    public static readonly Refusal TooManyWrongCodes = new(
        429, "exceeded_attempts", "Too many wrong codes were entered from here. Sign in with a passkey, or wait as long as the "
            + "Retry-After header says.");

    public static readonly Refusal CodesOffForNow = new(
        429, "exceeded_attempts", "Too many wrong codes were entered for this address or number, and it gets none for now. Sign in with "
            + "a passkey or a link.");

    public static readonly Refusal CodeJustSent = new(
        429, "exceeded_attempts", "A code was sent a moment ago. Look for it, or wait as long as the Retry-After header says.");

    public static readonly Refusal TooManyCodes = new(
        429, "exceeded_attempts", "This address or number was sent very many codes. Use the last one, sign in with a passkey, or wait as "
            + "long as the Retry-After header says.");

    public static readonly Refusal ProviderRequired = new(
        400, "custom_provider_required", "This server cannot send a message to that address or number. Send the link yourself, or have SMS "
            + "set up.");

    public static readonly Refusal LinkJustSent = new(
        429, "exceeded_attempts", "A link was sent a moment ago. Look for it, or wait as long as the Retry-After header says.");

    public static readonly Refusal TooManyLinks = new(
        429, "exceeded_attempts", "This address or number was sent very many links. Use the last one, sign in with a passkey, or wait as "
            + "long as the Retry-After header says.");

    public static readonly Refusal ChangeJustAsked = new(
        429, "exceeded_attempts", "You asked for a change a moment ago. Open the link that was sent, or wait as long as the Retry-After "
            + "header says.");

    public static readonly Refusal TooManyChanges = new(
        429, "exceeded_attempts", "You asked for very many changes. Wait as long as the Retry-After header says.");

    public static readonly Refusal TooManyMessages = new(
        429, "exceeded_attempts", "This app has sent very many messages. Sign in with a passkey, or wait as long as the Retry-After header "
            + "says.");

    public static readonly Refusal TooManyTests = new(
        429, "exceeded_attempts", "Very many tests were sent for this app. Wait as long as the Retry-After header says.");

    public static readonly Refusal SessionNotFound = new(404, "session_not_found", "This user has no such session, or it has ended.");
}
