using OpenPassage.Server.Settings;

namespace OpenPassage.Server.Apps;

/// <summary>What an app is called, and where it is used.</summary>
internal static class PlaceSettings
{
    public static readonly SettingSection Identity = new("Identity");
    public static readonly SettingSection Places = new("Where it is used");
    public static readonly SettingSection PasswordManagers = new("Pages for password managers", Places);
    public static readonly SettingSection Frames = new("Frames on other sites", Places);

    /// <summary>In the order in which JSON has them.</summary>
    public static IReadOnlyList<Setting<AppOptions>> All { get; } =
    [
        Name, RpId, RpName, Origins, RelatedOrigins, AndroidApps, AppleApps, PasskeyEndpoints, TopOrigins,
        AllowUnnamedTopOrigin,
    ];

    private static Setting<AppOptions> Name => new TextSetting<AppOptions>
    {
        Name = nameof(AppOptions.Name),
        Option = "name",
        Label = "Name",
        Help = "A name for people.",
        Meaning = "the app's name",
        Default = "the id",
        Section = Identity,
        Get = app => app.Name,
        Set = (app, text) => app.Name = text,
        Kept = app => app.Name ?? app.Id,
        Each = AppRules.BrokenText,
    };

    private static Setting<AppOptions> RpId => new TextSetting<AppOptions>
    {
        Name = nameof(AppOptions.RpId),
        Option = "rp-id",
        Label = "RP ID",
        Help = "The domain that passkeys belong to; fixed once there is one.",
        Meaning = "the domain that passkeys belong to; the host of every origin is this domain or a subdomain of it. Write "
            + "non-ASCII letters as they are (`müller.example`) or as Punycode (`xn--mller-kva.example`); if a browser "
            + "would write the name differently, it is refused with the browser's spelling",
        Default = "",
        Section = Identity,
        Get = app => app.RpId,
        Set = (app, text) => app.RpId = text ?? "",
        Kept = app => Domain.ToAscii(app.RpId),
        Each = AppRules.BrokenRpId,
    };

    private static Setting<AppOptions> RpName => new TextSetting<AppOptions>
    {
        Name = nameof(AppOptions.RpName),
        Option = "rp-name",
        Label = "Name for authenticators",
        Help = "What authenticators may show; empty: the name.",
        Meaning = "the name that authenticators may show",
        Default = "the name",
        IsOptional = true,
        Section = Identity,
        Get = app => app.RpName,
        Set = (app, text) => app.RpName = text,
        Kept = app => app.RpName ?? app.Name ?? app.Id,
        Each = AppRules.BrokenText,
    };

    private static Setting<AppOptions> Origins => new TextsSetting<AppOptions>
    {
        Name = nameof(AppOptions.Origins),
        Option = "origin",
        Label = "Origins",
        Help = "An origin of the app's pages, such as https://login.example.com.",
        Meaning = "an exact origin, such as `https://login.example.com`, without a path; `http` only for `localhost`; or "
            + "`android:apk-key-hash:…`; or `chrome-extension://` and the id of an extension that has host permissions for "
            + "the RP ID",
        Default = "",
        None = "none",
        Section = Places,
        List = app => app.Origins,
        Kept = ToAscii,
        Each = (origin, app) => AppRules.BrokenRpId(app.RpId) is null ? AppRules.BrokenOrigin(origin, Domain.ToAscii(app.RpId)!) : null,
        Rule = (app, _) => app.Origins.Count == 0 && app.AndroidApps.Count == 0 && app.AppleApps.Count == 0
            && AppRules.BrokenRpId(app.RpId) is null
                ? $"is empty and should name the origins of your pages, such as https://{app.RpId}."
                : null,
    };

    private static Setting<AppOptions> RelatedOrigins => new TextsSetting<AppOptions>
    {
        Name = nameof(AppOptions.RelatedOrigins),
        Option = "related-origin",
        Label = "Related origins",
        Help = "An origin on another domain; five names at most. The RP ID's domain has to serve /.well-known/webauthn.",
        Meaning = "an `https` origin on another domain whose pages use the same passkeys; at most five different names",
        Default = "",
        None = "none",
        Section = Places,
        List = app => app.RelatedOrigins,
        Kept = ToAscii,
        Each = (origin, app)
            => AppRules.BrokenRpId(app.RpId) is null ? DomainRules.BrokenRelatedOrigin(origin, Domain.ToAscii(app.RpId)!) : null,
        Rule = (app, _) => AppRules.BrokenRpId(app.RpId) is null ? DomainRules.BrokenLabels(app.RelatedOrigins) : null,
    };

    private static Setting<AppOptions> AndroidApps => new RecordsSetting<AppOptions, AndroidAppOptions>
    {
        Name = nameof(AppOptions.AndroidApps),
        Option = "android-app",
        Label = "Android apps",
        Help = "The package's name, and the SHA-256 fingerprint of each signing certificate.",
        Example = "PACKAGE=FINGERPRINT[,FINGERPRINT…]",
        Meaning = "an Android app: its package name, and the SHA-256 fingerprint of each signing certificate, as `keytool` and "
            + "the Play Console print it. Its `android:apk-key-hash:…` origin is added automatically",
        Default = "",
        None = "none",
        Section = Places,
        List = app => app.AndroidApps,
        ToWords = android => android.CertificateFingerprints.Prepend(android.Package),
        OfWords = words =>
        {
            var android = new AndroidAppOptions { Package = words is [var package, ..] ? package : "" };
            foreach (var fingerprint in words.Skip(1))
                android.CertificateFingerprints.Add(fingerprint);
            return android;
        },
        Parts =
        [
            new TextSetting<AndroidAppOptions>
            {
                Name = nameof(AndroidAppOptions.Package),
                IsRequired = true,
                Get = android => android.Package,
                Set = (android, text) => android.Package = text ?? "",
                Each = DomainRules.BrokenPackage,
            },
            new TextsSetting<AndroidAppOptions>
            {
                Name = nameof(AndroidAppOptions.CertificateFingerprints),
                IsRequired = true,
                List = android => android.CertificateFingerprints,
                Kept = text => AndroidApp.ToFingerprint(text) ?? text,
                Each = (text, _) => DomainRules.BrokenFingerprint(text),
                Rule = (android, _) => android.CertificateFingerprints.Count == 0 ? DomainRules.NoFingerprint : null,
            },
        ],
    };

    private static Setting<AppOptions> AppleApps => new TextsSetting<AppOptions>
    {
        Name = nameof(AppOptions.AppleApps),
        Option = "apple-app",
        Label = "Apple apps",
        Help = "Team id, a dot, bundle id.",
        Meaning = "an iOS or macOS app: team id, dot, bundle id, such as `ABCDE12345.com.example.shop`. Its origin, `https://` "
            + "and the RP ID, is added automatically",
        Default = "",
        None = "none",
        Section = Places,
        List = app => app.AppleApps,
        Each = (text, _) => DomainRules.BrokenAppleApp(text),
    };

    private static Setting<AppOptions> PasskeyEndpoints => new PartSetting<AppOptions, PasskeyEndpointsOptions>
    {
        Name = nameof(AppOptions.PasskeyEndpoints),
        Meaning = "`https` addresses of pages that password managers may open for your users: to create a passkey, to manage "
            + "passkeys, and to learn what prf is used for",
        Part = app => app.PasskeyEndpoints,
        Parts =
        [
            Page(nameof(PasskeyEndpointsOptions.Enroll), "enroll-url", "Create", "Where users create a passkey: https://…",
                pages => pages.Enroll, (pages, url) => pages.Enroll = url),
            Page(nameof(PasskeyEndpointsOptions.Manage), "manage-url", "Manage", "Where users see and remove their passkeys: https://…",
                pages => pages.Manage, (pages, url) => pages.Manage = url),
            Page(nameof(PasskeyEndpointsOptions.PrfUsageDetails), "prf-usage-url", "Use of prf",
                "What the prf extension is used for: https://…",
                pages => pages.PrfUsageDetails, (pages, url) => pages.PrfUsageDetails = url),
        ],
    };

    private static Setting<AppOptions> TopOrigins => new TextsSetting<AppOptions>
    {
        Name = nameof(AppOptions.TopOrigins),
        Option = "top-origin",
        Label = "Pages that may frame yours",
        Help = "An origin of another site whose pages may frame the app's and run ceremonies there.",
        Meaning = "origins of other sites whose pages may show yours in a frame and use passkeys there",
        Section = Frames,
        List = app => app.TopOrigins,
        Kept = ToAscii,
        Each = static (origin, app) => AppRules.BrokenWebOrigin(origin, "portal.example.com", out _),
    };

    private static Setting<AppOptions> AllowUnnamedTopOrigin => new FlagSetting<AppOptions>
    {
        Name = nameof(AppOptions.AllowUnnamedTopOrigin),
        Option = "allow-unnamed-top-origin",
        Label = "Allow pages that the browser does not name",
        Help = "Any site may then frame yours, in older browsers.",
        Meaning = "also allow frames when the browser does not name the page around them; any site can then frame yours",
        Default = "`false`",
        Section = Frames,
        Get = app => app.AllowUnnamedTopOrigin,
        Set = (app, flag) => app.AllowUnnamedTopOrigin = flag,
    };

    private static TextSetting<PasskeyEndpointsOptions> Page(
        string name, string option, string label, string help, Func<PasskeyEndpointsOptions, string?> get,
        Action<PasskeyEndpointsOptions, string?> set) => new()
        {
            Name = name,
            Option = option,
            Label = label,
            Help = help,
            IsOptional = true,
            Section = PasswordManagers,
            Get = get,
            Set = set,
            Each = DomainRules.BrokenPage,
        };

    private static string ToAscii(string origin) => Domain.ToOrigin(origin) is var (ascii, _) ? ascii : origin;
}
