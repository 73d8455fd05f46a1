using System.Security.Cryptography;
using OpenPassage.Authenticator;
using OpenPassage.WebAuthn.Attestation;

namespace OpenPassage.WebAuthn.Tests.Attestation;

/// <summary>§8.3.</summary>
public static class TpmTests
{
    // Making an RSA key takes longer than everything else here.
    private static readonly RsaKey aik = new(Alg.RS256);

    private static TpmAttestation Good => new() { Key = aik };

    public class Syntax
    {
        [Theory]
        [InlineData("alg")]
        [InlineData("sig")]
        [InlineData("x5c")]
        [InlineData("certInfo")]
        [InlineData("pubArea")]
        public void A_statement_without_a_member_is_refused(string member) =>
            Register(tpm => tpm.BendStatement = statement => statement.Remove(member)).IsRefusedAs(Rejection.MalformedAttestationStatement);

        [Theory]
        [InlineData(null)]
        [InlineData("1.2")]
        [InlineData("2.0 ")]
        public void Another_version_is_refused(string? version) =>
            Register(tpm => tpm.BendStatement = statement =>
            {
                statement.Remove("ver");
                if (version is not null)
                    statement.Add("ver", version);
            }).IsRefusedAs(Rejection.TpmVersion);
    }

    public class PublicArea
    {
        [Theory]
        [InlineData(Alg.RS256)]
        [InlineData(Alg.ES256)]
        [InlineData(Alg.ES384)]
        [InlineData(Alg.ES512)]
        public void Keys_of_each_kind_are_attested(int algorithm)
        {
            var registration = Attested.Register(Good.Make, algorithm, new() { Anchors = Attested.SharedRoot }).IsAccepted();
            Assert.Equal("tpm", registration.Attestation.Format);
            Assert.Equal(AttestationType.BasicOrAttCA, registration.Attestation.Type);
            Assert.Equal(TrustLevel.Anchored, registration.Trust);
        }

        [Fact]
        public void Another_modulus_is_refused() =>
            Register(tpm => tpm.BendPublicArea = area => area.Unique[0][^1] ^= 2, Alg.RS256).IsRefusedAs(Rejection.TpmKeyMismatch);

        [Fact]
        public void Another_exponent_is_refused() =>
            Register(tpm => tpm.BendPublicArea = area => area.Exponent = 3, Alg.RS256).IsRefusedAs(Rejection.TpmKeyMismatch);

        [Fact]
        public void The_default_exponent_may_be_written_out() =>
            Register(tpm => tpm.BendPublicArea = area => area.Exponent = 65537, Alg.RS256).IsAccepted();

        [Theory]
        [InlineData(0)]
        [InlineData(1)]
        public void Another_coordinate_is_refused(int coordinate) =>
            Register(tpm => tpm.BendPublicArea = area => area.Unique[coordinate][^1] ^= 1).IsRefusedAs(Rejection.TpmKeyMismatch);

        [Theory]
        [InlineData(0x0004)]
        [InlineData(0x0010)]
        public void Another_curve_is_refused(ushort curve) =>
            Register(tpm => tpm.BendPublicArea = area => area.Curve = curve).IsRefusedAs(Rejection.TpmKeyMismatch);

        [Fact]
        public void The_default_exponent_may_stand_the_wrong_way_round() =>
            Register(tpm => tpm.BendPublicArea = area => area.Exponent = 0x01000100, Alg.RS256).IsAccepted();

        [Theory]
        [InlineData(0, Alg.ES256)]
        [InlineData(1, Alg.ES256)]
        [InlineData(0, Alg.RS256)]
        public void A_key_without_a_number_is_refused(int number, int algorithm) =>
            Register(tpm => tpm.BendPublicArea = area => area.Unique[number] = [], algorithm).IsRefusedAs(Rejection.TpmPublicAreaMalformed);

        [Fact]
        public void A_key_of_another_type_with_nothing_after_it_is_refused() =>
            Register(tpm => tpm.BendPublicArea = area => (area.Type, area.BendBytes) = (0x0008, bytes => bytes[..42]))
                .IsRefusedAs(Rejection.TpmPublicAreaMalformed);

        [Fact]
        public void A_scheme_with_a_counter_brings_it_along() =>
            Register(tpm => tpm.BendPublicArea = area => area.Scheme = [0x00, 0x1A, 0x00, 0x0B, 0x00, 0x01]).IsAccepted();

        [Fact]
        public void A_signing_scheme_brings_its_hash_along() =>
            Register(tpm => tpm.BendPublicArea = area => area.Scheme = [0x00, 0x18, 0x00, 0x0B]).IsAccepted();

        [Fact]
        public void A_key_of_another_type_is_refused() =>
            Register(tpm => tpm.BendPublicArea = area => area.Type = 0x0008).IsRefusedAs(Rejection.TpmPublicAreaMalformed);

        [Fact]
        public void A_storage_key_is_refused() =>
            Register(tpm => tpm.BendPublicArea = area => area.Symmetric = 0x0006).IsRefusedAs(Rejection.TpmPublicAreaMalformed);

        [Fact]
        public void Bytes_left_over_are_refused() =>
            Register(tpm => tpm.BendPublicArea = area => area.BendBytes = bytes => [.. bytes, 0])
                .IsRefusedAs(Rejection.TpmPublicAreaMalformed);

        [Fact]
        public void Every_cut_is_refused()
        {
            var length = 0;
            Register(tpm => tpm.BendPublicArea = area => area.BendBytes = bytes => bytes[..(length = bytes.Length)]).IsAccepted();
            for (var cut = 1; cut < length; cut++)
                Register(tpm => tpm.BendPublicArea = area => area.BendBytes = bytes => bytes[..cut])
                    .IsRefusedAs(Rejection.TpmPublicAreaMalformed);
        }
    }

    public class CertInfo
    {
        [Fact]
        public void Another_magic_is_refused() =>
            Register(tpm => tpm.BendCertify = certify => certify.Magic = 0xFF544348).IsRefusedAs(Rejection.TpmMagic);

        [Fact]
        public void Another_type_is_refused() =>
            Register(tpm => tpm.BendCertify = certify => certify.Type = 0x8018).IsRefusedAs(Rejection.TpmType);

        [Fact]
        public void Another_magic_is_refused_whatever_follows() =>
            Register(tpm => tpm.BendCertify = certify => (certify.Magic, certify.BendBytes) = (0xFF544348, bytes => bytes[..6]))
                .IsRefusedAs(Rejection.TpmMagic);

        [Fact]
        public void Another_type_is_refused_whatever_follows() =>
            Register(tpm => tpm.BendCertify = certify => (certify.Type, certify.BendBytes) = (0x8018, bytes => bytes[..6]))
                .IsRefusedAs(Rejection.TpmType);

        [Fact]
        public void Extra_data_of_another_ceremony_is_refused() =>
            Register(tpm => tpm.BendCertify = certify => certify.ExtraData = SHA256.HashData("another"u8))
                .IsRefusedAs(Rejection.TpmExtraData);

        [Fact]
        public void Extra_data_under_another_hash_than_the_signatures_is_refused() =>
            Attested.Register(request => new TpmAttestation
            {
                Key = aik,
                BendCertify = certify => certify.ExtraData = SHA384.HashData(request.ToBeSigned),
            }.Make(request)).IsRefusedAs(Rejection.TpmExtraData);

        [Fact]
        public void The_name_of_another_key_is_refused() =>
            Register(tpm => tpm.BendCertify = certify => certify.Name[^1] ^= 1).IsRefusedAs(Rejection.TpmName);

        [Fact]
        public void A_name_under_another_hash_than_the_public_areas_is_refused() =>
            Register(tpm => tpm.BendCertify = certify => certify.Name[1] = 0x0C).IsRefusedAs(Rejection.TpmName);

        [Fact]
        public void A_name_under_a_hash_that_is_none_is_refused() =>
            Register(tpm => tpm.BendPublicArea = area => area.NameAlgorithm = 0x0010).IsRefusedAs(Rejection.TpmName);

        [Fact]
        public void A_handle_in_place_of_a_name_is_refused() =>
            Register(tpm => tpm.BendCertify = certify => certify.Name = [0x80, 0x00, 0x00, 0x01]).IsRefusedAs(Rejection.TpmName);

        [Fact]
        public void Bytes_left_over_are_refused() =>
            Register(tpm => tpm.BendCertify = certify => certify.BendBytes = bytes => [.. bytes, 0])
                .IsRefusedAs(Rejection.TpmCertifyMalformed);

        [Fact]
        public void Every_cut_is_refused()
        {
            var length = 0;
            Register(tpm => tpm.BendCertify = certify => certify.BendBytes = bytes => bytes[..(length = bytes.Length)]).IsAccepted();
            for (var cut = 6; cut < length; cut++)
                Register(tpm => tpm.BendCertify = certify => certify.BendBytes = bytes => bytes[..cut])
                    .IsRefusedAs(Rejection.TpmCertifyMalformed);
        }
    }

    public class Signature
    {
        [Fact]
        public void A_bit_flipped_is_refused() =>
            Register(tpm => tpm.BendSignature = PackedTests.Flip).IsRefusedAs(Rejection.BadAttestationSignature);

        [Theory]
        [InlineData(Alg.ES256)]
        [InlineData(Alg.ES384)]
        [InlineData(Alg.PS256)]
        public void Attestation_keys_of_other_kinds_verify(int algorithm) =>
            Register(tpm => tpm.Key = SigningKey.Create(algorithm)).IsAccepted();

        [Theory]
        [InlineData(Alg.ESP256, "SHA256")]
        [InlineData(Alg.ESP384, "SHA384")]
        [InlineData(Alg.ES512, "SHA512")]
        [InlineData(Alg.ESP512, "SHA512")]
        [InlineData(Alg.RS384, "SHA384")]
        [InlineData(Alg.RS512, "SHA512")]
        [InlineData(Alg.PS384, "SHA384")]
        [InlineData(Alg.PS512, "SHA512")]
        public void Extra_data_is_under_the_hash_of_the_signature(int algorithm, string hash)
        {
            SigningKey key = algorithm is Alg.ESP256 or Alg.ESP384 or Alg.ES512 or Alg.ESP512
                ? new EcKey(algorithm) : new RsaKey(algorithm) { Pair = aik.Pair };
            Attested.Register(request => new TpmAttestation
            {
                Key = key,
                BendCertify = certify => certify.ExtraData = CryptographicOperations.HashData(new(hash), request.ToBeSigned),
            }.Make(request)).IsAccepted();
        }

        [Fact]
        public void SHA_1_is_refused_by_default() =>
            Register(tpm => tpm.Key = new RsaKey(Alg.RS1)).IsRefusedAs(Rejection.AttestationSha1NotAllowed);

        [Fact]
        public void SHA_1_is_accepted_where_policy_allows_it() =>
            Attested.Register(new TpmAttestation { Key = new RsaKey(Alg.RS1) }.Make, policy: new() { AllowSha1 = true }).IsAccepted();

        [Fact]
        public void An_algorithm_without_a_hash_is_refused() =>
            Register(tpm => tpm.BendStatement = statement => statement["alg"] = Alg.EdDSA)
                .IsRefusedAs(Rejection.AttestationAlgorithmNotSupported);
    }

    /// <summary>§8.3.1.</summary>
    public class CertificateRequirements
    {
        [Fact]
        public void A_certificate_of_version_1_is_refused() =>
            Bend(leaf => leaf.Version = 1).IsRefusedAs(Rejection.TpmCertificateVersion);

        [Fact]
        public void A_subject_is_refused() =>
            Bend(leaf => leaf.Subject = Der.Name((Certificate.CommonName, "AIK"))).IsRefusedAs(Rejection.TpmCertificateSubject);

        [Fact]
        public void A_certificate_without_alternative_name_is_refused() =>
            Bend(leaf => leaf.Extensions.Remove(Certificate.SubjectAltName)).IsRefusedAs(Rejection.TpmCertificateAltName);

        [Fact]
        public void An_alternative_name_that_is_no_directory_name_is_refused() =>
            Bend(leaf => leaf.Extensions[Certificate.SubjectAltName] = Certificate.DnsName("tpm.example.com"))
                .IsRefusedAs(Rejection.TpmCertificateAltName);

        [Theory]
        [InlineData(TpmAttestation.Manufacturer)]
        [InlineData(TpmAttestation.Model)]
        [InlineData(TpmAttestation.Version)]
        public void A_name_without_an_attribute_is_refused(string missing)
        {
            (string Oid, string)[] device =
            [
                (TpmAttestation.Manufacturer, "id:49465800"),
                (TpmAttestation.Model, "SLB"),
                (TpmAttestation.Version, "id:13"),
            ];
            Bend(leaf => leaf.Extensions[Certificate.SubjectAltName] = TpmAttestation.DeviceName(
                [.. device.Where(attribute => attribute.Oid != missing)]))
                .IsRefusedAs(Rejection.TpmCertificateAltName);
        }

        [Theory]
        [InlineData(TpmAttestation.Manufacturer)]
        [InlineData(TpmAttestation.Model)]
        [InlineData(TpmAttestation.Version)]
        public void A_name_with_an_empty_attribute_is_refused(string empty)
        {
            (string Oid, string Value)[] device =
            [
                (TpmAttestation.Manufacturer, "id:49465800"),
                (TpmAttestation.Model, "SLB"),
                (TpmAttestation.Version, "id:13"),
            ];
            Bend(leaf => leaf.Extensions[Certificate.SubjectAltName] = TpmAttestation.DeviceName(
                [.. device.Select(attribute => attribute.Oid == empty ? (empty, "") : attribute)]))
                .IsRefusedAs(Rejection.TpmCertificateAltName);
        }

        [Fact]
        public void The_first_of_two_directory_names_counts()
        {
            var (good, bad) = (Of("id:49465800"), Of("id:F0F0F0F0"));
            Bend(leaf => leaf.Extensions[Certificate.SubjectAltName] = (Der.Sequence(Der.Explicit(4, good), Der.Explicit(4, bad)), true))
                .IsAccepted();

            static byte[] Of(string manufacturer) => Der.Name(
                (TpmAttestation.Manufacturer, manufacturer),
                (TpmAttestation.Model, "SLB"),
                (TpmAttestation.Version, "id:13"));
            Bend(leaf => leaf.Extensions[Certificate.SubjectAltName] = (Der.Sequence(Der.Explicit(4, bad), Der.Explicit(4, good)), true))
                .IsRefusedAs(Rejection.TpmManufacturer);
        }

        [Fact]
        public void A_key_usage_may_stand_among_others_and_twice() =>
            Bend(leaf => leaf.Extensions[Certificate.ExtendedKeyUsage] =
                (Der.Sequence(
                    Der.Oid(TpmAttestation.AikCertificate),
                    Der.Oid("2.23.133.8.1"),
                    Der.Oid(TpmAttestation.AikCertificate)), false))
                .IsAccepted();

        [Fact]
        public void All_three_attributes_may_stand_in_one_relative_name() =>
            Bend(leaf => leaf.Extensions[Certificate.SubjectAltName] = (Der.Sequence(Der.Explicit(4, Der.Sequence(Der.Set(
                Der.Sequence(Der.Oid(TpmAttestation.Manufacturer), Der.Utf8("id:494E5443")),
                Der.Sequence(Der.Oid(TpmAttestation.Model), Der.Utf8("Intel")),
                Der.Sequence(Der.Oid(TpmAttestation.Version), Der.Utf8("id:00020000")))))), true)).IsAccepted();

        [Theory]
        [InlineData("id:F0F0F0F0")]
        [InlineData("49465800")]
        [InlineData("Infineon")]
        public void A_manufacturer_outside_the_registry_is_refused(string manufacturer) =>
            Bend(leaf => leaf.Extensions[Certificate.SubjectAltName] = TpmAttestation.DeviceName(
                (TpmAttestation.Manufacturer, manufacturer), (TpmAttestation.Model, "SLB"), (TpmAttestation.Version, "id:13")))
                .IsRefusedAs(Rejection.TpmManufacturer);

        [Fact]
        public void A_certificate_without_extended_key_usage_is_refused() =>
            Bend(leaf => leaf.Extensions.Remove(Certificate.ExtendedKeyUsage)).IsRefusedAs(Rejection.TpmCertificateUsage);

        [Fact]
        public void Another_key_usage_is_refused() =>
            Bend(leaf => leaf.Extensions[Certificate.ExtendedKeyUsage] = (Der.Sequence(Der.Oid("2.23.133.8.1")), false))
                .IsRefusedAs(Rejection.TpmCertificateUsage);

        [Fact]
        public void A_certificate_of_an_authority_is_refused() =>
            Bend(leaf => leaf.Extensions[Certificate.BasicConstraints] = Certificate.IsAuthority).IsRefusedAs(Rejection.TpmCertificateIsCa);

        [Fact]
        public void A_certificate_without_basic_constraints_is_refused() =>
            Bend(leaf => leaf.Extensions.Remove(Certificate.BasicConstraints)).IsRefusedAs(Rejection.TpmCertificateIsCa);

        [Fact]
        public void Another_models_AAGUID_is_refused() =>
            Bend(leaf => leaf.Extensions[Certificate.Aaguid] = Certificate.AaguidOf(Guid.NewGuid()))
                .IsRefusedAs(Rejection.AttestationAaguidMismatch);

        private static Verdict<Registration> Bend(Action<Certificate> bend) => Register(tpm => tpm.BendCertificate = bend);
    }

    private static Verdict<Registration> Register(Action<TpmAttestation> bend, int algorithm = Alg.ES256)
    {
        var tpm = Good;
        bend(tpm);
        return Attested.Register(tpm.Make, algorithm);
    }
}
