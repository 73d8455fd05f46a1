using OpenPassage.Server.Events;
using OpenPassage.WebAuthn;

namespace OpenPassage.Server.Manage;

/// <summary>Why a ceremony failed, for those who run the app: more than the page was told.</summary>
/// <param name="Rejection">The code.</param>
/// <param name="Step">The step of WebAuthn that refused, such as <c>7.1.9</c>; null: the server did, before it came to that.</param>
/// <param name="Reason">What was found.</param>
/// <param name="Advice">What to do.</param>
internal sealed record EventRefusal(string Rejection, string? Step, string Reason, string Advice)
{
    private const string LookAtTheCode =
        "The page, or something between it and the server, changes what the browser returned. Send what toJSON() returned, as it is.";
    private const string LookAtThePolicy = "The app's attestation policy decides this: look at attestation, require_attestation, "
        + "untrusted_attestation and the AAGUID lists, and at FidoMetadata and AttestationAnchors of the server.";
    private const string NotRequired = "Where nobody needs the proof, set require_attestation to false and untrusted_attestation to "
        + "report: then it registers, and is untrusted.";
    private const string AnotherAuthenticator =
        "The authenticator does not keep to WebAuthn. Try another one, or an update of this one, and tell its maker.";

    public static EventRefusal Of(string code, EventAction action)
    {
        var rejection = WebAuthn.Rejection.Find(code);
        var step = rejection?.StepIn(action == EventAction.Login ? Ceremony.Authentication : Ceremony.Registration);
        return new(code, step, rejection?.Sentence ?? ReasonOf(code), AdviceOf(code, step));
    }

    // These are the server's own.
    private static string ReasonOf(string code) => code switch
    {
        "unknown_handshake" => "The handshake is unknown, has expired or belongs to another transaction.",
        "user_not_active" => "The user is deactivated.",
        "enrolment_blocked" => "Enrolment is blocked for this user.",
        "passkey_inactive" => "The passkey waits for a backend to verify the nonce of its registration.",
        "conditional_create_off" => "The app does not allow passkeys to be created without a prompt.",
        _ => "This version of the server does not know the reason.",
    };

    private static string AdviceOf(string code, string? step) => code switch
    {
        "unknown_handshake" => "The user took longer than HandshakeLifetime, or the page mixed two attempts up. Let the page begin again; "
            + "where that is frequent, lengthen HandshakeLifetime.",
        "user_not_active" => "Activate the user if this was a mistake.",
        "enrolment_blocked" => "Let enrolment be if this was a mistake.",
        "passkey_inactive" => "Let the app's backend verify the nonce of every registration, or set the app's hold_new_passkeys to false.",
        "conditional_create_off" => "Let the page ask with a prompt, or set the app's conditional_create to true.",
        "wrong_origin" => "Add the page's origin to the app's origins, scheme and port included, if it is yours. "
            + "If it is not, somebody imitates your page.",
        "cross_origin" or "wrong_top_origin" => "The page ran inside a frame of another site. Open it in a window of its own, or add "
            + "that site to the app's top_origins if it is yours; allow_unnamed_top_origin is for browsers that do not name it.",
        "wrong_challenge" => "An old answer was sent again, or two tabs were mixed up. One page's attempt begins and ends on that page.",
        "wrong_rp_id" => "The page passed another RP ID to the browser than the app has. Pass the options on as they came.",
        "user_not_present" or "user_not_verified" => "The user was not asked for PIN, fingerprint or face. Let the user set one up, "
            + "or set the app's user_verification to preferred.",
        "credential_already_registered" => "This authenticator holds a passkey of the app already. Let the user sign in with it.",
        "unknown_credential" or "credential_not_allowed" => "The passkey was revoked, or is another account's. "
            + "Let the user choose another one or register again; the page can have the browser forget it (signalUnknownCredential).",
        "wrong_user" or "no_user_handle" =>
            "The passkey belongs to another account than the one that was asked to sign in. Let the user choose the right one.",
        "bad_signature" => "The key does not match the one that was registered. Revoke this passkey, and let the user register again.",
        "sign_count_not_increased" => "There may be a copy of this authenticator. Revoke the passkey and ask its user.",
        "attachment_not_allowed" => "The app's attachment policy admits the other kind of authenticator only.",
        "backup_eligibility_changed" => "The authenticator's claim about backup has changed, which must not happen. "
            + "Revoke the passkey, and let the user register again.",
        "algorithm_not_allowed" => "The app's algorithms do not have the one that the authenticator took. Add it, or use another "
            + "authenticator.",
        "invalid_public_key" => AnotherAuthenticator,
        "attestation_sha1_not_allowed" => $"Some TPMs in Windows machines do this. Set the app's allow_sha1 to trust them. {NotRequired}",
        "unknown_attestation_format" =>
            $"The format is none of the app's attestation_formats, or none that this version knows. {NotRequired}",
        "attestation_algorithm_not_supported" or "tpm_manufacturer" => $"This version cannot judge the attestation. {NotRequired}",
        "attestation_required" => "The app's require_attestation asks for proof, and this authenticator brings none. Use another one, "
            + "or set require_attestation to false.",
        "untrusted_attestation" => "The app's require_attestation or untrusted_attestation refuses it. Add the maker's root to "
            + "AttestationAnchors of the server, or newer FidoMetadata, if you trust the maker.",
        "authenticator_model_not_allowed" => "The app's allowed_aaguids or denied_aaguids decide this.",
        "authenticator_status_refused" => "FIDO reports a problem of this model, and the app's refused_statuses have its status. Update "
            + "the authenticator, or use another one.",
        "backup_eligibility_refused" or "backup_state_refused" => "The app's synced_passkeys decide this: use an authenticator of the "
            + "other kind.",
        _ when step is null => "Look at the server's log of that time.",
        _ when code.StartsWith("malformed", StringComparison.Ordinal)
            || code is "not_a_public_key_credential" or "id_mismatch" or "wrong_ceremony" => LookAtTheCode,
        _ when step.StartsWith("8.", StringComparison.Ordinal) || step is "7.1.21" or "7.1.22" or "7.1.23" or "7.1.24" => LookAtThePolicy,
        _ => AnotherAuthenticator,
    };
}
