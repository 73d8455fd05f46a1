using System.CommandLine;
using OpenPassage.Server;
using OpenPassage.Server.Manage;
using OpenPassage.Server.WellKnown;

namespace OpenPassage.Host.Commands;

/// <summary>An app's settings as options.</summary>
internal sealed class AppSettingOptions
{
    private readonly Option<string?> name = Arguments.Text("--name", "A name for people.");
    private readonly Option<string?> rpId = Arguments.Text("--rp-id", "The domain that passkeys belong to; fixed once there is one.");
    private readonly Option<string?> rpName = Arguments.Text("--rp-name", "What authenticators may show.");
    private readonly Option<string[]> origins = Arguments.Texts("--origin", "An origin of the app's pages, such as https://login.example.com. May be repeated.");
    private readonly Option<string[]> relatedOrigins = Arguments.Texts("--related-origin", "An origin on another domain. May be repeated.");
    private readonly Option<string[]> androidApps = Arguments.Texts("--android-app", "PACKAGE=FINGERPRINT[,FINGERPRINT…]. May be repeated.");
    private readonly Option<string[]> appleApps = Arguments.Texts("--apple-app", "Team id, dot, bundle id. May be repeated.");
    private readonly Option<string?> userVerification = Arguments.Word("--user-verification", "Whether PIN, fingerprint or face is demanded", "required", "preferred", "discouraged");
    private readonly Option<string?> attachment = Arguments.Word("--attachment", "The only kind of authenticator to register", "platform", "cross-platform", "any");
    private readonly Option<string[]> hints = Arguments.Texts("--hint", "client-device, security-key or hybrid; most likely first. May be repeated.");
    private readonly Option<string?> attestation = Arguments.Word("--attestation", "What authenticators are asked to prove", "none", "indirect", "direct", "enterprise");
    private readonly Option<bool?> requireAttestation = new("--require-attestation") { Description = "Whether to refuse what nobody vouches for: true or false." };
    private readonly Option<string?> untrustedAttestation = Arguments.Word("--untrusted-attestation",
        "What to do with attestation that nobody vouches for", "report", "refuse");
    private readonly Option<string[]> attestationFormats = Arguments.Texts("--attestation-format",
        "The only formats to believe, such as packed. May be repeated.");
    private readonly Option<bool?> allowSha1 = new("--allow-sha1")
    {
        Description = "Whether to believe TPMs that sign over SHA-1: true or false.",
    };

    private readonly Option<string[]> refusedStatuses = Arguments.Texts("--refuse-status",
        "A status of FIDO's metadata to refuse a model for, such as REVOKED, or none. May be repeated.");
    private readonly Option<string?> syncedPasskeys = Arguments.Word("--synced-passkeys", "New passkeys that are synced between devices",
        "allow", "refuse", "require", "backed-up");
    private readonly Option<string[]> algorithms = Arguments.Texts("--algorithm",
        "The only algorithms to offer, such as ES256; most preferred first. May be repeated.");
    private readonly Option<string[]> topOrigins = Arguments.Texts("--top-origin",
        "An origin whose pages may frame the app's. May be repeated.");
    private readonly Option<bool?> allowUnnamedTopOrigin = new("--allow-unnamed-top-origin")
    {
        Description = "Whether to allow frames whose browser does not name the page around them: true or false.",
    };

    private readonly Option<string?> enroll = Arguments.Text("--enroll-url",
        "The page on which users make a passkey, for password managers; empty: none.");
    private readonly Option<string?> manage = Arguments.Text("--manage-url", "The page on which users manage their passkeys; empty: none.");
    private readonly Option<string?> prfUsage = Arguments.Text("--prf-usage-url", "The page that tells what prf is used for; empty: none.");
    private readonly Option<string[]> allowedAaguids = Arguments.Texts("--allow-aaguid", "The only models to register. May be repeated.");
    private readonly Option<string[]> deniedAaguids = Arguments.Texts("--deny-aaguid", "A model never to register. May be repeated.");
    private readonly Option<TimeSpan?> timeout = Arguments.Span("--ceremony-timeout", "How long a browser waits for the user, such as 2m; 0s: the server's.");
    private readonly Option<bool?> conditionalCreate = new("--conditional-create")
    {
        Description = "Whether pages may have a passkey made in passing, without a prompt: true or false.",
    };
    private readonly Option<bool?> holdNewPasskeys = new("--hold-new-passkeys")
    {
        Description = "Whether a new passkey is inactive until a backend has verified its nonce: true or false.",
    };
    private readonly Option<string?> counterPolicy = Arguments.Word(
        "--counter-policy", "What to do when a signature counter does not grow", "report", "refuse");

    public void AddTo(Command command)
    {
        Option[] all =
        [
            name, rpId, rpName, origins, relatedOrigins, androidApps, appleApps, userVerification, attachment, hints, attestation,
            requireAttestation, .. Policy, allowedAaguids, deniedAaguids, timeout, conditionalCreate, holdNewPasskeys, counterPolicy,
        ];
        foreach (var option in all)
            command.Add(option);
    }

    private Option[] Policy =>
        [untrustedAttestation, attestationFormats, allowSha1, refusedStatuses, syncedPasskeys, algorithms, topOrigins,
            allowUnnamedTopOrigin, enroll, manage, prfUsage];

    /// <summary>Writes what was named into an app's settings. Of the pages for password managers each stands for itself here.</summary>
    public void ApplyTo(Session session, AppOptions app)
    {
        Read(session).ApplyTo(app);
        app.PasskeyEndpoints.Enroll = Page(session, enroll, app.PasskeyEndpoints.Enroll);
        app.PasskeyEndpoints.Manage = Page(session, manage, app.PasskeyEndpoints.Manage);
        app.PasskeyEndpoints.PrfUsageDetails = Page(session, prfUsage, app.PasskeyEndpoints.PrfUsageDetails);
    }

    private UpdateAppRequest Read(Session session) => new()
    {
        Name = session.Value(name),
        RpId = session.Value(rpId),
        RpName = session.Value(rpName),
        Origins = List(session, origins),
        RelatedOrigins = List(session, relatedOrigins),
        AndroidApps = List(session, androidApps)?.Select(ToAndroidApp).ToList(),
        AppleApps = List(session, appleApps),
        UserVerification = session.Value(userVerification),
        Attachment = session.Value(attachment) is { } word ? (word == "any" ? "" : word) : null,
        Hints = List(session, hints),
        Attestation = session.Value(attestation),
        RequireAttestation = session.Value(requireAttestation),
        UntrustedAttestation = session.Value(untrustedAttestation),
        AttestationFormats = List(session, attestationFormats),
        AllowSha1 = session.Value(allowSha1),
        RefusedStatuses = List(session, refusedStatuses),
        SyncedPasskeys = session.Value(syncedPasskeys),
        Algorithms = List(session, algorithms),
        TopOrigins = List(session, topOrigins),
        AllowUnnamedTopOrigin = session.Value(allowUnnamedTopOrigin),
        AllowedAaguids = List(session, allowedAaguids),
        DeniedAaguids = List(session, deniedAaguids),
        CeremonyTimeoutSeconds = (long?)session.Value(timeout)?.TotalSeconds,
        ConditionalCreate = session.Value(conditionalCreate),
        HoldNewPasskeys = session.Value(holdNewPasskeys),
        CounterPolicy = session.Value(counterPolicy),
    };

    private static string? Page(Session session, Option<string?> option, string? before) =>
        session.Value(option) is { } url ? (url.Length == 0 ? null : url) : before;

    private static ManagedAndroidApp ToAndroidApp(string text) =>
        text.Split('=', 2) is [var package, var fingerprints] ? new(package, fingerprints.Split(',')) : new(text, []);

    // One empty text empties the list.
    private static List<string>? List(Session session, Option<string[]> option) => session.Parsed.GetResult(option) is { Implicit: false } ? [.. session.Value(option).Where(item => item.Length > 0)] : null;
}
