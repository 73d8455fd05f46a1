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

    public static IReadOnlyList<SettingWord> Formats { get; } =
        ["packed", "tpm", "android-key", "android-safetynet", "fido-u2f", "apple", "compound"];

    public static IReadOnlyList<SettingWord> AlgorithmWords { get; } =
        [.. AlgorithmSet.Supported.Ids.Select(id => (SettingWord)ToWord(id))];

    private static readonly string[] Statuses =
    [
        AuthenticatorStatus.Revoked, AuthenticatorStatus.UserVerificationBypass, AuthenticatorStatus.AttestationKeyCompromise,
        AuthenticatorStatus.UserKeyRemoteCompromise, AuthenticatorStatus.UserKeyPhysicalCompromise, AuthenticatorStatus.UpdateAvailable,
        AuthenticatorStatus.NotFidoCertified,
    ];

    private static readonly TimeSpan ShortestTimeout = TimeSpan.FromSeconds(30);

    public static string? BrokenTimeout(AppOptions app, OpenPassageOptions server)
        => app.CeremonyTimeout is { } timeout && (timeout < ShortestTimeout || timeout > server.HandshakeLifetime)
            ? $"is {timeout:c} and should be from {ShortestTimeout:c} to {server.HandshakeLifetime:c}, "
                + $"the {nameof(server.HandshakeLifetime)}."
            : null;

    /// <summary>Why nothing can be asked of attestation where no file names who vouches for authenticators.</summary>
    public static string? NobodyVouches(string what, OpenPassageOptions server)
        => server is { FidoMetadata: null, AttestationAnchors: null }
            ? $"{what}, and nobody is trusted to vouch for authenticators: set "
                + $"{OpenPassageOptions.Section}:{nameof(server.FidoMetadata)} or :{nameof(server.AttestationAnchors)}."
            : null;

    public static string? BrokenStatus(string status, AppOptions app)
        => Statuses.Contains(status, StringComparer.Ordinal) || app.RefusedStatuses is [NoStatus]
            ? null
            : $"is '{status}' and should be one of {string.Join(", ", Statuses)}.";

    public static string? BrokenAaguid(string text)
        => Guid.TryParseExact(text, "D", out _)
            ? null
            : $"is '{text}' and should be an AAGUID such as 2fc0579f-8113-47ea-b116-bb5a8db9202a.";

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
}
