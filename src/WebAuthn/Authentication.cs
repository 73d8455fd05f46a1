using System.Security.Cryptography;
using System.Text;
using OpenPassage.WebAuthn.Data;

namespace OpenPassage.WebAuthn;

/// <summary>An authentication that passed every step of §7.2.</summary>
public sealed record Authentication
{
    /// <summary>The record to save: counter and backup state as of now.</summary>
    public required CredentialRecord Record { get; init; }

    /// <summary>Whether the authenticator verified the user.</summary>
    public required bool UserVerified { get; init; }

    /// <summary>
    /// True when the counter did not grow although one of the two is not zero: a sign of a copied authenticator, not proof.
    /// </summary>
    public required bool SignCountRegressed { get; init; }

    /// <summary>The listed origin that ran the ceremony.</summary>
    public required string Origin { get; init; }

    /// <summary>The listed origin of the page around the frame; null where there was none, or it was not named.</summary>
    public string? TopOrigin { get; init; }

    /// <summary>The authenticator's attachment; null where the client does not say.</summary>
    public AuthenticatorAttachment? Attachment { get; init; }

    /// <summary>What client and authenticator report about extensions.</summary>
    public required ExtensionOutputs Extensions { get; init; }

    internal static Verdict<Authentication> Verify(
        RelyingParty relyingParty, AuthenticationResponse response, AuthenticationExpectation expected, CredentialRecord record)
    {
        // §7.2.1 and §7.2.2 made the options and asked the browser.
        // §7.2.3 and §7.2.4 are AuthenticationResponse.Read's.

        // §7.2.5
        if (expected.AllowCredentials.Count > 0 && !expected.AllowCredentials.Contains(response.Id))
            return Rejection.CredentialNotAllowed;

        // §7.2.6
        if (record.Id != response.Id)
            return Rejection.UnknownCredential;
        if (JudgeUser(response, expected, record) is { } rejection)
            return rejection;

        // §7.2.7
        if (!AuthenticatorData.TryRead(response.AuthenticatorData.Span, out var data))
            return Rejection.MalformedAuthenticatorData;

        // §7.2.8 and §7.2.9
        if (!ClientData.TryRead(response.ClientDataJson.Span, out var client))
            return Rejection.MalformedClientData;

        // §7.2.10
        if (!client.Type.SequenceEqual("webauthn.get"u8))
            return Rejection.WrongCeremony;

        // §7.2.11
        if (!expected.Challenge.EqualsBase64Url(client.Challenge))
            return Rejection.WrongChallenge;

        // §7.2.12
        if (relyingParty.FindOrigin(client.Origin, expected.Origin, expected.Origins) is not { } origin)
            return Rejection.WrongOrigin;

        // §7.2.13
        if (client.CrossOrigin && !relyingParty.AllowsFraming(client.HasTopOrigin))
            return Rejection.CrossOrigin;

        // §7.2.14
        var topOrigin = relyingParty.FindTopOrigin(client.TopOrigin);
        if (client.HasTopOrigin && topOrigin is null)
            return Rejection.WrongTopOrigin;

        // §7.2.15
        if (!relyingParty.IsIdHash(data.RpIdHash) && !IsAppIdHash(data.RpIdHash, response, expected))
            return Rejection.WrongRpId;

        // §7.2.16
        if (!data.Has(AuthenticatorFlags.UserPresent))
            return Rejection.UserNotPresent;

        // §7.2.17
        var userVerified = data.Has(AuthenticatorFlags.UserVerified);
        if (expected.UserVerificationRequired && !userVerified)
            return Rejection.UserNotVerified;

        // §7.2.18
        var backupEligible = data.Has(AuthenticatorFlags.BackupEligible);
        var backupState = data.Has(AuthenticatorFlags.BackupState);
        if (backupState && !backupEligible)
            return Rejection.BackupStateWithoutEligibility;

        // §7.2.19: eligibility never changes (§6.1.3); an imported record may not know it. What the record says is not answered before
        // the signature is found good: else anybody who has a credential id learns of it whether there is a record, and what it says.
        var changesEligibility = record.BackupEligible is { } recorded && recorded != backupEligible;
        if (expected.BackupEligible is { } wantedEligibility && wantedEligibility != backupEligible)
            return Rejection.BackupEligibilityRefused;
        if (expected.BackupState is { } wantedState && wantedState != backupState)
            return Rejection.BackupStateRefused;

        // §7.2.20 and §7.2.21
        if (relyingParty.Keys.GetOrImport(relyingParty.Algorithms, record.PublicKey.Span, out _) is not { } key)
            return Rejection.InvalidPublicKey;
        var signedLength = response.AuthenticatorData.Length + SHA256.HashSizeInBytes;
        Span<byte> signed = signedLength <= 512 ? stackalloc byte[signedLength] : new byte[signedLength];
        response.AuthenticatorData.Span.CopyTo(signed);
        SHA256.HashData(response.ClientDataJson.Span, signed[response.AuthenticatorData.Length..]);
        if (!key.Verify(signed, response.Signature.Span))
            return Rejection.BadSignature;
        if (changesEligibility)
            return Rejection.BackupEligibilityChanged;

        // §7.2.22
        var regressed = (data.SignCount != 0 || record.SignCount != 0) && data.SignCount <= record.SignCount;
        var refuses = expected.Counter == CounterPolicy.Refuse || (expected.Counter == CounterPolicy.RefuseUnlessSynced && !backupEligible);
        if (regressed && refuses)
            return Rejection.SignCountNotIncreased;

        // §7.2.23: what was not asked for is reported, what is missing is null.
        var extensions = response.Extensions.With(data.Extensions);
        if (extensions.Malformed)
            return Rejection.InvalidExtensionOutput;

        // §7.2.24 and §7.2.25. uvInitialized stays: raising it takes another factor, which only the caller can have asked for.
        return new Authentication
        {
            // Keep the higher count: with a copied authenticator's lower one stored, the original's next count would look fine.
            Record = record with { SignCount = Math.Max(data.SignCount, record.SignCount), BackupState = backupState },
            UserVerified = userVerified,
            SignCountRegressed = regressed,
            Origin = origin,
            TopOrigin = topOrigin,
            Attachment = response.Attachment,
            Extensions = extensions,
        };
    }

    /// <summary>§7.2.6: the record's owner, the handle in the response and the account, where it was known, are one.</summary>
    private static Rejection? JudgeUser(AuthenticationResponse response, AuthenticationExpectation expected, CredentialRecord record)
    {
        if (expected.UserHandle is { } account && account != record.UserHandle)
            return Rejection.WrongUser;
        if (response.UserHandle is { } handle)
            return handle == record.UserHandle ? null : Rejection.WrongUser;
        // The client sent something that is not a handle: whoever it means, it is not this account.
        if (!string.IsNullOrEmpty(response.UserHandleText))
            return response.HasClassicUserHandle ? Rejection.ClassicBase64("response.userHandle") : Rejection.WrongUser;
        return expected.UserHandle is null ? Rejection.NoUserHandle : null;
    }

    /// <summary>§10.1.1: the AppID stands in for the RP ID only where it was asked for and the client says it was used.</summary>
    private static bool IsAppIdHash(ReadOnlySpan<byte> rpIdHash, AuthenticationResponse response, AuthenticationExpectation expected)
    {
        if (expected.AppId is not { } appId || response.Extensions.AppId != true)
            return false;
        return rpIdHash.SequenceEqual(SHA256.HashData(Encoding.UTF8.GetBytes(appId)));
    }
}
