using OpenPassage.Authenticator;
using OpenPassage.WebAuthn.Attestation;

namespace OpenPassage.WebAuthn.Tests.Attestation;

/// <summary>§8.8.</summary>
public class AppleTests
{
    [Fact]
    public void A_statement_verifies()
    {
        var registration = Attested.Register(new AppleAttestation().Make, policy: new() { Anchors = Attested.SharedRoot }).IsAccepted();
        Assert.Equal("apple", registration.Attestation.Format);
        Assert.Equal(AttestationType.AnonCA, registration.Attestation.Type);
        Assert.Equal(TrustLevel.Anchored, registration.Trust);
    }

    [Fact]
    public void The_alg_of_early_iOS_versions_is_passed_over() =>
        Attested.Register(new AppleAttestation { BendStatement = statement => statement.Add("alg", Alg.ES256) }.Make).IsAccepted();

    [Fact]
    public void A_statement_without_certificates_is_refused() =>
        Attested.Register(new AppleAttestation { BendStatement = statement => statement.Remove("x5c") }.Make)
            .IsRefusedAs(Rejection.MalformedAttestationStatement);

    [Fact]
    public void A_certificate_without_nonce_is_refused() =>
        Attested.Register(new AppleAttestation { BendCertificate = leaf => leaf.Extensions.Remove(AppleAttestation.NonceExtension) }.Make)
            .IsRefusedAs(Rejection.AppleNonceMissing);

    [Fact]
    public void A_nonce_in_another_wrapping_is_refused() =>
        Attested.Register(new AppleAttestation
        {
            BendCertificate = leaf => leaf.Extensions[AppleAttestation.NonceExtension] =
                (Der.Sequence(Der.OctetString(new byte[32])), false),
        }.Make).IsRefusedAs(Rejection.AppleNonceMissing);

    [Fact]
    public void The_nonce_of_another_ceremony_is_refused() =>
        Attested.Register(request => new AppleAttestation().Make(request with { ClientDataHash = new byte[32] }))
            .IsRefusedAs(Rejection.AppleNonceMismatch);

    [Fact]
    public void Another_key_than_the_credentials_is_refused() =>
        Attested.Register(new AppleAttestation
        {
            BendCertificate = leaf => leaf.PublicKey = new EcKey(Alg.ES256).ToSubjectPublicKeyInfo(),
        }.Make)
            .IsRefusedAs(Rejection.AppleKeyMismatch);
}
