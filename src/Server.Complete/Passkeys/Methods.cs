using OpenPassage.WebAuthn;

namespace OpenPassage.Server.Complete.Passkeys;

/// <summary>How somebody signed in, in the words of RFC 8176 §2.</summary>
internal static class Methods
{
    /// <summary>A key that never leaves its device is <c>hwk</c>, one that is synced <c>swk</c>; either way somebody was there.</summary>
    public static string Of(CredentialRecord passkey) => passkey.BackupEligible == false ? "hwk user" : "swk user";
}
