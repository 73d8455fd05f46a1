using System.Collections.Concurrent;

namespace OpenPassage.Server;

/// <summary>
/// What can be configured of the server, section <c>OpenPassage</c>. Read once at start; a wrong value stops the start with a
/// sentence that names the setting.
/// </summary>
public sealed class OpenPassageOptions
{
    /// <summary>The configuration section: <c>OpenPassage</c>.</summary>
    public const string Section = "OpenPassage";

    /// <summary>
    /// Where database, sealing keys and the demo's API key are stored; created for the owner only. Default <c>./data</c>.
    /// </summary>
    public string DataDirectory { get; set; } = "./data";

    /// <summary>
    /// The database: a SQLite file's path or connection string (<c>Data Source=…</c>), relative to <see cref="DataDirectory"/>;
    /// or a connection string for PostgreSQL 15 or newer (<c>Host=…</c>, as Npgsql documents it), which any number of nodes may
    /// share. Default: <c>openpassage.db</c> in the data directory.
    /// </summary>
    public string Database { get; set; } = "openpassage.db";

    /// <summary>The apps to serve, applied at every start. None: demo apps for localhost are created.</summary>
    public IList<AppOptions> Apps { get; } = [];

    /// <summary>How long a backend's transaction may wait for its ceremony. Default 5 minutes.</summary>
    public TimeSpan TransactionLifetime { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>How long a started ceremony of a transaction may take. Default 5 minutes.</summary>
    public TimeSpan HandshakeLifetime { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>How long a ceremony without transaction may wait: a login page open with passkey autofill. Default 60 minutes.</summary>
    public TimeSpan ConditionalHandshakeLifetime { get; set; } = TimeSpan.FromMinutes(60);

    /// <summary>How long a backend may take to verify a nonce. Default 2 minutes.</summary>
    public TimeSpan NonceLifetime { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>How long a user's events are kept. Default 400 days.</summary>
    public TimeSpan EventLifetime { get; set; } = TimeSpan.FromDays(400);

    /// <summary>
    /// Encrypts the keys that tickets are sealed with, where they are kept: files in <see cref="DataDirectory"/>, or rows in a
    /// PostgreSQL database. Every node needs the same one. Default: none.
    /// </summary>
    public CertificateOptions KeyCertificate { get; } = new();

    /// <summary>
    /// Keys that can manage every app and create new ones (<c>/v1/manage</c>), 32 characters or more each. Default: none; others are
    /// created on the machine, with <c>openpassage key create --server</c>.
    /// </summary>
    public IList<string> AdminKeys { get; } = [];

    /// <summary>
    /// A file with the FIDO Metadata Service's blob (MDS 3), which lists authenticator models, their makers and known
    /// problems. Read at start. Default: none, and no model is refused for its status. A file that cannot be used does not stop the
    /// start: attestation is then judged without it, and <c>/health/ready</c>, the console, the log and <c>openpassage doctor</c> say so.
    /// </summary>
    public string? FidoMetadata { get; set; }

    /// <summary>A file with the certificates in PEM that <see cref="FidoMetadata"/> must lead to. Default: FIDO's own roots.</summary>
    public string? FidoMetadataRoot { get; set; }

    /// <summary>
    /// A file with the names of authenticators from FIDO's Convenience Metadata Service (C-MDS). Read at start. Default: none.
    /// For models that the file does not have, the list of names that comes with the server is used.
    /// </summary>
    public string? FidoNames { get; set; }

    /// <summary>A file with certificates in PEM that may vouch for authenticators (§7.1 step 24). Read at start. Default: none.</summary>
    public string? AttestationAnchors { get; set; }

    /// <summary>
    /// The bearer token with which Prometheus reads <c>/metrics</c>, 20 characters or more. Default: none, and there are no
    /// metrics.
    /// </summary>
    public string? MetricsKey { get; set; }

    /// <summary>How many calls a caller may make.</summary>
    public LimitOptions Limits { get; } = new();
}

/// <summary>One app: a relying party and the backends that may speak for it.</summary>
public sealed class AppOptions
{
    /// <summary>The app's id as it stands in URLs, case-sensitive: 1 to 64 letters, digits, <c>-</c> and <c>_</c>.</summary>
    public string Id { get; set; } = "";

    /// <summary>
    /// Which product it is an app of: <c>flex</c> (default), passkeys beside a login, or <c>complete</c>, the login itself, which
    /// <c>AddOpenPassageComplete()</c> serves. It never changes.
    /// </summary>
    public string Type { get; set; } = "flex";

    /// <summary>A name for people. Default: the id.</summary>
    public string? Name { get; set; }

    /// <summary>The RP ID: a domain that every origin's host equals or ends with. It cannot change without losing all passkeys.</summary>
    public string RpId { get; set; } = "";

    /// <summary>The name authenticators may show. Default: <see cref="Name"/>.</summary>
    public string? RpName { get; set; }

    /// <summary>Exact origins such as <c>https://login.example.com</c>, or <c>android:apk-key-hash:…</c> for an Android app.</summary>
    public IList<string> Origins { get; } = [];

    /// <summary>
    /// Origins on other domains whose pages use this app's passkeys too (WebAuthn §5.11), such as <c>https://example.co.uk</c>.
    /// Browsers accept at most five different names.
    /// </summary>
    public IList<string> RelatedOrigins { get; } = [];

    /// <summary>The app's Android apps. The origins that they sign for need not stand in <see cref="Origins"/>.</summary>
    public IList<AndroidAppOptions> AndroidApps { get; } = [];

    /// <summary>
    /// The app's iOS and macOS apps: team id, a dot and bundle id, such as <c>ABCDE12345.com.example.shop</c>. The origin that
    /// they sign for, <c>https://</c> and <see cref="RpId"/>, need not stand in <see cref="Origins"/>.
    /// </summary>
    public IList<string> AppleApps { get; } = [];

    /// <summary>Where users create and manage their passkeys, so that password managers can send them there.</summary>
    public PasskeyEndpointsOptions PasskeyEndpoints { get; } = new();

    /// <summary>The backends' API keys, each 20 characters or more.</summary>
    public IList<string> ApiKeys { get; } = [];

    /// <summary><c>required</c> (default), <c>preferred</c> or <c>discouraged</c>.</summary>
    public string UserVerification { get; set; } = "required";

    /// <summary>Only authenticators of this kind: <c>platform</c> or <c>cross-platform</c>. Default: whichever the page asks for.</summary>
    public string? Attachment { get; set; }

    /// <summary>What browsers offer first, in order: <c>client-device</c>, <c>security-key</c>, <c>hybrid</c>. Default: none.</summary>
    public IList<string> Hints { get; } = [];

    /// <summary>
    /// The attestation to ask authenticators for: <c>none</c> (default), <c>indirect</c>, <c>direct</c> or
    /// <c>enterprise</c>.
    /// </summary>
    public string Attestation { get; set; } = "none";

    /// <summary>
    /// Refuse an authenticator whose attestation leads to no certificate of <see cref="OpenPassageOptions.FidoMetadata"/> or
    /// <see cref="OpenPassageOptions.AttestationAnchors"/>. Default: false; the result is recorded with the passkey.
    /// </summary>
    public bool RequireAttestation { get; set; }

    /// <summary>
    /// What to do with attestation that leads to no trusted certificate, or that cannot be judged: <c>report</c> (default) registers
    /// the passkey and records that it is untrusted, <c>refuse</c> refuses it.
    /// </summary>
    public string UntrustedAttestation { get; set; } = "report";

    /// <summary>
    /// The only attestation formats to accept, most preferred first, such as <c>packed</c> and <c>tpm</c>. Default: all.
    /// </summary>
    public IList<string> AttestationFormats { get; } = [];

    /// <summary>
    /// Trust TPM attestation signed with SHA-1 (RS1), as some Windows machines make it. Default: false; their passkeys register as
    /// untrusted.
    /// </summary>
    public bool AllowSha1 { get; set; }

    /// <summary>
    /// The statuses in <see cref="OpenPassageOptions.FidoMetadata"/> for which a model is refused, such as <c>REVOKED</c>; or
    /// <c>none</c> alone. Default: revoked, and every kind of compromise.
    /// </summary>
    public IList<string> RefusedStatuses { get; } = [];

    /// <summary>
    /// New passkeys that are synced between devices: <c>allow</c> (default), <c>refuse</c>, <c>require</c>, or <c>backed-up</c>, which
    /// also requires that they are already backed up.
    /// </summary>
    public string SyncedPasskeys { get; set; } = "allow";

    /// <summary>
    /// The algorithms to offer for new passkeys, most preferred first, such as <c>ES256</c>. Default: all. Existing passkeys keep working.
    /// </summary>
    public IList<string> Algorithms { get; } = [];

    /// <summary>
    /// Origins of pages on other sites that may show this app's pages in a frame, and run ceremonies there. Default: none.
    /// </summary>
    public IList<string> TopOrigins { get; } = [];

    /// <summary>Allow ceremonies in a frame even if the browser does not name the page around it. Default: false.</summary>
    public bool AllowUnnamedTopOrigin { get; set; }

    /// <summary>
    /// The only models to register, by AAGUID. Without <see cref="RequireAttestation"/> the AAGUID is only a claim. Default: all.
    /// </summary>
    public IList<string> AllowedAaguids { get; } = [];

    /// <summary>Models never to register, by AAGUID. Default: none.</summary>
    public IList<string> DeniedAaguids { get; } = [];

    /// <summary>
    /// How long a browser waits for the user and the ceremony is valid, at most
    /// <see cref="OpenPassageOptions.HandshakeLifetime"/>, which is the default.
    /// </summary>
    public TimeSpan? CeremonyTimeout { get; set; }

    /// <summary>Whether pages may create a passkey without a prompt, right after a sign-in with a password. Default: true.</summary>
    public bool ConditionalCreate { get; set; } = true;

    /// <summary>
    /// Whether a new passkey is inactive until a backend has verified its nonce; otherwise it is removed when the nonce expires.
    /// Default: false.
    /// </summary>
    public bool HoldNewPasskeys { get; set; }

    /// <summary>
    /// What to do when a signature counter does not increase, which may mean a copied authenticator: <c>report</c> (default) or
    /// <c>refuse</c>. A synced passkey is never refused for it.
    /// </summary>
    public string CounterPolicy { get; set; } = "report";

    /// <summary>
    /// The percentage of users whom advice lets a page ask for a passkey, from 0 to 100 (default). Which users they are is decided by a
    /// hash of their ids; the overview compares them with the others.
    /// </summary>
    public int PromptShare { get; set; } = 100;

    private readonly ConcurrentDictionary<Type, object> parts = [];

    /// <summary>What a product beside the server keeps of an app; made with its defaults when it is first asked for.</summary>
    internal T Of<T>()
        where T : class, new()
        => (T)parts.GetOrAdd(typeof(T), static _ => new T());
}

/// <summary>An Android app that uses an app's passkeys.</summary>
public sealed class AndroidAppOptions
{
    /// <summary>The package's name, such as <c>com.example.shop</c>.</summary>
    public string Package { get; set; } = "";

    /// <summary>
    /// The SHA-256 fingerprint of each certificate that the app is signed with, as <c>keytool</c> and the Play Console print it:
    /// 32 bytes in hexadecimal, with or without colons.
    /// </summary>
    public IList<string> CertificateFingerprints { get; } = [];
}

/// <summary>The members of <c>/.well-known/passkey-endpoints</c>: <c>https</c> URLs, each optional.</summary>
public sealed class PasskeyEndpointsOptions
{
    /// <summary>The page on which a user creates a passkey. Default: none.</summary>
    public string? Enroll { get; set; }

    /// <summary>The page on which a user sees and removes passkeys. Default: none.</summary>
    public string? Manage { get; set; }

    /// <summary>The page that explains what the app does with the prf extension. Default: none.</summary>
    public string? PrfUsageDetails { get; set; }
}

/// <summary>A certificate with its private key.</summary>
public sealed class CertificateOptions
{
    /// <summary>A PKCS#12 file (<c>.pfx</c>, <c>.p12</c>) with an RSA key. Empty: no certificate.</summary>
    public string Path { get; set; } = "";

    /// <summary>The file's password. Default: none.</summary>
    public string? Password { get; set; }
}

/// <summary>Limits on load; 0 switches a limit off.</summary>
public sealed class LimitOptions
{
    /// <summary>
    /// Calls a minute from one address to the browser's endpoints of one app; the console's pages, documents, preflights and whatever
    /// else needs no key are counted beside them, each kind up to the same number. Default 600.
    /// </summary>
    public int BrowserCallsPerMinute { get; set; } = 600;

    /// <summary>
    /// Questions a minute from one network whether a Complete app has a user; a network is an IPv4 address, or the first 64 bits of an
    /// IPv6 address. Default 300.
    /// </summary>
    public int LookupsPerMinute { get; set; } = 300;

    /// <summary>The same for one email address or phone number, from wherever. Default 60.</summary>
    public int LookupsPerIdentifierPerMinute { get; set; } = 60;

    /// <summary>Calls a minute with a wrong API key from one address. Default 60.</summary>
    public int FailedKeysPerMinute { get; set; } = 60;

    /// <summary>
    /// Events of refused ceremonies a minute that are kept for one app on one node; only ceremonies that its backend has started
    /// count. Default 120.
    /// </summary>
    public int RefusedCeremoniesPerMinute { get; set; } = 120;
}
