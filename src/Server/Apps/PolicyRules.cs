using OpenPassage.Server.Settings;
using OpenPassage.WebAuthn;
using OpenPassage.WebAuthn.Attestation;
using OpenPassage.WebAuthn.Cose;
using OpenPassage.WebAuthn.Metadata;

namespace OpenPassage.Server.Apps;

/// <summary>What an app's policy for ceremonies must be, and its words as the core's values.</summary>
internal static class PolicyRules
{
    private const string NoStatus = "none";

    private static readonly string[] Formats = ["packed", "tpm", "android-key", "android-safetynet", "fido-u2f", "apple", "compound"];

    private static readonly string[] Statuses =
    [
        AuthenticatorStatus.Revoked, AuthenticatorStatus.UserVerificationBypass, AuthenticatorStatus.AttestationKeyCompromise,
        AuthenticatorStatus.UserKeyRemoteCompromise, AuthenticatorStatus.UserKeyPhysicalCompromise, AuthenticatorStatus.UpdateAvailable,
        AuthenticatorStatus.NotFidoCertified,
    ];

    private static readonly TimeSpan ShortestTimeout = TimeSpan.FromSeconds(30);

    /// <summary>A sentence for every rule that is broken.</summary>
    public static IEnumerable<string> Broken(AppOptions app, string setting, OpenPassageOptions server)
    {
        string?[] broken =
        [
            ToUserVerification(app.UserVerification) is null
                ? WrongSetting.Sentence($"{setting}:{nameof(app.UserVerification)}", $"is '{app.UserVerification}' and should be required, preferred or discouraged.")
                : null,
            app.Attachment is not null && ToAttachment(app.Attachment) is null
                ? WrongSetting.Sentence($"{setting}:{nameof(app.Attachment)}", $"is '{app.Attachment}' and should be platform or cross-platform, or left out.")
                : null,
            ToConveyance(app.Attestation) is null
                ? WrongSetting.Sentence($"{setting}:{nameof(app.Attestation)}", $"is '{app.Attestation}' and should be none, indirect, direct or enterprise.")
                : null,
            app.RequireAttestation && app.Attestation == "none"
                ? WrongSetting.Sentence($"{setting}:{nameof(app.Attestation)}", $"is 'none', which brings no attestation, and should be direct, since {nameof(app.RequireAttestation)} is set.")
                : null,
            ToUntrusted(app.UntrustedAttestation) is null
                ? WrongSetting.Sentence($"{setting}:{nameof(app.UntrustedAttestation)}",
                    $"is '{app.UntrustedAttestation}' and should be report or refuse.")
                : null,
            ToUntrusted(app.UntrustedAttestation) == UntrustedAttestation.Refuse
                && server is { FidoMetadata: null, AttestationAnchors: null }
                ? WrongSetting.Sentence($"{setting}:{nameof(app.UntrustedAttestation)}",
                    $"is 'refuse', and nobody is trusted to vouch for authenticators: set "
                    + $"{OpenPassageOptions.Section}:{nameof(server.FidoMetadata)} or :{nameof(server.AttestationAnchors)}.")
                : null,
            ToBackup(app.SyncedPasskeys) is null
                ? WrongSetting.Sentence($"{setting}:{nameof(app.SyncedPasskeys)}",
                    $"is '{app.SyncedPasskeys}' and should be allow, refuse, require or backed-up.")
                : null,
            app.RequireAttestation && server is { FidoMetadata: null, AttestationAnchors: null }
                ? WrongSetting.Sentence($"{setting}:{nameof(app.RequireAttestation)}", $"is set, and nobody is trusted to vouch for authenticators: set {OpenPassageOptions.Section}:{nameof(server.FidoMetadata)} or :{nameof(server.AttestationAnchors)}.")
                : null,
            app.CeremonyTimeout is { } timeout && (timeout < ShortestTimeout || timeout > server.HandshakeLifetime)
                ? WrongSetting.Sentence($"{setting}:{nameof(app.CeremonyTimeout)}", $"is {timeout:c} and should be from {ShortestTimeout:c} to {server.HandshakeLifetime:c}, the {nameof(server.HandshakeLifetime)}.")
                : null,
            ToCounterPolicy(app.CounterPolicy) is null
                ? WrongSetting.Sentence(
                    $"{setting}:{nameof(app.CounterPolicy)}", $"is '{app.CounterPolicy}' and should be report or refuse.")
                : null,
            .. app.Hints.Select((hint, i) => ToHint(hint) is not null
                ? null
                : WrongSetting.Sentence($"{setting}:{nameof(app.Hints)}:{i}", $"is '{hint}' and should be client-device, security-key or hybrid.")),
            .. app.TopOrigins.Select((origin, i) => AppRules.BrokenWebOrigin(origin, "portal.example.com",
                $"{setting}:{nameof(app.TopOrigins)}:{i}", out _)),
            .. Unknown(app.Algorithms, [.. AlgorithmSet.Supported.Ids.Select(ToWord)], $"{setting}:{nameof(app.Algorithms)}"),
            .. Unknown(app.AttestationFormats, Formats, $"{setting}:{nameof(app.AttestationFormats)}"),
            .. app.RefusedStatuses is [NoStatus] ? [] : Unknown(app.RefusedStatuses, Statuses, $"{setting}:{nameof(app.RefusedStatuses)}"),
            .. app.AllowedAaguids.Select((aaguid, i) => BrokenAaguid(aaguid, $"{setting}:{nameof(app.AllowedAaguids)}:{i}")),
            .. app.DeniedAaguids.Select((aaguid, i) => BrokenAaguid(aaguid, $"{setting}:{nameof(app.DeniedAaguids)}:{i}")),
        ];
        return broken.OfType<string>();
    }

    public static UserVerification? ToUserVerification(string word) => word switch
    {
        "required" => UserVerification.Required,
        "preferred" => UserVerification.Preferred,
        "discouraged" => UserVerification.Discouraged,
        _ => null,
    };

    public static AuthenticatorAttachment? ToAttachment(string? word) => word switch
    {
        "platform" => AuthenticatorAttachment.Platform,
        "cross-platform" => AuthenticatorAttachment.CrossPlatform,
        _ => null,
    };

    public static AttestationConveyance? ToConveyance(string word) => word switch
    {
        "none" => AttestationConveyance.None,
        "indirect" => AttestationConveyance.Indirect,
        "direct" => AttestationConveyance.Direct,
        "enterprise" => AttestationConveyance.Enterprise,
        _ => null,
    };

    public static Hint? ToHint(string word) => word switch
    {
        "client-device" => Hint.ClientDevice,
        "security-key" => Hint.SecurityKey,
        "hybrid" => Hint.Hybrid,
        _ => null,
    };

    /// <summary>A synced passkey is never refused for its counter: it is copied on purpose.</summary>
    public static CounterPolicy? ToCounterPolicy(string word) => word switch
    {
        "report" => CounterPolicy.Report,
        "refuse" => CounterPolicy.RefuseUnlessSynced,
        _ => null,
    };

    public static UntrustedAttestation? ToUntrusted(string word) => word switch
    {
        "report" => UntrustedAttestation.Report,
        "refuse" => UntrustedAttestation.Refuse,
        _ => null,
    };

    /// <summary>What a new passkey's flags must be; null in the place of either: whichever.</summary>
    public static (bool? Eligible, bool? BackedUp)? ToBackup(string word) => word switch
    {
        "allow" => (null, null),
        "refuse" => (false, null),
        "require" => (true, null),
        "backed-up" => (true, true),
        _ => null,
    };

    /// <summary>
    /// One that is offered by default, by its registered name. The fully specified twins are not: Level 3 advises against offering
    /// them.
    /// </summary>
    public static CoseAlgorithm? ToAlgorithm(string word)
    {
        foreach (var id in AlgorithmSet.Supported.Ids)
        {
            if (ToWord(id) == word)
                return id;
        }

        return null;
    }

    /// <summary>Those formats and "none", which says nothing to be believed.</summary>
    public static AttestationFormatSet ToFormats(IEnumerable<string> words) =>
        new(words.Append("none").Select(AttestationFormatSet.Supported.Find).OfType<AttestationFormat>());

    public static IReadOnlySet<string> ToStatuses(IList<string> words) => words switch
    {
        [] => AuthenticatorStatus.RefusedByDefault,
        [NoStatus] => new HashSet<string>(),
        _ => words.ToHashSet(StringComparer.Ordinal),
    };

    private static string ToWord(CoseAlgorithm id) => id switch
    {
        CoseAlgorithm.MLDsa44 => "ML-DSA-44",
        CoseAlgorithm.MLDsa65 => "ML-DSA-65",
        CoseAlgorithm.MLDsa87 => "ML-DSA-87",
        _ => id.ToString(),
    };

    private static IEnumerable<string> Unknown(IList<string> words, string[] known, string setting)
    {
        for (var i = 0; i < words.Count; i++)
        {
            if (!known.Contains(words[i], StringComparer.Ordinal))
                yield return WrongSetting.Sentence($"{setting}:{i}", $"is '{words[i]}' and should be one of {string.Join(", ", known)}.");
        }
    }

    private static string? BrokenAaguid(string text, string setting)
        => Guid.TryParseExact(text, "D", out _)
            ? null
            : WrongSetting.Sentence(setting, $"is '{text}' and should be an AAGUID such as 2fc0579f-8113-47ea-b116-bb5a8db9202a.");
}
