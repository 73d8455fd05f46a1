using OpenPassage.Authenticator;
using OpenPassage.WebAuthn.Attestation;
using OpenPassage.WebAuthn.Cose;

namespace OpenPassage.WebAuthn.Tests.Attestation;

/// <summary>§8.2.</summary>
public static class PackedTests
{
    public class Syntax
    {
        [Theory]
        [InlineData("alg")]
        [InlineData("sig")]
        public void A_statement_without_a_member_is_refused(string member) =>
            Attested.Register(new PackedAttestation { BendStatement = statement => statement.Remove(member) }.Make)
                .IsRefusedAs(Rejection.MalformedAttestationStatement);

        [Theory]
        [InlineData("alg", "ES256")]
        [InlineData("sig", "text")]
        [InlineData("x5c", "text")]
        public void A_member_of_another_type_is_refused(string member, string value) =>
            Attested.Register(new PackedAttestation { BendStatement = statement => statement[member] = value }.Make)
                .IsRefusedAs(Rejection.MalformedAttestationStatement);

        [Fact]
        public void An_empty_list_of_certificates_is_refused() =>
            Attested.Register(new PackedAttestation { BendStatement = statement => statement["x5c"] = Array.Empty<byte[]>() }.Make)
                .IsRefusedAs(Rejection.MalformedAttestationStatement);

        [Fact]
        public void An_empty_certificate_is_refused() =>
            Attested.Register(new PackedAttestation { BendStatement = statement => statement["x5c"] = new byte[][] { [] } }.Make)
                .IsRefusedAs(Rejection.MalformedAttestationStatement);

        [Fact]
        public void A_flood_of_certificates_is_refused() =>
            Attested.Register(new PackedAttestation { Chain = [.. Enumerable.Repeat(CertificateAuthority.Shared.Der, 16)] }.Make)
                .IsRefusedAs(Rejection.MalformedAttestationStatement);

        [Theory]
        [InlineData(64, true)]
        [InlineData(65, false)]
        public void A_flood_of_extensions_is_refused(int extensions, bool accepted)
        {
            var verdict = Attested.Register(new PackedAttestation
            {
                BendCertificate = leaf =>
                {
                    for (var i = 0; leaf.Extensions.Count < extensions; i++)
                        leaf.Extensions[$"1.2.{i}"] = ([5, 0], false);
                },
            }.Make);
            Assert.Equal(accepted ? null : Rejection.MalformedAttestationCertificate, verdict.Rejection);
        }

        [Theory]
        [InlineData(64, true)]
        [InlineData(65, false)]
        public void A_flood_of_names_is_refused(int attributes, bool accepted)
        {
            (string, string)[] vendor =
            [
                (Certificate.Country, "AA"), (Certificate.Organization, "OpenPassage"),
                (Certificate.OrganizationalUnit, "Authenticator Attestation"), (Certificate.CommonName, "Software Authenticator"),
            ];
            var name = Der.Name([.. vendor, .. Enumerable.Repeat((Certificate.CommonName, "again"), attributes - vendor.Length)]);
            var verdict = Attested.Register(new PackedAttestation { BendCertificate = leaf => leaf.Subject = name }.Make);
            Assert.Equal(accepted ? null : Rejection.PackedCertificateSubject, verdict.Rejection);
        }

        [Fact]
        public void Bytes_that_are_no_certificate_are_refused() =>
            Attested.Register(new PackedAttestation { BendStatement = statement => statement["x5c"] = new byte[][] { [0x30, 0x00] } }.Make)
                .IsRefusedAs(Rejection.MalformedAttestationCertificate);

        [Fact]
        public void A_certificate_with_bytes_after_it_is_refused() =>
            Attested.Register(new PackedAttestation
            {
                BendStatement = statement => statement["x5c"] = new byte[][] { [.. ((byte[][])statement["x5c"]!)[0], 0x00] },
            }.Make).IsRefusedAs(Rejection.MalformedAttestationCertificate);

        [Fact]
        public void A_certificate_that_says_a_thing_twice_is_refused() =>
            Attested.Register(new PackedAttestation
            {
                BendCertificate = leaf => leaf.RepeatedExtension = (Certificate.Aaguid, leaf.Extensions[Certificate.Aaguid].Value),
            }.Make).IsRefusedAs(Rejection.MalformedAttestationCertificate);

        [Fact]
        public void Ecdaa_is_refused() =>
            Attested.Register(new PackedAttestation { BendStatement = statement => statement.Add("ecdaaKeyId", new byte[] { 1 }) }.Make)
                .IsRefusedAs(Rejection.PackedEcdaa);

        [Fact]
        public void An_unknown_member_is_passed_over() =>
            Attested.Register(new PackedAttestation { BendStatement = statement => statement.Add("later", 1) }.Make).IsAccepted();

        [Fact]
        public void A_statement_that_is_no_map_is_refused() =>
            Attested.Register(_ => new("packed", Array.Empty<object>())).IsRefusedAs(Rejection.MalformedAttestationStatement);
    }

    public class WithCertificates
    {
        [Theory]
        [InlineData(Alg.ES256)]
        [InlineData(Alg.ES384)]
        [InlineData(Alg.ES512)]
        [InlineData(Alg.RS256)]
        [InlineData(Alg.PS256)]
        public void A_statement_of_each_kind_of_key_verifies(int algorithm)
        {
            var attestation = new PackedAttestation { Key = SigningKey.Create(algorithm) };
            var registration = Attested.Register(attestation.Make, Alg.ES256, new() { Anchors = Attested.SharedRoot }).IsAccepted();
            Assert.Equal("packed", registration.Attestation.Format);
            Assert.Equal(AttestationType.BasicOrAttCA, registration.Attestation.Type);
            Assert.Equal(attestation.Leaf, registration.Attestation.TrustPath[0].ToArray());
            Assert.Equal(TrustLevel.Anchored, registration.Trust);
        }

        [Fact]
        public void A_signature_with_a_bit_flipped_is_refused() =>
            Attested.Register(new PackedAttestation { BendSignature = Flip }.Make).IsRefusedAs(Rejection.BadAttestationSignature);

        [Fact]
        public void A_signature_of_another_key_is_refused() =>
            Attested.Register(new PackedAttestation
            {
                BendCertificate = leaf => leaf.PublicKey = new EcKey(Alg.ES256).ToSubjectPublicKeyInfo(),
            }.Make)
                .IsRefusedAs(Rejection.BadAttestationSignature);

        [Fact]
        public void A_signature_of_the_credentials_key_under_a_vendors_certificate_is_refused() =>
            Attested.Register(request =>
                    new PackedAttestation { BendSignature = _ => request.SignWithKey(request.ToBeSigned) }.Make(request))
                .IsRefusedAs(Rejection.BadAttestationSignature);

        [Fact]
        public void An_algorithm_that_is_not_the_keys_is_refused() =>
            Attested.Register(new PackedAttestation { BendStatement = statement => statement["alg"] = Alg.ES384 }.Make)
                .IsRefusedAs(Rejection.BadAttestationSignature);

        [Fact]
        public void An_algorithm_that_nothing_here_knows_is_refused() =>
            Attested.Register(new PackedAttestation { BendStatement = statement => statement["alg"] = 42 }.Make)
                .IsRefusedAs(Rejection.AttestationAlgorithmNotSupported);

        [Fact]
        public void SHA_1_is_refused_even_where_TPMs_may_use_it() =>
            Attested.Register(new PackedAttestation { Key = new RsaKey(Alg.RS1) }.Make, policy: new() { AllowSha1 = true })
                .IsRefusedAs(Rejection.AttestationSha1NotAllowed);
    }

    /// <summary>§8.2.1.</summary>
    public class CertificateRequirements
    {
        [Fact]
        public void A_certificate_of_version_1_is_refused() =>
            Attested.Register(new PackedAttestation { BendCertificate = leaf => leaf.Version = 1 }.Make)
                .IsRefusedAs(Rejection.PackedCertificateVersion);

        [Theory]
        [InlineData(Certificate.Country)]
        [InlineData(Certificate.Organization)]
        [InlineData(Certificate.OrganizationalUnit)]
        [InlineData(Certificate.CommonName)]
        public void A_subject_without_an_attribute_is_refused(string missing) =>
            RegisterNamed([.. Good.Where(attribute => attribute.Oid != missing)]).IsRefusedAs(Rejection.PackedCertificateSubject);

        [Theory]
        [InlineData(Certificate.Country, "Sweden")]
        [InlineData(Certificate.Country, "se")]
        [InlineData(Certificate.Country, "Se")]
        [InlineData(Certificate.Organization, "")]
        [InlineData(Certificate.OrganizationalUnit, "authenticator attestation")]
        [InlineData(Certificate.CommonName, "")]
        public void A_subject_with_another_value_is_refused(string oid, string value) =>
            RegisterNamed([.. Good.Select(attribute => attribute.Oid == oid ? (oid, value) : attribute)])
                .IsRefusedAs(Rejection.PackedCertificateSubject);

        [Fact]
        public void A_comma_in_the_vendors_name_is_nothing_special() =>
            RegisterNamed([
                .. Good.Select(attribute =>
                    attribute.Oid == Certificate.Organization ? (attribute.Oid, "Keys, OU=Other, Inc.") : attribute),
            ]).IsAccepted();

        [Fact]
        public void A_subject_in_printable_strings_is_accepted() =>
            Attested.Register(new PackedAttestation
            {
                BendCertificate = leaf => leaf.Subject = Der.Sequence(
                    [.. Good.Select(attribute => Der.Set(Der.Sequence(Der.Oid(attribute.Oid), Der.Printable(attribute.Value))))]),
            }.Make).IsAccepted();

        [Fact]
        public void A_subject_in_strings_of_two_bytes_a_character_is_refused() =>
            Attested.Register(new PackedAttestation
            {
                BendCertificate = leaf => leaf.Subject = Der.Sequence([.. Good.Select(attribute => Der.Set(Der.Sequence(
                    Der.Oid(attribute.Oid),
                    attribute.Oid == Certificate.CommonName ? [0x1E, 4, 0, (byte)'K', 0, (byte)'1'] : Der.Utf8(attribute.Value))))]),
            }.Make).IsRefusedAs(Rejection.PackedCertificateSubject);

        [Fact]
        public void A_certificate_of_an_authority_is_refused() =>
            Attested.Register(new PackedAttestation
            {
                BendCertificate = leaf => leaf.Extensions[Certificate.BasicConstraints] = Certificate.IsAuthority,
            }.Make)
                .IsRefusedAs(Rejection.PackedCertificateIsCa);

        [Fact]
        public void A_certificate_without_basic_constraints_is_refused() =>
            Attested.Register(new PackedAttestation { BendCertificate = leaf => leaf.Extensions.Remove(Certificate.BasicConstraints) }.Make)
                .IsRefusedAs(Rejection.PackedCertificateIsCa);

        [Fact]
        public void Another_models_AAGUID_is_refused() =>
            Attested.Register(new PackedAttestation
            {
                BendCertificate = leaf => leaf.Extensions[Certificate.Aaguid] = Certificate.AaguidOf(Guid.NewGuid()),
            }.Make)
                .IsRefusedAs(Rejection.AttestationAaguidMismatch);

        [Fact]
        public void An_AAGUID_in_one_octet_string_instead_of_two_is_refused() =>
            Attested.Register(request => new PackedAttestation
            {
                BendCertificate = leaf => leaf.Extensions[Certificate.Aaguid] = (request.Aaguid.ToByteArray(bigEndian: true), false),
            }.Make(request)).IsRefusedAs(Rejection.AttestationAaguidMismatch);

        [Fact]
        public void A_critical_AAGUID_is_refused() =>
            Attested.Register(new PackedAttestation
            {
                BendCertificate = leaf => leaf.Extensions[Certificate.Aaguid] = (leaf.Extensions[Certificate.Aaguid].Value, true),
            }.Make).IsRefusedAs(Rejection.AttestationAaguidCritical);

        [Fact]
        public void A_certificate_without_AAGUID_is_accepted() =>
            Attested.Register(new PackedAttestation { BendCertificate = leaf => leaf.Extensions.Remove(Certificate.Aaguid) }.Make)
                .IsAccepted();

        private static (string Oid, string Value)[] Good =>
        [
            (Certificate.Country, "AA"), (Certificate.Organization, "OpenPassage"),
            (Certificate.OrganizationalUnit, "Authenticator Attestation"), (Certificate.CommonName, "Software Authenticator"),
        ];

        private static Verdict<Registration> RegisterNamed((string, string)[] attributes) =>
            Attested.Register(new PackedAttestation { BendCertificate = leaf => leaf.Subject = Der.Name(attributes) }.Make);
    }

    public class Self
    {
        [Theory]
        [InlineData(Alg.ES256)]
        [InlineData(Alg.RS256)]
        public void A_statement_verifies(int algorithm)
        {
            var registration = Attested.Register(Attest.PackedSelf, algorithm).IsAccepted();
            Assert.Equal(AttestationType.Self, registration.Attestation.Type);
            Assert.Empty(registration.Attestation.TrustPath);
            Assert.Equal(TrustLevel.Self, registration.Trust);
        }

        [Fact]
        public void Another_algorithm_than_the_credentials_is_refused() =>
            Attested.Register(request =>
                    new("packed", new CborMap { { "alg", Alg.ES384 }, { "sig", request.SignWithKey(request.ToBeSigned) } }))
                .IsRefusedAs(Rejection.PackedSelfAlgorithmMismatch);

        [Fact]
        public void An_algorithm_that_statements_may_not_use_is_refused()
        {
            // §7.1 step 20 refuses such a credential before; a caller of the format itself may not.
            var key = new EcKey(Alg.ES256);
            Assert.True(CoseKey.TryRead(key.ToCose().ToBytes(), out var cose, out _));
            new Packed().Verify(new AttestationInput
            {
                Statement = new CborMap { { "alg", Alg.ES256 }, { "sig", key.Sign(new byte[69]) } }.ToBytes(),
                AuthenticatorData = new byte[37],
                ClientDataHash = new byte[32],
                Aaguid = Guid.Empty,
                CredentialId = new([1]),
                CredentialKey = cose,
                RpIdHash = new byte[32],
                Algorithms = AlgorithmSet.Only(CoseAlgorithm.RS256),
                Formats = AttestationFormatSet.Supported,
            }).IsRefusedAs(Rejection.AttestationAlgorithmNotSupported);
        }

        [Fact]
        public void A_signature_of_another_key_is_refused() =>
            Attested.Register(request =>
                    new("packed", new CborMap { { "alg", Alg.ES256 }, { "sig", new EcKey(Alg.ES256).Sign(request.ToBeSigned) } }))
                .IsRefusedAs(Rejection.BadAttestationSignature);
    }

    internal static byte[] Flip(byte[] signature) => [.. signature[..^1], (byte)(signature[^1] ^ 1)];
}
