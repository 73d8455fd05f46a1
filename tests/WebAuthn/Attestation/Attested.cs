using OpenPassage.Authenticator;
using OpenPassage.WebAuthn.Attestation;

namespace OpenPassage.WebAuthn.Tests.Attestation;

/// <summary>A registration that is good but for what its attestation is bent to.</summary>
internal static class Attested
{
    public static TrustAnchors SharedRoot { get; } = new([CertificateAuthority.Shared.Der]);

    public static Verdict<Registration> Register(
        AttestationMaker maker, int algorithm = Alg.ES256, AttestationPolicy? policy = null, DateTimeOffset? at = null, Guid? aaguid = null)
    {
        var site = new Site { Authenticator = new() { Algorithm = algorithm, Attestation = maker } };
        if (aaguid is { } model)
            site.Authenticator.Aaguid = model;
        return site.Register(expect: expected => expected with { Attestation = policy ?? AttestationPolicy.AcceptAny, At = at });
    }
}
