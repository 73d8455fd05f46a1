using System.Security.Cryptography;
using System.Text;
using OpenPassage.WebAuthn.Attestation;
using OpenPassage.WebAuthn.Cose;

namespace OpenPassage.WebAuthn;

/// <summary>
/// The front door: options and verdict for registration and for authentication. Immutable and thread-safe; it decides and
/// never fetches: the caller looks up, passes values in, and saves what comes out.
/// </summary>
public sealed record RelyingParty
{
    private const int MaxOriginLength = 512;

    private readonly HashSet<string> origins;
    private readonly HashSet<string> topOrigins = new(StringComparer.Ordinal);
    private readonly byte[] idHash;

    /// <summary>A relying party.</summary>
    /// <param name="id">The RP ID: a domain such as <c>example.com</c>, compared by its SHA-256 (§7.1 step 14, §7.2 step 15).</param>
    /// <param name="name">A name for people. Browsers no longer show it, but still require it.</param>
    /// <param name="origins">
    /// Exact origins that may run ceremonies, such as <c>https://login.example.com</c> or <c>android:apk-key-hash:…</c> (§13.5.9).
    /// </param>
    /// <exception cref="ArgumentException">An empty id, or no origin.</exception>
    public RelyingParty(string id, string name, IEnumerable<string> origins)
    {
        ArgumentException.ThrowIfNullOrEmpty(id);
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(origins);
        Id = id;
        Name = name;
        this.origins = new HashSet<string>(origins, StringComparer.Ordinal);
        if (this.origins.Count == 0)
            throw new ArgumentException("A relying party expects at least one origin.", nameof(origins));
        idHash = SHA256.HashData(Encoding.UTF8.GetBytes(id));
    }

    /// <summary>The RP ID.</summary>
    public string Id { get; }

    /// <summary>A name for people.</summary>
    public string Name { get; }

    /// <summary>The origins that may run ceremonies, compared byte by byte.</summary>
    public IReadOnlySet<string> Origins => origins;

    /// <summary>Origins of pages that may frame a ceremony. Empty: framing is refused (§7.1 steps 10 and 11).</summary>
    public IReadOnlySet<string> TopOrigins
    {
        get => topOrigins;
        init => topOrigins = new HashSet<string>(value, StringComparer.Ordinal);
    }

    /// <summary>
    /// Accept a framed ceremony whose browser does not name the page around it, as browsers before <c>topOrigin</c> do.
    /// Default: false. If true, only the browser decides which page may frame a ceremony.
    /// </summary>
    public bool AllowUnnamedTopOrigin { get; init; }

    /// <summary>The algorithms to offer and to verify. Default: all that this machine can verify.</summary>
    public AlgorithmSet Algorithms { get; init; } = AlgorithmSet.Supported;

    /// <summary>The attestation statement formats to verify. Default: all that are known.</summary>
    public AttestationFormatSet Formats { get; init; } = AttestationFormatSet.Supported;

    /// <summary>Imported public keys, shared by all sign-ins. Default: one cache for this relying party.</summary>
    public VerificationKeyCache Keys { get; init; } = new();

    /// <summary>What to pass to <c>navigator.credentials.create()</c> (§7.1 step 1).</summary>
    /// <exception cref="ArgumentException">
    /// The request contradicts itself, or asks for an algorithm outside <see cref="Algorithms"/>.
    /// </exception>
    public CreationOptions StartRegistration(RegistrationRequest request) => new(this, request);

    /// <summary>§7.1, every step in order. Never throws on what a stranger sent.</summary>
    public Verdict<Registration> FinishRegistration(RegistrationResponse response, RegistrationExpectation expected)
    {
        ArgumentNullException.ThrowIfNull(response);
        ArgumentNullException.ThrowIfNull(expected);
        return Registration.Verify(this, response, expected);
    }

    /// <summary>What to pass to <c>navigator.credentials.get()</c> (§7.2 step 1).</summary>
    /// <exception cref="ArgumentException">The request contradicts itself.</exception>
    public RequestOptions StartAuthentication(AuthenticationRequest request) => new(this, request);

    /// <summary>
    /// §7.2, every step in order, with the stored <paramref name="record"/> of the response's id. Never throws on what a stranger
    /// sent.
    /// </summary>
    public Verdict<Authentication> FinishAuthentication(
        AuthenticationResponse response, AuthenticationExpectation expected, CredentialRecord record)
    {
        ArgumentNullException.ThrowIfNull(response);
        ArgumentNullException.ThrowIfNull(expected);
        ArgumentNullException.ThrowIfNull(record);
        return Authentication.Verify(this, response, expected, record);
    }

    /// <summary>The listed origin that client data names; null when it names none, or another than the one or those expected.</summary>
    internal string? FindOrigin(ReadOnlySpan<byte> utf8, string? expected, IReadOnlySet<string>? among)
    {
        if (Find(origins, utf8) is not { } origin)
            return null;
        if (expected is not null && !string.Equals(origin, expected, StringComparison.Ordinal))
            return null;
        return among is null || among.Contains(origin) ? origin : null;
    }

    /// <summary>The listed framing origin that client data names; null when it names none.</summary>
    internal string? FindTopOrigin(ReadOnlySpan<byte> utf8) => Find(topOrigins, utf8);

    /// <summary>Whether a ceremony may run in a frame of another origin, given that the browser names the page around it or not.</summary>
    internal bool AllowsFraming(bool named) => AllowUnnamedTopOrigin || (named && topOrigins.Count > 0);

    /// <summary>Whether a hash is the SHA-256 of this RP ID.</summary>
    internal bool IsIdHash(ReadOnlySpan<byte> hash) => hash.SequenceEqual(idHash);

    private static string? Find(HashSet<string> listed, ReadOnlySpan<byte> utf8)
    {
        if (utf8.Length > MaxOriginLength)
            return null;
        Span<char> text = stackalloc char[MaxOriginLength];
        text = text[..Encoding.UTF8.GetChars(utf8, text)];
        return listed.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(text, out var found) ? found : null;
    }
}
