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

    /// <summary>What a format is given at a good registration, to bend what no registration brings.</summary>
    public static AttestationInput InputOf(AttestationMaker maker, string format)
    {
        var witness = new Witness(format);
        new Site
        {
            RelyingParty = new("example.com", "Example", [Site.Origin]) { Formats = new(witness) },
            Authenticator = new() { Attestation = maker },
        }.Register();
        Assert.NotNull(witness.Seen);
        return witness.Seen with { Formats = AttestationFormatSet.Supported };
    }

    private sealed class Witness(string id) : AttestationFormat
    {
        public AttestationInput? Seen { get; private set; }

        public override string Id => id;

        internal override Verdict<WebAuthn.Attestation.AttestationStatement> Verify(AttestationInput input)
        {
            Seen = input;
            return Rejection.MalformedAttestationStatement;
        }
    }
}
