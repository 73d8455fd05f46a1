using System.Diagnostics;
using OpenPassage.Server.Values;
using OpenPassage.WebAuthn;
using OpenPassage.WebAuthn.Attestation;
using OpenPassage.WebAuthn.Cose;

namespace OpenPassage.Server.Apps;

/// <summary>An app as it was when it was read: a snapshot that never changes.</summary>
internal sealed record App
{
    private static readonly HashSet<string> None = [];

    public required AppId Id { get; init; }
    public required string Name { get; init; }

    /// <summary>Which product it is an app of.</summary>
    public AppType Type { get; init; }

    /// <summary>All that is set of it, for what further products add. Nobody changes it.</summary>
    public AppOptions Settings { get; init; } = new();

    /// <summary>
    /// Its <see cref="RelyingParty.Origins"/> are all that may run ceremonies: those below, and those that its
    /// native apps sign for.
    /// </summary>
    public required RelyingParty RelyingParty { get; init; }

    /// <summary>The origins on the RP ID's own domain.</summary>
    public IReadOnlyList<string> Origins { get; init; } = [];

    /// <summary>The origins on other domains, which browsers admit because the RP ID's domain names them.</summary>
    public IReadOnlyList<string> RelatedOrigins { get; init; } = [];

    public IReadOnlyList<AndroidApp> AndroidApps { get; init; } = [];

    /// <summary>Each a team id, a dot and a bundle id.</summary>
    public IReadOnlyList<string> AppleApps { get; init; } = [];

    public PasskeyEndpoints PasskeyEndpoints { get; init; } = new(null, null, null);
    public UserVerification UserVerification { get; init; } = UserVerification.Required;

    /// <summary>The only kind of authenticator to register; null: whichever the page asks for.</summary>
    public AuthenticatorAttachment? Attachment { get; init; }

    public IReadOnlyList<Hint> Hints { get; init; } = [];

    /// <summary>What authenticators are asked to prove.</summary>
    public AttestationConveyance Conveyance { get; init; }

    /// <summary>What is made of what they prove.</summary>
    public AttestationPolicy Attestation { get; init; } = AttestationPolicy.AcceptAny;

    /// <summary>The formats of attestation that browsers are told to prefer; the others are not believed. Empty: all.</summary>
    public IReadOnlyList<string> AttestationFormats { get; init; } = [];

    /// <summary>What new passkeys may be made with; null: all that the relying party verifies.</summary>
    public IReadOnlyList<CoseAlgorithm>? Algorithms { get; init; }

    /// <summary>What a new passkey's backup flags must be; null in the place of either: whichever.</summary>
    public (bool? Eligible, bool? BackedUp) Backup { get; init; }

    /// <summary>How long a browser waits for the user; null: the server's <see cref="OpenPassageOptions.HandshakeLifetime"/>.</summary>
    public TimeSpan? CeremonyTimeout { get; init; }

    /// <inheritdoc cref="AppRecord.RpIdIsClaimed"/>
    public bool RpIdIsClaimed { get; init; }

    public IReadOnlyList<ApiKey> ApiKeys { get; init; } = [];

    /// <summary>What a call's Origin header may say: the origins of pages, and those that Android apps may name themselves by.</summary>
    public IReadOnlySet<string> CallOrigins { get; init; } = None;

    /// <summary>
    /// The origins that native apps sign for. Only they finish what was begun without an Origin header, which every browser sends
    /// and no native app does.
    /// </summary>
    public IReadOnlySet<string> NativeOrigins { get; init; } = None;

    /// <summary>Whether pages may have a passkey made in passing, without a prompt (mediation "conditional").</summary>
    public bool ConditionalCreate { get; init; } = true;

    /// <summary>Whether a new passkey is inactive until the app's backend has verified its nonce.</summary>
    public bool HoldNewPasskeys { get; init; }

    /// <summary>What a signature counter that does not grow leads to.</summary>
    public CounterPolicy Counter { get; init; }

    /// <summary>The percentage of users whom pages are advised to ask for a passkey.</summary>
    public int PromptShare { get; init; } = 100;
}

/// <summary>Which product an app belongs to.</summary>
internal enum AppType
{
    /// <summary>Passkeys beside a login that the app has.</summary>
    Flex,

    /// <summary>The login itself: accounts, passkeys, tokens, sessions.</summary>
    Complete,
}

/// <summary>The words for it, in the configuration and on the wire.</summary>
internal static class AppTypes
{
    public const string Flex = "flex";
    public const string Complete = "complete";

    public static AppType Of(string word) => word == Complete ? AppType.Complete : AppType.Flex;
}

/// <summary>Where an app comes from, and so who may change it.</summary>
internal enum AppSource
{
    /// <summary>The configuration, which is applied at every start.</summary>
    Declared,

    /// <summary>The configuration once, and no longer.</summary>
    Kept,

    /// <summary>A start without any app.</summary>
    Demo,

    /// <summary>Management: the console, the command line or the API.</summary>
    Managed,
}

internal static class AppSources
{
    public static string ToWord(this AppSource source) => source switch
    {
        AppSource.Declared => "declared",
        AppSource.Kept => "kept",
        AppSource.Demo => "demo",
        AppSource.Managed => "managed",
        _ => throw new ArgumentOutOfRangeException(nameof(source)),
    };

    public static AppSource ToSource(string word) => word switch
    {
        "declared" => AppSource.Declared,
        "kept" => AppSource.Kept,
        "demo" => AppSource.Demo,
        "managed" => AppSource.Managed,
        _ => throw new UnreachableException(),
    };
}

/// <summary>An app's row: its settings (API keys are elsewhere) and where they come from.</summary>
internal sealed record AppRecord(AppOptions Settings, AppSource Source, bool InService, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt)
{
    /// <summary>
    /// A key of the app itself has chosen its RP ID, and nobody who manages the server has changed the app since. In the documents of
    /// the domain it gives way to apps that the server has let in.
    /// </summary>
    public bool RpIdIsClaimed { get; init; }

    /// <summary>Why management cannot change it: a sentence; null: it can.</summary>
    public string? ReadOnlyBecause => Source switch
    {
        AppSource.Declared =>
            $"This app is declared in the server's configuration ({OpenPassageOptions.Section}:{nameof(OpenPassageOptions.Apps)}), "
                + "which is applied at every start. Change it there, or take it out there to manage it here.",
        AppSource.Demo => "This is the demo, which a start without any app makes. It goes at the first start with an app of your own.",
        _ => null,
    };
}
