using OpenPassage.WebAuthn.Cose;

namespace OpenPassage.WebAuthn;

/// <summary>
/// The front door: options and verdict for registration and for authentication. Immutable and thread-safe; it decides and
/// never fetches: the caller looks up, passes values in, and saves what comes out.
/// </summary>
public sealed record RelyingParty
{
    /// <summary>A relying party.</summary>
    /// <param name="id">The RP ID: a domain such as <c>example.com</c>, compared by its SHA-256 (§5.1.7, step "rpIdHash").</param>
    /// <param name="name">A name for people. Browsers no longer show it, and still require it.</param>
    /// <param name="origins">Exact origins that may run ceremonies, such as <c>https://login.example.com</c> or <c>android:apk-key-hash:…</c> (§13.4.9).</param>
    /// <exception cref="ArgumentException">An empty id, or no origin.</exception>
    public RelyingParty(string id, string name, IEnumerable<string> origins)
    {
        ArgumentException.ThrowIfNullOrEmpty(id);
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(origins);
        Id = id;
        Name = name;
        Origins = new HashSet<string>(origins, StringComparer.Ordinal);
        if (Origins.Count == 0)
            throw new ArgumentException("A relying party expects at least one origin.", nameof(origins));
    }

    /// <summary>The RP ID.</summary>
    public string Id { get; }

    /// <summary>A name for people.</summary>
    public string Name { get; }

    /// <summary>The origins that may run ceremonies, compared byte by byte.</summary>
    public IReadOnlySet<string> Origins { get; }

    /// <summary>Origins of pages that may frame a ceremony. Empty: framing is refused (§7.1 steps 10 and 11).</summary>
    public IReadOnlySet<string> TopOrigins { get; init; } = new HashSet<string>(StringComparer.Ordinal);

    /// <summary>What to pass to <c>navigator.credentials.create()</c>.</summary>
    public CreationOptions StartRegistration(RegistrationRequest request) => throw new NotImplementedException();

    /// <summary>§7.1, every step in order. Never throws on what a stranger sent.</summary>
    public Verdict<Registration> FinishRegistration(RegistrationResponse response, RegistrationExpectation expected) => throw new NotImplementedException();

    /// <summary>What to pass to <c>navigator.credentials.get()</c>.</summary>
    public RequestOptions StartAuthentication(AuthenticationRequest request) => throw new NotImplementedException();

    /// <summary>§7.2, every step in order. Never throws on what a stranger sent.</summary>
    /// <param name="response">What the browser sent.</param>
    /// <param name="expected">What was asked for.</param>
    /// <param name="record">The stored credential with the response's id.</param>
    public Verdict<Authentication> FinishAuthentication(AuthenticationResponse response, AuthenticationExpectation expected, CredentialRecord record) => throw new NotImplementedException();
}

/// <summary>Which authenticators may make a credential (§5.4.5).</summary>
public enum AuthenticatorAttachment { /// <summary>Built into the device.</summary>
    Platform, /// <summary>Reached from the device: a security key, a phone.</summary>
    CrossPlatform }

/// <summary>How much user verification matters (§5.8.6).</summary>
public enum UserVerification { /// <summary>Refuse without it.</summary>
    Required, /// <summary>Wanted, not needed.</summary>
    Preferred, /// <summary>Not wanted.</summary>
    Discouraged }

/// <summary>Whether the credential can be found without naming it (§5.4.6).</summary>
public enum ResidentKey { /// <summary>Must be discoverable.</summary>
    Required, /// <summary>Wanted, not needed.</summary>
    Preferred, /// <summary>Not wanted.</summary>
    Discouraged }

/// <summary>A credential named in options (§5.8.3).</summary>
public sealed record CredentialDescriptor(CredentialId Id, IReadOnlyList<string> Transports);

/// <summary>What a registration should ask for.</summary>
public sealed record RegistrationRequest
{
    public required UserHandle UserHandle { get; init; }
    public required string UserName { get; init; }
    public string? UserDisplayName { get; init; }
    /// <summary>Null: made with <see cref="WebAuthn.Challenge.Create"/>.</summary>
    public Challenge? Challenge { get; init; }
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(5);
    public ResidentKey ResidentKey { get; init; } = ResidentKey.Required;
    public UserVerification UserVerification { get; init; } = UserVerification.Required;
    public AuthenticatorAttachment? Attachment { get; init; }
    public IReadOnlyList<CredentialDescriptor> ExcludeCredentials { get; init; } = [];
    /// <summary>Null: the algorithms that this machine can verify.</summary>
    public IReadOnlyList<CoseAlgorithm>? Algorithms { get; init; }
}

/// <summary>PublicKeyCredentialCreationOptions (§5.4): for the browser, and for the verdict.</summary>
public sealed class CreationOptions
{
    public Challenge Challenge => throw new NotImplementedException();
    /// <summary>UTF-8 JSON exactly as <c>parseCreationOptionsFromJSON()</c> takes it.</summary>
    public byte[] ToJson() => throw new NotImplementedException();
    public void WriteTo(System.Text.Json.Utf8JsonWriter writer) => throw new NotImplementedException();
    public RegistrationExpectation ToExpectation() => throw new NotImplementedException();
}

/// <summary>What a registration must answer. Small enough to be sealed into a ticket.</summary>
public sealed record RegistrationExpectation
{
    public required Challenge Challenge { get; init; }
    public required UserHandle UserHandle { get; init; }
    public bool UserVerificationRequired { get; init; } = true;
    /// <summary>The ceremony was a conditional create (mediation "conditional"): presence and verification may be absent.</summary>
    public bool Conditional { get; init; }
    /// <summary>Null: the algorithms that this machine can verify.</summary>
    public IReadOnlyList<CoseAlgorithm>? Algorithms { get; init; }
    public AuthenticatorAttachment? Attachment { get; init; }
    /// <summary>When the ceremony was started from a known origin: only that one is accepted.</summary>
    public string? Origin { get; init; }
}

/// <summary>The browser's answer to create() (RegistrationResponseJSON, §5.1).</summary>
public sealed record RegistrationResponse
{
    public CredentialId Id => throw new NotImplementedException();
    public IReadOnlyList<string> Transports => throw new NotImplementedException();
    /// <summary>Reads the browser's JSON; <c>transports</c> may stand inside <c>response</c> or beside it. Never throws on its content.</summary>
    public static Verdict<RegistrationResponse> Read(ReadOnlySpan<byte> utf8Json) => throw new NotImplementedException();
}

/// <summary>A registration that passed every step.</summary>
public sealed record Registration
{
    public required CredentialRecord Record { get; init; }
    public required CoseAlgorithm Algorithm { get; init; }
    public required bool UserVerified { get; init; }
    public required string Origin { get; init; }
    public AuthenticatorAttachment? Attachment { get; init; }
}

/// <summary>What an authentication should ask for.</summary>
public sealed record AuthenticationRequest
{
    public Challenge? Challenge { get; init; }
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(5);
    public UserVerification UserVerification { get; init; } = UserVerification.Required;
    public IReadOnlyList<CredentialDescriptor> AllowCredentials { get; init; } = [];
    /// <summary>The account, when it is known before the ceremony.</summary>
    public UserHandle? UserHandle { get; init; }
}

/// <summary>PublicKeyCredentialRequestOptions (§5.5).</summary>
public sealed class RequestOptions
{
    public Challenge Challenge => throw new NotImplementedException();
    public byte[] ToJson() => throw new NotImplementedException();
    public void WriteTo(System.Text.Json.Utf8JsonWriter writer) => throw new NotImplementedException();
    public AuthenticationExpectation ToExpectation() => throw new NotImplementedException();
}

/// <summary>What an authentication must answer.</summary>
public sealed record AuthenticationExpectation
{
    public required Challenge Challenge { get; init; }
    public bool UserVerificationRequired { get; init; } = true;
    /// <summary>The known account; null when the passkey itself must say whose it is.</summary>
    public UserHandle? UserHandle { get; init; }
    /// <summary>The credentials asked for; empty: any.</summary>
    public IReadOnlyList<CredentialId> AllowCredentials { get; init; } = [];
    public string? Origin { get; init; }
    public CounterPolicy Counter { get; init; }
}

/// <summary>What a signature counter that does not grow leads to (§7.2 step 22).</summary>
public enum CounterPolicy { /// <summary>Report it in the result.</summary>
    Report, /// <summary>Refuse the sign-in.</summary>
    Refuse }

/// <summary>The browser's answer to get() (AuthenticationResponseJSON, §5.1).</summary>
public sealed record AuthenticationResponse
{
    public CredentialId Id => throw new NotImplementedException();
    /// <summary>The handle, when the member was there and was base64url of 1 to 64 bytes.</summary>
    public UserHandle? UserHandle { get; init; }
    /// <summary>The member exactly as sent; null or empty when the authenticator gave none.</summary>
    public string? UserHandleText { get; init; }
    public static Verdict<AuthenticationResponse> Read(ReadOnlySpan<byte> utf8Json) => throw new NotImplementedException();
}

/// <summary>An authentication that passed every step.</summary>
public sealed record Authentication
{
    /// <summary>The record to save: counter and backup state as of now.</summary>
    public required CredentialRecord Record { get; init; }
    public required bool UserVerified { get; init; }
    /// <summary>True when the counter did not grow though one of the two is not zero: a sign of a copied authenticator, no proof.</summary>
    public required bool SignCountRegressed { get; init; }
    public required string Origin { get; init; }
}
