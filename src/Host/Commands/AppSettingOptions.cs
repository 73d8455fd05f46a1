using System.CommandLine;
using OpenPassage.Server;
using OpenPassage.Server.Manage;
using OpenPassage.Server.WellKnown;

namespace OpenPassage.Host.Commands;

/// <summary>An app's settings as options.</summary>
internal sealed class AppSettingOptions
{
    private readonly Option<string?> name = Arguments.Text("--name", "The app's name.");
    private readonly Option<string?> rpId = Arguments.Text(
        "--rp-id", "The domain that passkeys belong to. Cannot be changed after the first passkey.");
    private readonly Option<string?> rpName = Arguments.Text("--rp-name", "The name that authenticators may show. Default: the name.");
    private readonly Option<string[]> origins = Arguments.Texts(
        "--origin", "An origin of the app's pages, such as https://login.example.com. May be repeated.");
    private readonly Option<string[]> relatedOrigins = Arguments.Texts(
        "--related-origin", "An origin on another domain whose pages use the same passkeys. May be repeated.");
    private readonly Option<string[]> androidApps = Arguments.Texts(
        "--android-app", "An Android app: PACKAGE=FINGERPRINT[,FINGERPRINT…]. May be repeated.");
    private readonly Option<string[]> appleApps = Arguments.Texts(
        "--apple-app", "An iOS or macOS app: team id, dot, bundle id. May be repeated.");
    private readonly Option<string?> userVerification = Arguments.Word(
        "--user-verification", "Whether the authenticator must check the user's PIN, fingerprint or face",
        "required", "preferred", "discouraged");
    private readonly Option<string?> attachment = Arguments.Word(
        "--attachment", "The kind of authenticator that can be registered", "platform", "cross-platform", "any");
    private readonly Option<string[]> hints = Arguments.Texts(
        "--hint", "What browsers offer first: client-device, security-key or hybrid. May be repeated.");
    private readonly Option<string?> attestation = Arguments.Word(
        "--attestation", "The attestation to ask authenticators for", "none", "indirect", "direct", "enterprise");
    private readonly Option<bool?> requireAttestation = new("--require-attestation")
    {
        Description = "Whether to refuse authenticators without trusted attestation: true or false.",
    };
    private readonly Option<string?> untrustedAttestation = Arguments.Word("--untrusted-attestation",
        "What to do with attestation that is not trusted", "report", "refuse");
    private readonly Option<string[]> attestationFormats = Arguments.Texts("--attestation-format",
        "An attestation format to accept, such as packed. May be repeated. Default: all.");
    private readonly Option<bool?> allowSha1 = new("--allow-sha1")
    {
        Description = "Whether to trust TPM attestation signed over SHA-1: true or false.",
    };

    private readonly Option<string[]> refusedStatuses = Arguments.Texts("--refuse-status",
        "Refuse models that have this status in FIDO's metadata, such as REVOKED; or none. May be repeated.");
    private readonly Option<string?> syncedPasskeys = Arguments.Word(
        "--synced-passkeys", "What to do with new passkeys that are synced between devices",
        "allow", "refuse", "require", "backed-up");
    private readonly Option<string[]> algorithms = Arguments.Texts("--algorithm",
        "An algorithm for new passkeys, such as ES256, most preferred first. May be repeated. Default: all.");
    private readonly Option<string[]> topOrigins = Arguments.Texts("--top-origin",
        "An origin whose pages may show the app's pages in a frame. May be repeated.");
    private readonly Option<bool?> allowUnnamedTopOrigin = new("--allow-unnamed-top-origin")
    {
        Description = "Whether to allow frames when the browser does not name the page around them: true or false.",
    };

    private readonly Option<string?> enroll = Arguments.Text("--enroll-url",
        "The page where users create a passkey, for password managers. Empty: none.");
    private readonly Option<string?> manage = Arguments.Text(
        "--manage-url", "The page where users manage their passkeys, for password managers. Empty: none.");
    private readonly Option<string?> prfUsage = Arguments.Text(
        "--prf-usage-url", "The page that explains what prf is used for. Empty: none.");
    private readonly Option<string[]> allowedAaguids = Arguments.Texts(
        "--allow-aaguid", "The AAGUID of a model that can be registered. May be repeated. Default: all.");
    private readonly Option<string[]> deniedAaguids = Arguments.Texts(
        "--deny-aaguid", "The AAGUID of a model that cannot be registered. May be repeated.");
    private readonly Option<TimeSpan?> timeout = Arguments.Span(
        "--ceremony-timeout", "How long a browser waits for the user, such as 2m. 0s: the server's default.");
    private readonly Option<bool?> conditionalCreate = new("--conditional-create")
    {
        Description = "Whether pages may create a passkey without a prompt after another sign-in: true or false.",
    };
    private readonly Option<bool?> holdNewPasskeys = new("--hold-new-passkeys")
    {
        Description = "Whether a new passkey stays inactive until a backend has verified its nonce: true or false.",
    };
    private readonly Option<string?> counterPolicy = Arguments.Word(
        "--counter-policy", "What to do when a signature counter does not increase", "report", "refuse");

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
