using OpenPassage.Authenticator;
using OpenPassage.WebAuthn.Attestation;
using OpenPassage.WebAuthn.Cose;

namespace OpenPassage.WebAuthn.Tests.Attestation;

/// <summary>§8.6.</summary>
public class FidoU2fTests
{
    [Fact]
    public void A_statement_verifies()
    {
        var policy = new AttestationPolicy { Anchors = Attested.SharedRoot };
        var registration = Attested.Register(new FidoU2fAttestation().Make, policy: policy, aaguid: Guid.Empty).IsAccepted();
        Assert.Equal("fido-u2f", registration.Attestation.Format);
        Assert.Equal(AttestationType.BasicOrAttCA, registration.Attestation.Type);
        Assert.Equal(TrustLevel.Anchored, registration.Trust);
    }

    [Fact]
    public void An_AAGUID_that_is_not_zero_is_no_reason_to_refuse() => Attested.Register(new FidoU2fAttestation().Make).IsAccepted();

    [Theory]
    [InlineData("sig")]
    [InlineData("x5c")]
    public void A_statement_without_a_member_is_refused(string member) =>
        Attested.Register(new FidoU2fAttestation { BendStatement = statement => statement.Remove(member) }.Make)
            .IsRefusedAs(Rejection.MalformedAttestationStatement);

    [Fact]
    public void A_second_certificate_is_refused() =>
        Attested.Register(new FidoU2fAttestation { Chain = [CertificateAuthority.Shared.Der] }.Make)
            .IsRefusedAs(Rejection.U2fCertificateCount);

    [Theory]
    [InlineData(Alg.ES384)]
    [InlineData(Alg.RS256)]
    public void A_certificate_whose_key_is_not_on_P_256_is_refused(int algorithm) =>
        Attested.Register(new FidoU2fAttestation { Key = SigningKey.Create(algorithm) }.Make).IsRefusedAs(Rejection.U2fCertificateKey);

    [Fact]
    public void A_credential_whose_key_is_not_on_P_256_is_refused() =>
        Attested.Register(new FidoU2fAttestation().Make, Alg.ES384).IsRefusedAs(Rejection.U2fCredentialKey);

    [Fact]
    public void A_credential_on_another_curve_of_that_size_is_refused()
    {
        if (!SigningKey.IsSupported(Alg.ES256K))
            Assert.Skip("This machine makes no keys on secp256k1.");
        Attested.Register(new FidoU2fAttestation().Make, Alg.ES256K).IsRefusedAs(Rejection.U2fCredentialKey);
    }

    [Theory]
    [InlineData(31, 32)]
    [InlineData(32, 31)]
    [InlineData(33, 32)]
    [InlineData(32, 33)]
    public void A_credential_whose_coordinate_has_another_length_is_refused(int x, int y)
    {
        // Under an algorithm that nothing here knows, a key may have any shape.
        var cose = new CborMap { { 1, 2 }, { 3, -4711 }, { -1, 1 }, { -2, new byte[x] }, { -3, new byte[y] } };
        Assert.True(CoseKey.TryRead(cose.ToBytes(), out var key, out _));
        new FidoU2f().Verify(Attested.InputOf(new FidoU2fAttestation().Make, "fido-u2f") with { CredentialKey = key })
            .IsRefusedAs(Rejection.U2fCredentialKey);
    }

    [Fact]
    public void A_signature_with_a_bit_flipped_is_refused() =>
        Attested.Register(new FidoU2fAttestation { BendSignature = PackedTests.Flip }.Make).IsRefusedAs(Rejection.BadAttestationSignature);

    [Fact]
    public void A_signature_over_what_other_formats_sign_is_refused()
    {
        var batch = new EcKey(Alg.ES256);
        Attested.Register(request =>
                new FidoU2fAttestation { Key = batch, BendSignature = _ => batch.Sign(request.ToBeSigned) }.Make(request))
            .IsRefusedAs(Rejection.BadAttestationSignature);
    }

    [Fact]
    public void A_signature_for_another_relying_party_is_refused() =>
        Attested.Register(request => new FidoU2fAttestation().Make(request with { RpIdHash = new byte[32] }))
            .IsRefusedAs(Rejection.BadAttestationSignature);

    [Fact]
    public void A_signature_for_another_credential_is_refused() =>
        Attested.Register(request => new FidoU2fAttestation().Make(request with { CredentialId = new byte[32] }))
            .IsRefusedAs(Rejection.BadAttestationSignature);
}
