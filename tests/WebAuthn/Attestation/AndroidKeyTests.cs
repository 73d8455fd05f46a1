using OpenPassage.Authenticator;
using OpenPassage.WebAuthn.Attestation;

namespace OpenPassage.WebAuthn.Tests.Attestation;

/// <summary>§8.4.</summary>
public static class AndroidKeyTests
{
    public class Statement
    {
        [Theory]
        [InlineData(Alg.ES256)]
        [InlineData(Alg.RS256)]
        public void Keys_of_each_kind_are_attested(int algorithm)
        {
            var registration = Attested.Register(new AndroidKeyAttestation().Make, algorithm, new() { Anchors = Attested.SharedRoot })
                .IsAccepted();
            Assert.Equal("android-key", registration.Attestation.Format);
            Assert.Equal(AttestationType.BasicOrAttCA, registration.Attestation.Type);
            Assert.Equal(TrustLevel.Anchored, registration.Trust);
        }

        [Theory]
        [InlineData("alg")]
        [InlineData("sig")]
        [InlineData("x5c")]
        public void A_statement_without_a_member_is_refused(string member) =>
            Attested.Register(new AndroidKeyAttestation { BendStatement = statement => statement.Remove(member) }.Make)
                .IsRefusedAs(Rejection.MalformedAttestationStatement);

        [Fact]
        public void A_signature_with_a_bit_flipped_is_refused() =>
            Attested.Register(new AndroidKeyAttestation { BendSignature = PackedTests.Flip }.Make)
                .IsRefusedAs(Rejection.BadAttestationSignature);

        [Fact]
        public void Another_key_than_the_credentials_is_refused() =>
            Attested.Register(new AndroidKeyAttestation { CertifiedKey = new EcKey(Alg.ES256) }.Make)
                .IsRefusedAs(Rejection.AndroidKeyMismatch);

        [Fact]
        public void A_key_of_another_kind_than_the_credentials_is_refused() =>
            Attested.Register(new AndroidKeyAttestation { CertifiedKey = new RsaKey(Alg.RS256) }.Make)
                .IsRefusedAs(Rejection.AndroidKeyMismatch);

        [Fact]
        public void SHA_1_is_refused() =>
            Attested.Register(new AndroidKeyAttestation { CertifiedKey = new RsaKey(Alg.RS1) }.Make, policy: new() { AllowSha1 = true })
                .IsRefusedAs(Rejection.AttestationSha1NotAllowed);
    }

    /// <summary>§8.4.1.</summary>
    public class Description
    {
        [Fact]
        public void A_certificate_without_one_is_refused() =>
            Attested.Register(new AndroidKeyAttestation
            {
                BendCertificate = leaf => leaf.Extensions.Remove(AndroidKeyAttestation.KeyDescriptionExtension),
            }.Make)
                .IsRefusedAs(Rejection.AndroidKeyDescriptionMalformed);

        [Fact]
        public void Bytes_left_over_are_refused() =>
            Bend(description => description.BendBytes = bytes => [.. bytes, 0]).IsRefusedAs(Rejection.AndroidKeyDescriptionMalformed);

        [Fact]
        public void Every_cut_is_refused()
        {
            var length = 0;
            Bend(description => description.BendBytes = bytes => bytes[..(length = bytes.Length)]).IsAccepted();
            for (var cut = 0; cut < length; cut++)
                Bend(description => description.BendBytes = bytes => bytes[..cut]).IsRefusedAs(Rejection.AndroidKeyDescriptionMalformed);
        }

        [Theory]
        [InlineData(0)]
        [InlineData(1)]
        [InlineData(2)]
        [InlineData(3)]
        [InlineData(4)]
        [InlineData(5)]
        [InlineData(6)]
        [InlineData(7)]
        public void A_description_without_a_member_is_refused(int missing) =>
            Bend(description => description.BendBytes = _ => Der.Sequence([.. Members(description).Where((_, index) => index != missing)]))
                .IsRefusedAs(Rejection.AndroidKeyDescriptionMalformed);

        [Fact]
        public void A_description_with_a_member_too_many_is_refused() =>
            Bend(description => description.BendBytes = _ => Der.Sequence([.. Members(description), Der.Null()]))
                .IsRefusedAs(Rejection.AndroidKeyDescriptionMalformed);

        [Theory]
        [InlineData("05", "cut short")]
        [InlineData("BF853E03020100BF853E03020100", "origin twice")]
        [InlineData("BF853E0402020000", "origin of two bytes")]
        [InlineData("BF853E03040100", "origin that is no integer")]
        [InlineData("BF853E0402010000", "bytes after origin")]
        [InlineData("A1053003020102", "purposes that are no set")]
        [InlineData("A1053103040102", "a purpose that is no integer")]
        [InlineData("A106310402020002", "a purpose of two bytes")]
        [InlineData("A106310302010200", "bytes after purposes")]
        public void A_list_that_cannot_be_read_is_refused(string hex, string because)
        {
            byte[] list = [0x30, (byte)(hex.Length / 2), .. Convert.FromHexString(hex)];
            foreach (var index in (int[])[6, 7])
            {
                var verdict = Bend(description => description.BendBytes = _ =>
                {
                    var members = Members(description);
                    members[index] = list;
                    return Der.Sequence(members);
                });
                Assert.True(verdict.Rejection == Rejection.AndroidKeyDescriptionMalformed, because);
            }
        }

        [Fact]
        public void Lists_that_say_nothing_are_accepted() =>
            Bend(description => description.BendBytes = _ => Der.Sequence(Members(description))).IsAccepted();

        [Fact]
        public void An_origin_by_software_alone_is_accepted() =>
            Bend(description => (description.Software.Origin, description.Hardware.Origin) = (0, null)).IsAccepted();

        /// <summary>The members of a description, with empty lists.</summary>
        private static byte[][] Members(KeyDescription description) =>
        [
            Der.Integer(300), Der.Enumerated(1), Der.Integer(300), Der.Enumerated(1),
            Der.OctetString(description.Challenge), Der.OctetString(), Der.Sequence(), Der.Sequence(),
        ];

        [Fact]
        public void The_challenge_of_another_ceremony_is_refused() =>
            Bend(description => description.Challenge = new byte[32]).IsRefusedAs(Rejection.AndroidKeyChallenge);

        [Fact]
        public void A_key_for_all_applications_by_software_is_refused() =>
            Bend(description => description.Software.AllApplications = true).IsRefusedAs(Rejection.AndroidKeyAllApplications);

        [Fact]
        public void A_key_for_all_applications_by_hardware_is_refused() =>
            Bend(description => description.Hardware.AllApplications = true).IsRefusedAs(Rejection.AndroidKeyAllApplications);

        [Fact]
        public void An_imported_key_by_hardware_is_refused() =>
            Bend(description => description.Hardware.Origin = 2).IsRefusedAs(Rejection.AndroidKeyOrigin);

        [Fact]
        public void An_imported_key_by_software_is_refused() =>
            Bend(description => description.Software.Origin = 2).IsRefusedAs(Rejection.AndroidKeyOrigin);

        [Theory]
        [InlineData(0)]
        [InlineData(1)]
        [InlineData(2, 0)]
        public void A_key_that_does_more_than_sign_is_refused(params int[] purposes) =>
            Bend(description => description.Hardware.Purposes = purposes).IsRefusedAs(Rejection.AndroidKeyPurpose);

        [Fact]
        public void A_key_that_does_more_than_sign_by_software_is_refused() =>
            Bend(description => description.Software.Purposes = [2, 5]).IsRefusedAs(Rejection.AndroidKeyPurpose);

        [Fact]
        public void A_key_that_signs_and_verifies_is_accepted() =>
            Bend(description => description.Hardware.Purposes = [2, 3]).IsAccepted();

        private static Verdict<Registration> Bend(Action<KeyDescription> bend) =>
            Attested.Register(new AndroidKeyAttestation { BendDescription = bend }.Make);
    }

    public class HardwareOnly
    {
        [Fact]
        public void What_the_trusted_environment_enforces_is_accepted() => Bend(_ => { }).IsAccepted();

        [Fact]
        public void An_origin_by_software_alone_is_refused() =>
            Bend(description => (description.Software.Origin, description.Hardware.Origin) = (0, null))
                .IsRefusedAs(Rejection.AndroidKeyOrigin);

        [Fact]
        public void A_purpose_by_software_alone_is_refused() =>
            Bend(description => (description.Software.Purposes, description.Hardware.Purposes) = ([2], []))
                .IsRefusedAs(Rejection.AndroidKeyPurpose);

        private static Verdict<Registration> Bend(Action<KeyDescription> bend)
        {
            var formats = new AttestationFormatSet(new AndroidKey { HardwareOnly = true });
            var site = new Site
            {
                RelyingParty = new("example.com", "Example", [Site.Origin]) { Formats = formats },
                Authenticator = new() { Attestation = new AndroidKeyAttestation { BendDescription = bend }.Make },
            };
            return site.Register();
        }
    }
}
