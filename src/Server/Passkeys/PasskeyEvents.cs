using OpenPassage.Server.Events;

namespace OpenPassage.Server.Passkeys;

/// <summary>What happens to users by their passkeys.</summary>
internal static class PasskeyEvents
{
    public static readonly EventKind Registered = new("passkey_registered", EventAction.Register, "Passkey created", "registrations")
    {
        RefusedLabel = "Registration",
    };

    public static readonly EventKind Login = new(EventKinds.Frequent, EventAction.Login, "Signed in", "sign-ins")
    {
        RefusedLabel = "Sign-in",
    };

    public static readonly EventKind Revoked = new("passkey_revoked", EventAction.Other, "Passkey revoked", "revocations");

    /// <summary>A backend has verified the nonce that a held passkey waited for.</summary>
    public static readonly EventKind Activated = new("passkey_activated", EventAction.Other, "Passkey activated", "activations");

    /// <summary>No backend did, and the passkey went.</summary>
    public static readonly EventKind Expired = new(
        "passkey_expired", EventAction.Other, "Passkey removed, never activated", "passkeys never activated");

    public static readonly EventKind SignCountRegressed = new(
        "sign_count_regressed",
        EventAction.Other,
        "Signature counter not increased: possibly a copied authenticator",
        "signature counter not increased");

    public static readonly IReadOnlyList<EventKind> All = [Registered, Login, Revoked, Activated, Expired, SignCountRegressed];
}
