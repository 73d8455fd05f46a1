using System.CommandLine;
using OpenPassage.Server.Manage;

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
            requireAttestation, allowedAaguids, deniedAaguids, timeout, conditionalCreate, holdNewPasskeys, counterPolicy,
        ];
        foreach (var option in all)
            command.Add(option);
    }

    /// <summary>What was named.</summary>
    public UpdateAppRequest Read(Session session) => new()
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
        AllowedAaguids = List(session, allowedAaguids),
        DeniedAaguids = List(session, deniedAaguids),
        CeremonyTimeoutSeconds = (long?)session.Value(timeout)?.TotalSeconds,
        ConditionalCreate = session.Value(conditionalCreate),
        HoldNewPasskeys = session.Value(holdNewPasskeys),
        CounterPolicy = session.Value(counterPolicy),
    };

    private static ManagedAndroidApp ToAndroidApp(string text) =>
        text.Split('=', 2) is [var package, var fingerprints] ? new(package, fingerprints.Split(',')) : new(text, []);

    // One empty text empties the list.
    private static List<string>? List(Session session, Option<string[]> option) => session.Parsed.GetResult(option) is { Implicit: false } ? [.. session.Value(option).Where(item => item.Length > 0)] : null;
}
