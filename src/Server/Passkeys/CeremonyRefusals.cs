using OpenPassage.Server.Http;
using OpenPassage.WebAuthn;

namespace OpenPassage.Server.Passkeys;

/// <summary>The core's rejections as the wire says them.</summary>
internal static class CeremonyRefusals
{
    /// <summary>What the event of such a refusal says.</summary>
    public const string HandshakeUnknown = "unknown_handshake";

    /// <summary>One sentence for all that would tell a stranger which credentials exist and whose they are.</summary>
    public const string Unaccepted =
        "This passkey cannot sign in here: it is not registered for this user, or its signature does not verify.";

    /// <summary>A handshake that does not open, or is of another transaction.</summary>
    public static Refusal UnknownHandshake(Refusal failed) =>
        failed.Because("The handshake is unknown, has expired or belongs to another transaction. Start again.") with
        {
            Event = HandshakeUnknown,
        };

    /// <summary>As an answer.</summary>
    /// <param name="rejection">What the core found.</param>
    /// <param name="failed">The code of the flow: with a transaction webauthn_login_failed, without one discoverable_login_failed.</param>
    public static Refusal For(Rejection rejection, Refusal failed)
    {
        if (rejection.Code == Rejection.MalformedResponse.Code)
            return Refusal.InvalidRequest.Because($"handshake_response: {rejection.Sentence}") with { Rejection = rejection };
        return failed.Because(DependsOnWhatIsKept(rejection) ? Unaccepted : rejection.Sentence) with { Rejection = rejection };
    }

    /// <summary>
    /// The same for a sign-in, whose handle may be what is wrong: in classic base64 it names nobody, whether the passkey is kept or not.
    /// </summary>
    public static Refusal ForHandle(Rejection rejection, AuthenticationResponse response, Refusal failed) =>
        For(DependsOnWhatIsKept(rejection) && response.HasClassicUserHandle ? Rejection.ClassicBase64("response.userHandle") : rejection,
            failed);

    /// <summary>These get <see cref="Unaccepted"/>.</summary>
    private static bool DependsOnWhatIsKept(Rejection rejection) =>
        rejection == Rejection.CredentialNotAllowed
        || rejection == Rejection.UnknownCredential
        || rejection == Rejection.WrongUser
        || rejection == Rejection.BackupEligibilityChanged
        || rejection == Rejection.BadSignature;
}
