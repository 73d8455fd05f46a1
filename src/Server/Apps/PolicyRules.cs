using OpenPassage.WebAuthn;

namespace OpenPassage.Server.Apps;

/// <summary>What an app's policy for ceremonies must be, and its words as the core's values.</summary>
internal static class PolicyRules
{
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

    private static string? BrokenAaguid(string text, string setting)
        => Guid.TryParseExact(text, "D", out _)
            ? null
            : WrongSetting.Sentence(setting, $"is '{text}' and should be an AAGUID such as 2fc0579f-8113-47ea-b116-bb5a8db9202a.");
}
