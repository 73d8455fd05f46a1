using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using OpenPassage.Authenticator;
using OpenPassage.WebAuthn.Attestation;
using OpenPassage.WebAuthn.Cose;
using AttestationStatement = OpenPassage.WebAuthn.Attestation.AttestationStatement;

namespace OpenPassage.WebAuthn.Tests;

/// <summary>§7.1 in its order: a good registration, one thing bent.</summary>
public class RegistrationTests
{
    private readonly Site site = new();

    // §7.1.1 makes the options: CreationOptionsTests.
    // §7.1.2 is the client's; nothing to test.
    // §7.1.3 to §7.1.5 read the response: RegistrationResponseTests.

    public class Step06_client_data_is_JSON : RegistrationTests
    {
        [Theory]
        [InlineData("")]
        [InlineData("null")]
        [InlineData("[]")]
        [InlineData("{")]
        [InlineData("{} {}")]
        [InlineData("""{"challenge":"AA","origin":"https://login.example.com"}""")]
        [InlineData("""{"type":"webauthn.create","origin":"https://login.example.com"}""")]
        [InlineData("""{"type":"webauthn.create","challenge":"AA"}""")]
        [InlineData("""{"type":1,"challenge":"AA","origin":"https://login.example.com"}""")]
        [InlineData("""{"type":"webauthn.create","challenge":null,"origin":"https://login.example.com"}""")]
        [InlineData("""{"type":"webauthn.create","challenge":"AA","origin":["https://login.example.com"]}""")]
        [InlineData("""{"type":"webauthn.create","challenge":"AA","origin":"https://login.example.com","crossOrigin":"false"}""")]
        [InlineData("""{"type":"webauthn.create","challenge":"AA","origin":"https://login.example.com","topOrigin":true}""")]
        [InlineData("""{"type":"webauthn.create","challenge":"AA","origin":"\ud800"}""")]
        [InlineData("""{"type":"webauthn.create","challenge":"AA","\ud800":"https://login.example.com"}""")]
        public void What_is_not_an_object_with_the_required_members_is_refused(string clientData)
        {
            var verdict = site.Register(ceremony => ceremony.ClientData.BendBytes = _ => Encoding.UTF8.GetBytes(clientData));
            verdict.IsRefusedAs(clientData.Length == 0 ? Rejection.MalformedResponse : Rejection.MalformedClientData);
        }

        [Theory]
        [InlineData("type", "\"webauthn.create\"")]
        [InlineData("challenge", "\"AAAA\"")]
        [InlineData("origin", "\"https://evil.example\"")]
        [InlineData("crossOrigin", "false")]
        public void A_member_that_comes_twice_is_refused(string member, string value) =>
            site.Register(ceremony => ceremony.ClientData.BendBytes = bytes => Append(bytes, $"\"{member}\":{value}"))
                .IsRefusedAs(Rejection.MalformedClientData);

        [Fact]
        public void A_member_that_comes_again_under_an_escaped_name_is_refused() =>
            site.Register(ceremony => ceremony.ClientData.BendBytes = bytes => Append(bytes, "\"\\u006frigin\":\"https://evil.example\""))
                .IsRefusedAs(Rejection.MalformedClientData);

        [Fact]
        public void Unknown_members_are_passed_over() =>
            site.Register(ceremony => ceremony.ClientData.BendBytes = bytes =>
                Append(bytes, "\"tokenBinding\":{\"status\":\"supported\"},\"other_keys_can_be_added_here\":[1,{\"a\":null}]"))
                .IsAccepted();

        [Fact]
        public void Members_may_come_in_any_order() =>
            site.Register(ceremony =>
            {
                var challenge = ceremony.ClientData.Challenge;
                ceremony.ClientData.Challenge = null;
                ceremony.ClientData.Challenge = challenge;
            }).IsAccepted();

        [Fact]
        public void A_byte_order_mark_is_passed_over() =>
            site.Register(ceremony => ceremony.ClientData.BendBytes = bytes => [0xEF, 0xBB, 0xBF, .. bytes]).IsAccepted();

        [Fact]
        public void Nesting_without_end_is_refused() =>
            site.Register(ceremony => ceremony.ClientData.BendBytes =
                bytes => Append(bytes, "\"deep\":" + new string('[', 4000) + new string(']', 4000)))
                .IsRefusedAs(Rejection.MalformedClientData);

        [Theory]
        [InlineData(15, true)]
        [InlineData(16, false)]
        public void Nesting_ends_at_16_levels(int arrays, bool accepted) =>
            Assert.Equal(
                accepted ? null : Rejection.MalformedClientData,
                site.Register(ceremony => ceremony.ClientData.BendBytes = bytes =>
                    Append(bytes, "\"deep\":" + new string('[', arrays) + new string(']', arrays))).Rejection);

        [Fact]
        public void More_than_16_KiB_are_refused() =>
            site.Register(ceremony => ceremony.ClientData.Members["padding"] = new string('x', 16 * 1024))
                .IsRefusedAs(Rejection.MalformedResponse);

        private static byte[] Append(byte[] json, string member) =>
            [.. json.AsSpan(0, json.Length - 1), .. Encoding.UTF8.GetBytes("," + member + "}")];
    }

    public class Step07_type : RegistrationTests
    {
        [Theory]
        [InlineData("webauthn.get")]
        [InlineData("webauthn.Create")]
        [InlineData("webauthn.create ")]
        [InlineData("")]
        public void Another_ceremony_is_refused(string type) =>
            site.Register(ceremony => ceremony.ClientData.Type = type).IsRefusedAs(Rejection.WrongCeremony);
    }

    public class Step08_challenge : RegistrationTests
    {
        [Fact]
        public void A_challenge_of_another_ceremony_is_refused() =>
            site.Register(expect: expected => expected with { Challenge = Challenge.Create() }).IsRefusedAs(Rejection.WrongChallenge);

        [Theory]
        [InlineData("")]
        [InlineData("=")]
        public void A_challenge_written_otherwise_is_refused(string padding) =>
            site.Register(ceremony => ceremony.ClientData.Challenge = padding.Length == 0 ? "" : ceremony.ClientData.Challenge + padding)
                .IsRefusedAs(Rejection.WrongChallenge);

        [Fact]
        public void No_challenge_equals_nothing() =>
            site.Register(ceremony => ceremony.ClientData.Challenge = "", expect: expected => expected with { Challenge = default })
                .IsRefusedAs(Rejection.WrongChallenge);
    }

    public class Step09_origin : RegistrationTests
    {
        [Theory]
        [InlineData("http://login.example.com")]
        [InlineData("https://login.example.com:443")]
        [InlineData("https://login.example.com:8443")]
        [InlineData("https://login.example.com/")]
        [InlineData("https://LOGIN.example.com")]
        [InlineData("https://login.example.com.")]
        [InlineData("https://login.example.com.evil.example")]
        [InlineData("https://evil.login.example.com")]
        [InlineData("https://evillogin.example.com")]
        [InlineData("https://login.examp\u0301le.com")]
        [InlineData("https://l\u043egin.example.com")]
        [InlineData("https://example.com")]
        [InlineData("null")]
        [InlineData("")]
        public void An_origin_that_is_not_listed_is_refused(string origin) =>
            site.Register(ceremony => ceremony.ClientData.Origin = origin).IsRefusedAs(Rejection.WrongOrigin);

        [Fact]
        public void An_origin_of_great_length_is_refused() =>
            site.Register(ceremony => ceremony.ClientData.Origin = Site.Origin + new string('/', 9000)).IsRefusedAs(Rejection.WrongOrigin);

        [Fact]
        public void Every_listed_origin_is_accepted() =>
            Assert.Equal(
                "https://example.com:8443",
                site.Register(ceremony => ceremony.ClientData.Origin = "https://example.com:8443").IsAccepted().Origin);

        [Fact]
        public void An_origin_in_escapes_is_the_same_origin() =>
            site.Register(ceremony => ceremony.ClientData.BendBytes = bytes =>
                Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(bytes).Replace("https://", "https:\\/\\u002f", StringComparison.Ordinal)))
                .IsAccepted();

        [Fact]
        public void An_app_may_be_an_origin()
        {
            const string app = "android:apk-key-hash:2jmj7l5rSw0yVb_vlWAYkK_YBwk";
            var native = new Site { RelyingParty = new("example.com", "Example", [Site.Origin, app]) };
            Assert.Equal(app, native.Register(ceremony => ceremony.ClientData.Origin = app).IsAccepted().Origin);
        }

        [Fact]
        public void A_ceremony_begun_on_one_origin_does_not_end_on_another()
        {
            site.Register(expect: expected => expected with { Origin = Site.Origin }).IsAccepted();
            site.Register(expect: expected => expected with { Origin = "https://example.com:8443" }).IsRefusedAs(Rejection.WrongOrigin);
        }

        [Fact]
        public void What_was_begun_on_no_known_origin_ends_on_one_of_those_that_are_named()
        {
            const string Another = "https://example.com:8443";
            site.Register(expect: expected => expected with { Origins = Only(Site.Origin) }).IsAccepted();
            site.Register(expect: expected => expected with { Origins = Only(Another) }).IsRefusedAs(Rejection.WrongOrigin);
            site.Register(expect: expected => expected with { Origins = Only() }).IsRefusedAs(Rejection.WrongOrigin);

            static HashSet<string> Only(params string[] origins) => [.. origins];
        }

        [Fact]
        public void An_expected_origin_must_be_a_listed_one() =>
            site.Register(
                ceremony => ceremony.ClientData.Origin = "https://evil.example",
                expect: expected => expected with { Origin = "https://evil.example" }).IsRefusedAs(Rejection.WrongOrigin);
    }

    public class Step10_cross_origin : RegistrationTests
    {
        [Fact]
        public void A_frame_on_another_site_is_refused() =>
            site.Register(ceremony => ceremony.ClientData.CrossOrigin = true).IsRefusedAs(Rejection.CrossOrigin);

        [Fact]
        public void A_frame_whose_site_is_not_named_is_refused_unless_that_is_allowed()
        {
            var framed = new Site
            {
                RelyingParty = site.RelyingParty with { TopOrigins = new HashSet<string> { "https://portal.example" } },
            };
            framed.Register(ceremony => ceremony.ClientData.CrossOrigin = true).IsRefusedAs(Rejection.CrossOrigin);
            var lenient = new Site { RelyingParty = framed.RelyingParty with { AllowUnnamedTopOrigin = true } };
            Assert.Null(lenient.Register(ceremony => ceremony.ClientData.CrossOrigin = true).IsAccepted().TopOrigin);
        }

        [Fact]
        public void A_frame_on_a_named_site_is_refused_where_none_is_listed() =>
            site.Register(ceremony => (ceremony.ClientData.CrossOrigin, ceremony.ClientData.TopOrigin) = (true, "https://portal.example"))
                .IsRefusedAs(Rejection.CrossOrigin);

        [Fact]
        public void The_member_may_be_missing() => site.Register(ceremony => ceremony.ClientData.CrossOrigin = null).IsAccepted();
    }

    public class Step11_top_origin : RegistrationTests
    {
        private readonly Site framed;

        public Step11_top_origin() =>
            framed = new Site { RelyingParty = site.RelyingParty with { TopOrigins = new HashSet<string> { "https://portal.example" } } };

        [Fact]
        public void A_listed_page_may_frame() =>
            Assert.Equal("https://portal.example", Frame(framed, "https://portal.example").IsAccepted().TopOrigin);

        [Theory]
        [InlineData("https://evil.example")]
        [InlineData("https://portal.example.evil.example")]
        [InlineData("http://portal.example")]
        [InlineData("")]
        public void Another_page_may_not_frame(string topOrigin) => Frame(framed, topOrigin).IsRefusedAs(Rejection.WrongTopOrigin);

        [Fact]
        public void A_page_around_is_refused_where_no_framing_is_expected() =>
            site.Register(ceremony => ceremony.ClientData.TopOrigin = "https://portal.example").IsRefusedAs(Rejection.WrongTopOrigin);

        [Fact]
        public void A_named_page_is_judged_even_where_unnamed_ones_are_allowed() =>
            Frame(new Site { RelyingParty = site.RelyingParty with { AllowUnnamedTopOrigin = true } }, "https://evil.example")
                .IsRefusedAs(Rejection.WrongTopOrigin);

        private static Verdict<Registration> Frame(Site site, string topOrigin) => site.Register(ceremony =>
        {
            ceremony.ClientData.CrossOrigin = true;
            ceremony.ClientData.TopOrigin = topOrigin;
        });
    }

    public class Step12_hash : RegistrationTests
    {
        [Fact]
        public void The_hash_is_taken_of_the_bytes_as_received()
        {
            var witness = new Witness();
            byte[] sent = [];
            var watched = new Site { RelyingParty = site.RelyingParty with { Formats = new AttestationFormatSet(witness) } };
            watched.Register(ceremony => ceremony.ClientData.BendBytes = bytes => sent = [0xEF, 0xBB, 0xBF, .. " "u8, .. bytes, .. "\n"u8])
                .IsAccepted();
            Assert.Equal(SHA256.HashData(sent), witness.Seen!.ClientDataHash.ToArray());
        }

        private sealed class Witness : AttestationFormat
        {
            public AttestationInput? Seen { get; private set; }

            public override string Id => "none";

            internal override Verdict<AttestationStatement> Verify(AttestationInput input)
            {
                Seen = input;
                return new AttestationStatement { Format = Id, Type = AttestationType.None };
            }
        }
    }

    public class Step13_attestation_object : RegistrationTests
    {
        [Theory]
        [InlineData("fmt")]
        [InlineData("attStmt")]
        [InlineData("authData")]
        public void A_missing_member_is_refused(string member) =>
            site.Register(ceremony => ceremony.BendAttestationObject = map => map.Remove(member))
                .IsRefusedAs(Rejection.MalformedAttestationObject);

        [Theory]
        [InlineData("fmt")]
        [InlineData("attStmt")]
        [InlineData("authData")]
        public void A_member_that_comes_twice_is_refused(string member) =>
            site.Register(ceremony => ceremony.BendAttestationObject = map => map.Add(member, map[member]))
                .IsRefusedAs(Rejection.MalformedAttestationObject);

        [Theory]
        [InlineData("fmt", 1)]
        [InlineData("attStmt", "none")]
        [InlineData("authData", "text")]
        public void A_member_of_another_type_is_refused(string member, object value) =>
            site.Register(ceremony => ceremony.BendAttestationObject = map => map[member] = value)
                .IsRefusedAs(Rejection.MalformedAttestationObject);

        [Fact]
        public void Members_that_are_not_known_are_passed_over() =>
            site.Register(ceremony => ceremony.BendAttestationObject = map =>
            {
                map.Add("epAtt", value: false);
                map.Add(7, "seven");
            }).IsAccepted();

        [Theory]
        [InlineData("epAtt")]
        [InlineData(7)]
        public void A_member_that_is_not_known_is_passed_over_alone(object member) =>
            site.Register(ceremony => ceremony.BendAttestationObject = map => map.Insert(0, new(member, "seven"))).IsAccepted();

        [Fact]
        public void Bytes_left_over_are_refused() =>
            site.Register(ceremony => ceremony.BendAttestationObjectBytes = bytes => [.. bytes, 0])
                .IsRefusedAs(Rejection.MalformedAttestationObject);

        [Fact]
        public void Every_truncation_is_refused()
        {
            var creation = site.RelyingParty.StartRegistration(new() { UserHandle = site.Alice, UserName = "alice" });
            var whole = site.Authenticator.Create(Encoding.UTF8.GetString(creation.ToJson()), Site.Origin).ToAttestationObject();
            for (var length = 1; length < whole.Length; length++)
            {
                var cut = length;
                site.Register(ceremony => ceremony.BendAttestationObjectBytes = _ => whole[..cut])
                    .IsRefusedAs(Rejection.MalformedAttestationObject);
            }
        }

        [Theory]
        [InlineData(32)]
        [InlineData(36)]
        [InlineData(37)]
        [InlineData(54)]
        [InlineData(86)]
        [InlineData(100)]
        public void Authenticator_data_cut_short_is_refused(int length) =>
            site.Register(ceremony => ceremony.AuthenticatorData.BendBytes = bytes => bytes[..length])
                .IsRefusedAs(Rejection.MalformedAuthenticatorData);

        [Fact]
        public void Authenticator_data_with_bytes_left_over_is_refused() =>
            site.Register(ceremony => ceremony.AuthenticatorData.BendBytes = bytes => [.. bytes, 0])
                .IsRefusedAs(Rejection.MalformedAuthenticatorData);

        [Fact]
        public void A_credential_id_longer_than_the_data_is_refused() =>
            site.Register(ceremony => ceremony.AuthenticatorData.CredentialIdLength = 60_000)
                .IsRefusedAs(Rejection.MalformedAuthenticatorData);

        [Fact]
        public void Extensions_announced_and_missing_are_refused() =>
            site.Register(ceremony => ceremony.AuthenticatorData.HasExtensions = true).IsRefusedAs(Rejection.MalformedAuthenticatorData);

        [Fact]
        public void Extensions_that_were_not_announced_are_refused() =>
            site.Register(ceremony =>
            {
                ceremony.AuthenticatorData.Extensions = new CborMap { { "credProtect", 2 } };
                ceremony.AuthenticatorData.HasExtensions = false;
            }).IsRefusedAs(Rejection.MalformedAuthenticatorData);

        [Fact]
        public void A_key_with_a_label_twice_is_refused() =>
            site.Register(ceremony => ceremony.AuthenticatorData.CoseKey.Add(3, -7)).IsRefusedAs(Rejection.MalformedAuthenticatorData);

        [Fact]
        public void No_credential_is_refused() =>
            site.Register(ceremony =>
            {
                ceremony.Id = ceremony.RawId = "AAAA";
                ceremony.AuthenticatorData.CredentialId = null;
            }).IsRefusedAs(Rejection.NoCredentialData);

        [Fact]
        public void Reserved_flags_carry_no_meaning() =>
            site.Register(ceremony => ceremony.AuthenticatorData.OtherFlags = 0x22).IsAccepted();
    }

    public class Step14_rp_id : RegistrationTests
    {
        [Theory]
        [InlineData("login.example.com")]
        [InlineData("EXAMPLE.COM")]
        [InlineData("com")]
        public void Another_RP_ID_is_refused(string rpId) =>
            site.Register(ceremony => ceremony.AuthenticatorData.RpId = rpId).IsRefusedAs(Rejection.WrongRpId);

        [Fact]
        public void A_hash_of_zeros_is_refused() =>
            site.Register(ceremony => ceremony.AuthenticatorData.RpIdHash = new byte[32]).IsRefusedAs(Rejection.WrongRpId);
    }

    public class Step15_user_presence : RegistrationTests
    {
        [Fact]
        public void An_absent_user_is_refused() =>
            site.Register(ceremony => ceremony.AuthenticatorData.UserPresent = false).IsRefusedAs(Rejection.UserNotPresent);

        [Fact]
        public void A_conditional_create_asks_for_nobody() =>
            site.Register(
                ceremony => (ceremony.AuthenticatorData.UserPresent, ceremony.AuthenticatorData.UserVerified) = (false, false),
                request => request with { Conditional = true }).IsAccepted();
    }

    public class Step16_user_verification : RegistrationTests
    {
        [Fact]
        public void A_user_who_was_not_verified_is_refused_where_that_is_required() =>
            site.Register(ceremony => ceremony.AuthenticatorData.UserVerified = false).IsRefusedAs(Rejection.UserNotVerified);

        [Theory]
        [InlineData(UserVerification.Preferred)]
        [InlineData(UserVerification.Discouraged)]
        public void And_reported_where_it_is_not(UserVerification wanted)
        {
            var registration = site.Register(
                ceremony => ceremony.AuthenticatorData.UserVerified = false, request => request with { UserVerification = wanted })
                .IsAccepted();
            Assert.False(registration.UserVerified);
            Assert.False(registration.Record.UvInitialized);
        }
    }

    public class Step17_backup_flags : RegistrationTests
    {
        [Fact]
        public void Backed_up_without_being_eligible_is_refused() =>
            site.Register(ceremony => ceremony.AuthenticatorData.BackupState = true).IsRefusedAs(Rejection.BackupStateWithoutEligibility);
    }

    public class Step18_backup_eligibility : RegistrationTests
    {
        [Theory]
        [InlineData(true)]
        [InlineData(false)]
        public void A_policy_decides_when_there_is_one(bool eligible)
        {
            Assert.Equal(eligible, site.Register(Bend).IsAccepted().Record.BackupEligible);
            site.Register(Bend, expect: expected => expected with { BackupEligible = eligible }).IsAccepted();
            site.Register(Bend, expect: expected => expected with { BackupEligible = !eligible })
                .IsRefusedAs(Rejection.BackupEligibilityRefused);

            void Bend(RegistrationCeremony ceremony) => ceremony.AuthenticatorData.BackupEligible = eligible;
        }
    }

    public class Step19_backup_state : RegistrationTests
    {
        [Theory]
        [InlineData(true)]
        [InlineData(false)]
        public void A_policy_decides_when_there_is_one(bool backedUp)
        {
            Assert.Equal(backedUp, site.Register(Bend).IsAccepted().Record.BackupState);
            site.Register(Bend, expect: expected => expected with { BackupState = backedUp }).IsAccepted();
            site.Register(Bend, expect: expected => expected with { BackupState = !backedUp }).IsRefusedAs(Rejection.BackupStateRefused);

            void Bend(RegistrationCeremony ceremony) =>
                (ceremony.AuthenticatorData.BackupEligible, ceremony.AuthenticatorData.BackupState) = (true, backedUp);
        }
    }

    public class Step20_algorithm : RegistrationTests
    {
        [Fact]
        public void An_algorithm_that_was_not_asked_for_is_refused() =>
            site.Register(
                ceremony => ceremony.AuthenticatorData.CoseKey = SigningKey.Create(Alg.ES256).ToCose(),
                request => request with { Algorithms = [CoseAlgorithm.RS256] }).IsRefusedAs(Rejection.AlgorithmNotAllowed);

        [Fact]
        public void An_algorithm_that_cannot_be_verified_is_refused_even_where_it_is_expected()
        {
            var strict = new Site { RelyingParty = site.RelyingParty with { Algorithms = AlgorithmSet.Only(CoseAlgorithm.RS256) } };
            strict.Register(
                ceremony => ceremony.AuthenticatorData.CoseKey = SigningKey.Create(Alg.ES256).ToCose(),
                expect: expected => expected with { Algorithms = [CoseAlgorithm.ES256] }).IsRefusedAs(Rejection.AlgorithmNotAllowed);
        }

        [Fact]
        public void An_algorithm_nobody_knows_is_refused() =>
            site.Register(
                ceremony => ceremony.AuthenticatorData.CoseKey[3] = -70_000,
                expect: expected => expected with { Algorithms = [(CoseAlgorithm)(-70_000)] }).IsRefusedAs(Rejection.AlgorithmNotAllowed);

        [Fact]
        public void A_private_key_is_refused() =>
            site.Register(ceremony => ceremony.AuthenticatorData.CoseKey.Add(-4, new byte[32])).IsRefusedAs(Rejection.InvalidPublicKey);

        [Fact]
        public void A_point_off_its_curve_is_refused() =>
            site.Register(ceremony => ceremony.AuthenticatorData.CoseKey[-3] = new byte[32]).IsRefusedAs(Rejection.InvalidPublicKey);

        [Fact]
        public void A_key_without_algorithm_is_refused() =>
            site.Register(ceremony => ceremony.AuthenticatorData.CoseKey.Remove(3)).IsRefusedAs(Rejection.InvalidPublicKey);
    }

    public class Step21_format : RegistrationTests
    {
        [Theory]
        [InlineData("None")]
        [InlineData("none ")]
        [InlineData("future")]
        [InlineData("")]
        public void A_format_nobody_knows_is_refused(string format) =>
            site.Register(ceremony => ceremony.BendAttestationObject = map => map["fmt"] = format)
                .IsRefusedAs(Rejection.UnknownAttestationFormat);
    }

    // §7.1.22 is each format's own: the tests in Attestation. Here the one format that says nothing.
    public class Step22_none : RegistrationTests
    {
        [Fact]
        public void A_statement_of_none_that_says_something_is_refused() =>
            site.Register(ceremony => ceremony.BendAttestationObject = map => map["attStmt"] = new CborMap { { "alg", -7 } })
                .IsRefusedAs(Rejection.MalformedAttestationStatement);

        [Fact]
        public void An_array_is_refused() =>
            site.Register(ceremony => ceremony.BendAttestationObject = map => map["attStmt"] = Array.Empty<object>())
                .IsRefusedAs(Rejection.MalformedAttestationStatement);
    }

    // §7.1.23 finds trust anchors; the policy is given them: the tests in Attestation.
    public class Step24_trust : RegistrationTests
    {
        [Fact]
        public void None_is_refused_where_attestation_is_required() =>
            site.Register(expect: expected => expected with { Attestation = new AttestationPolicy { RequireAttestation = true } })
                .IsRefusedAs(Rejection.AttestationRequired);

        [Fact]
        public void A_model_that_is_denied_is_refused() =>
            site.Register(expect: expected => expected with
            {
                Attestation = new AttestationPolicy { DeniedAaguids = new HashSet<Guid> { site.Authenticator.Aaguid } },
            }).IsRefusedAs(Rejection.AuthenticatorModelNotAllowed);
    }

    public class Step25_credential_id : RegistrationTests
    {
        [Theory]
        [InlineData(0)]
        [InlineData(1024)]
        public void An_id_that_is_empty_or_too_long_is_refused(int length)
        {
            site.Register(ceremony => ceremony.AuthenticatorData.CredentialId = new byte[length]).IsRefusedAs(Rejection.CredentialIdLength);
            site.Register(ceremony =>
            {
                ceremony.Id = ceremony.RawId = "AAAA";
                ceremony.AuthenticatorData.CredentialId = new byte[length];
            }).IsRefusedAs(Rejection.CredentialIdLength);
        }

        [Theory]
        [InlineData(1)]
        [InlineData(1023)]
        public void The_longest_and_the_shortest_id_are_accepted(int length) =>
            site.Register(ceremony => ceremony.AuthenticatorData.CredentialId = new byte[length]).IsAccepted();
    }

    public class Whatever_is_sent : RegistrationTests
    {
        [Fact]
        public void A_bent_byte_anywhere_is_never_an_exception()
        {
            var random = new Random(710);
            var refused = 0;
            for (var i = 0; i < 3_000; i++)
            {
                var verdict = site.Register(ceremony =>
                {
                    ceremony.Attestation = i % 2 == 0 ? Attest.None : Attest.PackedSelf;
                    if (i % 3 == 0)
                        ceremony.ClientData.BendBytes = Bend;
                    else
                        ceremony.BendAttestationObjectBytes = Bend;
                });
                if (!verdict.Ok)
                    refused++;
            }
            Assert.InRange(refused, 1_000, 3_000);

            byte[] Bend(byte[] bytes)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
                return bytes;
            }
        }
    }

    // §7.1.26 is the store's: its unique key decides.

    public class Step27_record : RegistrationTests
    {
        [Fact]
        public void The_id_is_the_authenticators_whatever_the_JSON_says()
        {
            var record = site.Register(ceremony => ceremony.Id = ceremony.RawId = "AAAA").IsAccepted().Record;
            Assert.Equal(site.Authenticator.Passkeys[0].Id, record.Id.ToArray());
        }

        [Fact]
        public void The_key_is_the_authenticators_whatever_the_convenience_copies_say()
        {
            var record = site.Register(ceremony => ceremony.BendJson = json =>
            {
                json["response"]!["publicKey"] = "AAAA";
                json["response"]!["publicKeyAlgorithm"] = -257;
                json["response"]!["authenticatorData"] = "AAAA";
            }).IsAccepted().Record;
            Assert.Equal(site.Authenticator.Passkeys[0].Key.ToCose().ToBytes(), record.PublicKey.ToArray());
        }

        [Fact]
        public void What_was_sent_is_kept_for_a_later_look()
        {
            byte[] sent = [];
            var record = site.Register(ceremony => ceremony.BendAttestationObjectBytes = bytes => sent = bytes).IsAccepted().Record;
            Assert.Equal(sent, record.AttestationObject!.Value.ToArray());
            Assert.StartsWith("{", Encoding.UTF8.GetString(record.AttestationClientData!.Value.Span), StringComparison.Ordinal);
        }

        [Fact]
        public void Transports_nobody_knows_are_kept()
        {
            Assert.Equal(
                ["internal", "quantum"],
                site.Register(ceremony => ceremony.Transports = ["internal", "quantum"]).IsAccepted().Record.Transports);
            Assert.Empty(site.Register(ceremony => ceremony.Transports = null).IsAccepted().Record.Transports);
        }

        [Fact]
        public void The_counter_begins_where_the_authenticator_says() =>
            Assert.Equal(77u, site.Register(ceremony => ceremony.AuthenticatorData.SignCount = 77).IsAccepted().Record.SignCount);
    }

    public class Step28_extensions : RegistrationTests
    {
        [Fact]
        public void Known_outputs_are_typed()
        {
            var extensions = site.Register(ceremony =>
            {
                ceremony.ClientExtensionResults["credProps"] = new JsonObject { ["rk"] = true };
                ceremony.ClientExtensionResults["prf"] = new JsonObject { ["enabled"] = true };
                ceremony.ClientExtensionResults["largeBlob"] = new JsonObject { ["supported"] = false };
                ceremony.AuthenticatorData.Extensions =
                    new CborMap { { "credProtect", 3 }, { "hmac-secret", true }, { "minPinLength", 6 } };
            }).IsAccepted().Extensions;
            Assert.True(extensions.Discoverable);
            Assert.True(extensions.PrfEnabled);
            Assert.False(extensions.LargeBlobSupported);
            Assert.Null(extensions.LargeBlobWritten);
            Assert.Equal(CredentialProtection.UserVerificationRequired, extensions.CredentialProtection);
            Assert.True(extensions.HmacSecret);
            Assert.Equal(6, extensions.MinPinLength);
        }

        [Fact]
        public void Outputs_nobody_asked_for_are_passed_over() =>
            site.Register(ceremony =>
            {
                ceremony.ClientExtensionResults["uvm"] = new JsonArray(1, 2);
                ceremony.AuthenticatorData.Extensions = new CborMap { { "testing", true }, { 5, "five" } };
            }).IsAccepted();

        [Fact]
        public void Missing_outputs_are_null()
        {
            var extensions = site.Register().IsAccepted().Extensions;
            Assert.Equal(ExtensionOutputs.None, extensions);
        }

        [Theory]
        [InlineData("appid", "true")]
        [InlineData("appidExclude", "true")]
        [InlineData("credProps", """{"rk":true}""")]
        [InlineData("prf", """{"enabled":true}""")]
        [InlineData("largeBlob", """{"supported":true}""")]
        [InlineData("largeBlob", """{"written":true}""")]
        public void Each_client_output_is_reported_alone(string extension, string output)
        {
            var outputs = new JsonObject { [extension] = JsonNode.Parse(output) };
            var extensions = site.Register(ceremony => ceremony.ClientExtensionResults = outputs).IsAccepted().Extensions;
            bool?[] said =
            [
                extensions.AppId,
                extensions.AppIdExclude,
                extensions.Discoverable,
                extensions.PrfEnabled,
                extensions.LargeBlobSupported,
                extensions.LargeBlobWritten,
            ];
            Assert.Equal([true], said.OfType<bool>());
            Assert.NotEqual(ExtensionOutputs.None, extensions);
        }

        [Fact]
        public void An_authenticator_output_may_stand_at_its_lowest_and_behind_what_is_not_known()
        {
            var extensions = site.Register(ceremony => ceremony.AuthenticatorData.Extensions = new CborMap
            {
                { 5, "five" }, { "testing", true }, { "hmac-secret", new byte[] { 1 } }, { "credProtect", 1 }, { "minPinLength", 0 },
            }).IsAccepted().Extensions;
            Assert.Equal(CredentialProtection.UserVerificationOptional, extensions.CredentialProtection);
            Assert.Equal(0, extensions.MinPinLength);
            Assert.Null(extensions.HmacSecret);
        }

        [Theory]
        [InlineData("credProps", "true")]
        [InlineData("credProps", """{"rk":"yes"}""")]
        [InlineData("prf", """{"enabled":1}""")]
        [InlineData("largeBlob", """{"supported":true,"written":"yes"}""")]
        [InlineData("largeBlob", """{"supported":1,"written":true}""")]
        [InlineData("largeBlob", "[]")]
        [InlineData("appidExclude", "\"true\"")]
        public void A_client_output_of_another_type_is_refused(string extension, string output) =>
            site.Register(ceremony => ceremony.ClientExtensionResults[extension] = JsonNode.Parse(output))
                .IsRefusedAs(Rejection.InvalidExtensionOutput);

        [Theory]
        [InlineData("credProtect", 0)]
        [InlineData("credProtect", 4)]
        [InlineData("credProtect", "3")]
        [InlineData("minPinLength", -1)]
        public void An_authenticator_output_out_of_its_bounds_is_refused(string extension, object output) =>
            site.Register(ceremony => ceremony.AuthenticatorData.Extensions = new CborMap { { extension, output } })
                .IsRefusedAs(Rejection.InvalidExtensionOutput);
    }

    public class Step29_attachment : RegistrationTests
    {
        [Fact]
        public void Another_attachment_than_was_asked_for_is_refused() =>
            site.Register(ask: request => request with { Attachment = AuthenticatorAttachment.CrossPlatform })
                .IsRefusedAs(Rejection.AttachmentNotAllowed);

        [Theory]
        [InlineData(null)]
        [InlineData("implanted")]
        public void An_attachment_that_is_not_said_is_not_judged(string? attachment) =>
            Assert.Null(site.Register(
                ceremony => ceremony.Attachment = attachment,
                request => request with { Attachment = AuthenticatorAttachment.CrossPlatform }).IsAccepted().Attachment);
    }
}
