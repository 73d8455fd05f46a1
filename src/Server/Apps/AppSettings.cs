using OpenPassage.Server.Settings;

namespace OpenPassage.Server.Apps;

/// <summary>
/// The settings of an app, each declared once: its place in the configuration, its member in JSON, its field at the console, its option
/// of the command line, its row in the guide, and the rule that it keeps. What it does is read where it takes effect.
/// </summary>
internal static partial class AppSettings
{
    public static readonly SettingSection Identity = new("Identity");
    public static readonly SettingSection Places = new("Where it is used");
    public static readonly SettingSection PasswordManagers = new("Pages for password managers", Places);
    public static readonly SettingSection Frames = new("Frames on other sites", Places);
    public static readonly SettingSection Ceremonies = new("Ceremonies");
    public static readonly SettingSection Authenticators = new("Attestation");

    /// <summary>In the order in which JSON has them.</summary>
    public static IReadOnlyList<Setting<AppOptions>> All { get; } =
    [
        Name, RpId, RpName, Origins, RelatedOrigins, AndroidApps, AppleApps, PasskeyEndpoints, UserVerification, Attachment, Hints,
        Attestation, RequireAttestation, UntrustedAttestation, AttestationFormats, AllowSha1, RefusedStatuses, SyncedPasskeys, Algorithms,
        TopOrigins, AllowUnnamedTopOrigin, AllowedAaguids, DeniedAaguids, CeremonyTimeout, ConditionalCreate, HoldNewPasskeys,
        CounterPolicy,
    ];

    /// <summary>As fields of a form and options of a command.</summary>
    public static IReadOnlyList<SettingField<AppOptions>> Fields { get; } = [.. All.SelectMany(setting => setting.Fields)];

    /// <summary>The settings of an app that keeps the rules, as they are kept.</summary>
    public static AppOptions Kept(AppOptions app)
    {
        var kept = new AppOptions { Id = app.Id };
        foreach (var setting in All)
            setting.Keep(app, kept);
        return kept;
    }
}
