using OpenPassage.Authenticator;
using OpenPassage.WebAuthn;
using OpenPassage.WebAuthn.Attestation;
using OpenPassage.WebAuthn.Cose;
using OpenPassage.WebAuthn.Metadata;

namespace OpenPassage.Fuzz.Tests;

/// <summary>What every case is judged against. All of it is constant, so that a case is its input and nothing else.</summary>
internal static class Setting
{
    public const string Origin = "https://login.example.com", TopOrigin = "https://portal.example.net";

    public static readonly DateTimeOffset Now = new(2026, 6, 1, 0, 0, 0, TimeSpan.Zero);

    public static readonly Guid Model = new("6f70656e-7061-7373-6167-652d74657374");

    public static readonly Challenge Challenge = new([.. Enumerable.Range(0, 32).Select(i => (byte)i)]);

    public static readonly UserHandle Alice = new("alice, and nothing personal"u8);

    /// <summary>Every algorithm that a credential can have.</summary>
    public static readonly int[] Algorithms =
    [
        Alg.ES256, Alg.ES384, Alg.ES512, Alg.ES256K, Alg.ESP256, Alg.ESP384, Alg.ESP512, Alg.EdDSA, Alg.Ed25519, Alg.Ed448,
        Alg.RS256, Alg.RS384, Alg.RS512, Alg.PS256, Alg.PS384, Alg.PS512, Alg.MLDsa44, Alg.MLDsa65, Alg.MLDsa87,
    ];

    /// <summary>Each verdict has its own, so that no case finds a key which another one imported.</summary>
    public static RelyingParty RelyingParty() => new("example.com", "Example", [Origin])
    {
        TopOrigins = new HashSet<string> { TopOrigin },
        Keys = new VerificationKeyCache(4),
    };

    public static RegistrationExpectation Registration(AttestationPolicy policy) => new()
    {
        Challenge = Challenge,
        UserHandle = Alice,
        Algorithms = [.. Algorithms.Select(algorithm => (CoseAlgorithm)algorithm)],
        Attestation = policy,
        At = Now,
    };

    public static AuthenticationExpectation Authentication(bool known) => new()
    {
        Challenge = Challenge,
        UserHandle = known ? Alice : null,
        Counter = known ? CounterPolicy.Refuse : CounterPolicy.Report,
    };

    /// <summary>From one that takes everything to one that asks for all that can be asked.</summary>
    public static AttestationPolicy[] Policies(TrustAnchors root, MetadataBlob metadata) =>
    [
        new() { AllowSha1 = true },
        new() { Anchors = root, Metadata = metadata },
        new() { Anchors = root, RequireAttestation = true },
    ];
}
