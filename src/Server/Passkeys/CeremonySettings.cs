using OpenPassage.Server.Apps;
using OpenPassage.Server.Settings;

namespace OpenPassage.Server.Passkeys;

/// <summary>What ceremonies ask for, and what new passkeys must be.</summary>
internal static class CeremonySettings
{
    public static readonly SettingSection Ceremonies = new("Ceremonies");

    /// <summary>In the order in which JSON has them.</summary>
    public static IReadOnlyList<Setting<AppOptions>> All { get; } =
    [
        UserVerification, Attachment, Hints, SyncedPasskeys, Algorithms, CeremonyTimeout, ConditionalCreate, HoldNewPasskeys,
        CounterPolicy, PromptShare,
    ];

    private static Setting<AppOptions> UserVerification => new TextSetting<AppOptions>
    {
        Name = nameof(AppOptions.UserVerification),
        Option = "user-verification",
        Label = "User verification",
        Help = "Whether the authenticator checks who is there, by PIN, fingerprint or face.",
        Meaning = "whether the authenticator must check the user by PIN, fingerprint or face: `required`, `preferred` or "
            + "`discouraged`",
        Default = "`required`",
        Unsaid = "required",
        Words = ["required", "preferred", "discouraged"],
        Section = Ceremonies,
        Get = app => app.UserVerification,
        Set = (app, word) => app.UserVerification = word ?? "",
    };

    private static Setting<AppOptions> Attachment => new TextSetting<AppOptions>
    {
        Name = nameof(AppOptions.Attachment),
        Option = "attachment",
        Label = "Authenticators",
        Help = "The only kind of authenticator to register.",
        Meaning = "`platform` or `cross-platform`: the only kind of authenticator that can be registered, whatever the page "
            + "asks for",
        Default = "either",
        IsOptional = true,
        Words = [("platform", "built into the device"), ("cross-platform", "security keys and phones")],
        Section = Ceremonies,
        Get = app => app.Attachment,
        Set = (app, word) => app.Attachment = word,
    };

    private static Setting<AppOptions> Hints => new TextsSetting<AppOptions>
    {
        Name = nameof(AppOptions.Hints),
        Option = "hint",
        Label = "Hints to the browser",
        Help = "What to offer first; most likely first.",
        Meaning = "what browsers offer first: `client-device`, `security-key`, `hybrid`",
        Words = [("client-device", "This device"), ("security-key", "A security key"), ("hybrid", "A phone, by QR code")],
        Section = Ceremonies,
        List = app => app.Hints,
    };

    private static Setting<AppOptions> SyncedPasskeys => new TextSetting<AppOptions>
    {
        Name = nameof(AppOptions.SyncedPasskeys),
        Option = "synced-passkeys",
        Label = "Synced passkeys",
        Help = "New passkeys that a provider syncs between devices.",
        Meaning = "new passkeys that a provider syncs between devices: `allow`, `refuse`, `require`, or `backed-up`, which "
            + "also requires that they are already backed up",
        Default = "`allow`",
        Unsaid = "allow",
        Words = ["allow", "refuse", "require", ("backed-up", "require, and backed up already")],
        Section = Ceremonies,
        Get = app => app.SyncedPasskeys,
        Set = (app, word) => app.SyncedPasskeys = word ?? "",
    };

    private static Setting<AppOptions> Algorithms => new TextsSetting<AppOptions>
    {
        Name = nameof(AppOptions.Algorithms),
        Option = "algorithm",
        Label = "Algorithms",
        Help = "The only algorithms to offer, such as ES256; most preferred first. Existing passkeys keep working.",
        Meaning = "the algorithms for new passkeys, most preferred first: `ES256`, `EdDSA`, `ES384`, `ES512`, `Ed448`, "
            + "`ML-DSA-44`, `ML-DSA-65`, `ML-DSA-87`, `PS256`, `PS384`, `PS512`, `RS256`, `RS384`, `RS512`, `ES256K`; "
            + "existing passkeys keep working",
        Default = "all",
        Words = [.. PolicyRules.AlgorithmWords],
        Section = Ceremonies,
        List = app => app.Algorithms,
    };

    private static Setting<AppOptions> CeremonyTimeout => new SpanSetting<AppOptions>
    {
        Name = nameof(AppOptions.CeremonyTimeout),
        Option = "ceremony-timeout",
        Label = "Timeout",
        Help = "How long a browser waits for the user.",
        Meaning = "how long a browser waits for the user, and how long a ceremony started for a user is valid",
        Default = "`HandshakeLifetime`",
        None = "the server's own",
        Section = Ceremonies,
        Get = app => app.CeremonyTimeout,
        Set = (app, span) => app.CeremonyTimeout = span,
        Rule = PolicyRules.BrokenTimeout,
    };

    private static Setting<AppOptions> ConditionalCreate => new FlagSetting<AppOptions>
    {
        Name = nameof(AppOptions.ConditionalCreate),
        Option = "conditional-create",
        Label = "Passkeys without a prompt",
        Help = "Whether a page may have one made in passing, after a sign-in by password.",
        Meaning = "whether pages may create a passkey without a prompt, right after another sign-in (`upgrade()`, mediation "
            + "`conditional`)",
        Default = "`true`",
        Unsaid = true,
        Words = [("true", "allowed"), ("false", "refused")],
        Section = Ceremonies,
        Get = app => app.ConditionalCreate,
        Set = (app, flag) => app.ConditionalCreate = flag,
    };

    private static Setting<AppOptions> HoldNewPasskeys => new FlagSetting<AppOptions>
    {
        Name = nameof(AppOptions.HoldNewPasskeys),
        Option = "hold-new-passkeys",
        Label = "Hold new passkeys",
        Help = "A new passkey is inactive until a backend has verified its nonce; unverified, it goes when the nonce expires.",
        Meaning = "keep a new passkey inactive until a backend has verified the nonce of its registration; if that does not "
            + "happen, the passkey is removed when the nonce expires",
        Default = "`false`",
        Section = Ceremonies,
        Get = app => app.HoldNewPasskeys,
        Set = (app, flag) => app.HoldNewPasskeys = flag,
    };

    private static Setting<AppOptions> CounterPolicy => new TextSetting<AppOptions>
    {
        Name = nameof(AppOptions.CounterPolicy),
        Option = "counter-policy",
        Label = "Signature counter that does not increase",
        Help = "It may mean a copied authenticator. A synced passkey is never refused for it.",
        Meaning = "what to do when a signature counter does not increase, which may mean a copied authenticator: `report` or "
            + "`refuse`. A synced passkey is never refused for it",
        Default = "`report`",
        Unsaid = "report",
        Words = [("report", "report it"), ("refuse", "refuse the sign-in")],
        Section = Ceremonies,
        Get = app => app.CounterPolicy,
        Set = (app, word) => app.CounterPolicy = word ?? "",
    };

    private static Setting<AppOptions> PromptShare => new NumberSetting<AppOptions>
    {
        Name = nameof(AppOptions.PromptShare),
        Option = "prompt-share",
        Label = "Users to ask for a passkey, in percent",
        Help = "Pages are advised not to ask the others, and the overview compares both.",
        Meaning = "the percentage of users whom a page is [advised](advice.md) to ask for a passkey, from 0 to 100. A hash of the user's "
            + "id decides, so everybody stays in or out, and the console's overview compares both groups",
        Default = "`100`",
        Unsaid = 100,
        Most = 100,
        Section = Ceremonies,
        Get = app => app.PromptShare,
        Set = (app, number) => app.PromptShare = number,
    };
}
