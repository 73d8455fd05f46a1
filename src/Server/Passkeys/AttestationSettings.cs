using OpenPassage.Server.Apps;
using OpenPassage.Server.Settings;

namespace OpenPassage.Server.Passkeys;

/// <summary>What authenticators are asked to prove of themselves, and which may register.</summary>
internal static class AttestationSettings
{
    public static readonly SettingSection Authenticators = new("Attestation");

    /// <summary>In the order in which JSON has them.</summary>
    public static IReadOnlyList<Setting<AppOptions>> All { get; } =
    [
        Attestation, RequireAttestation, UntrustedAttestation, AttestationFormats, AllowSha1, RefusedStatuses, AllowedAaguids,
        DeniedAaguids,
    ];

    private static Setting<AppOptions> Attestation => new TextSetting<AppOptions>
    {
        Name = nameof(AppOptions.Attestation),
        Option = "attestation",
        Label = "Attestation",
        Help = "What authenticators are asked to prove of themselves.",
        Meaning = "the attestation that authenticators are asked for: `none`, `indirect`, `direct` or `enterprise`",
        Default = "`none`",
        Unsaid = "none",
        Words = ["none", "indirect", "direct", "enterprise"],
        Section = Authenticators,
        Get = app => app.Attestation,
        Set = (app, word) => app.Attestation = word ?? "",
        Rule = (app, _) => app.RequireAttestation && app.Attestation == "none"
            ? $"is 'none', which brings no attestation, and should be direct, since {nameof(app.RequireAttestation)} is set."
            : null,
    };

    private static Setting<AppOptions> RequireAttestation => new FlagSetting<AppOptions>
    {
        Name = nameof(AppOptions.RequireAttestation),
        Option = "require-attestation",
        Label = "Require attestation that leads to a trusted root",
        Help = "It refuses synced passkeys of most providers.",
        Meaning = "refuse authenticators whose attestation does not lead to a certificate in `FidoMetadata` or "
            + "`AttestationAnchors`",
        Default = "`false`",
        Section = Authenticators,
        Get = app => app.RequireAttestation,
        Set = (app, flag) => app.RequireAttestation = flag,
        Rule = (app, server) => app.RequireAttestation ? PolicyRules.NobodyVouches("is set", server) : null,
    };

    private static Setting<AppOptions> UntrustedAttestation => new TextSetting<AppOptions>
    {
        Name = nameof(AppOptions.UntrustedAttestation),
        Option = "untrusted-attestation",
        Label = "Untrusted attestation",
        Help = "Attestation that leads to no trusted certificate, or that cannot be judged.",
        Meaning = "what to do with attestation that leads to no trusted certificate or cannot be judged: `report` registers "
            + "the passkey and records that it is untrusted; `refuse` refuses it",
        Default = "`report`",
        Unsaid = "report",
        Words = [("report", "register, and record that it is untrusted"), "refuse"],
        Section = Authenticators,
        Get = app => app.UntrustedAttestation,
        Set = (app, word) => app.UntrustedAttestation = word ?? "",
        Rule = (app, server) => app.UntrustedAttestation == "refuse" ? PolicyRules.NobodyVouches("is 'refuse'", server) : null,
    };

    private static Setting<AppOptions> AttestationFormats => new TextsSetting<AppOptions>
    {
        Name = nameof(AppOptions.AttestationFormats),
        Option = "attestation-format",
        Label = "Formats",
        Help = "The formats to accept, such as packed or tpm; most preferred first.",
        Meaning = "the attestation formats to accept, most preferred first: `packed`, `tpm`, `android-key`, "
            + "`android-safetynet`, `fido-u2f`, `apple`, `compound`",
        Default = "all",
        Words = [.. PolicyRules.Formats],
        Section = Authenticators,
        List = app => app.AttestationFormats,
    };

    private static Setting<AppOptions> AllowSha1 => new FlagSetting<AppOptions>
    {
        Name = nameof(AppOptions.AllowSha1),
        Option = "allow-sha1",
        Label = "Trust TPM attestation over SHA-1",
        Help = "As on some Windows 11 machines. Otherwise those register as untrusted.",
        Meaning = "trust TPM attestation signed over SHA-1, as on some Windows 11 machines; otherwise those register as "
            + "untrusted",
        Default = "`false`",
        Section = Authenticators,
        Get = app => app.AllowSha1,
        Set = (app, flag) => app.AllowSha1 = flag,
    };

    private static Setting<AppOptions> RefusedStatuses => new TextsSetting<AppOptions>
    {
        Name = nameof(AppOptions.RefusedStatuses),
        Option = "refuse-status",
        Label = "Refused statuses",
        Help = "A status of FIDO's metadata to refuse a model for, such as REVOKED; or none alone.",
        Meaning = "refuse models that have one of these statuses in `FidoMetadata`: `REVOKED`, `USER_VERIFICATION_BYPASS`, "
            + "`ATTESTATION_KEY_COMPROMISE`, `USER_KEY_REMOTE_COMPROMISE`, `USER_KEY_PHYSICAL_COMPROMISE`, "
            + "`UPDATE_AVAILABLE`, `NOT_FIDO_CERTIFIED`; or only `none`",
        Default = "revoked, compromised",
        Section = Authenticators,
        List = app => app.RefusedStatuses,
        Each = PolicyRules.BrokenStatus,
    };

    private static Setting<AppOptions> AllowedAaguids => new TextsSetting<AppOptions>
    {
        Name = nameof(AppOptions.AllowedAaguids),
        Option = "allow-aaguid",
        Label = "Allowed models",
        Help = "The only models to register, by AAGUID. A claim unless attestation is required.",
        Meaning = "the only models that can be registered, by AAGUID; without required attestation the AAGUID is only a claim",
        Default = "all",
        Section = Authenticators,
        List = app => app.AllowedAaguids,
        Kept = aaguid => aaguid.ToLowerInvariant(),
        Each = (aaguid, _) => PolicyRules.BrokenAaguid(aaguid),
    };

    private static Setting<AppOptions> DeniedAaguids => new TextsSetting<AppOptions>
    {
        Name = nameof(AppOptions.DeniedAaguids),
        Option = "deny-aaguid",
        Label = "Denied models",
        Help = "A model never to register, by AAGUID.",
        Meaning = "models that cannot be registered, by AAGUID",
        Section = Authenticators,
        List = app => app.DeniedAaguids,
        Kept = aaguid => aaguid.ToLowerInvariant(),
        Each = (aaguid, _) => PolicyRules.BrokenAaguid(aaguid),
    };
}
