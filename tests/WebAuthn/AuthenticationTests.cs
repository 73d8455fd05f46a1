using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using OpenPassage.Authenticator;

namespace OpenPassage.WebAuthn.Tests;

/// <summary>§7.2 in its order: a good authentication, one thing bent.</summary>
public class AuthenticationTests
{
    private readonly Site site = new();
    private readonly CredentialRecord record;

    public AuthenticationTests() => record = site.Registered();

    // §7.2.1 makes the options: RequestOptionsTests.
    // §7.2.2 is the client's; nothing to test.
    // §7.2.3 and §7.2.4 read the response: AuthenticationResponseTests.

    public class Step05_allow_list : AuthenticationTests
    {
        [Fact]
        public void A_passkey_that_was_asked_for_is_accepted() =>
            site.SignIn(record, ask: request => request with { AllowCredentials = [new(record.Id, record.Transports)] }).IsAccepted();

        [Fact]
        public void A_passkey_that_was_not_asked_for_is_refused() =>
            site.SignIn(record, expect: expected => expected with { AllowCredentials = [new CredentialId("another"u8)] })
                .IsRefusedAs(Rejection.CredentialNotAllowed);
    }

    public class Step06_user : AuthenticationTests
    {
        [Fact]
        public void A_record_of_another_passkey_is_refused() =>
            site.SignIn(record with { Id = new CredentialId("another"u8) }).IsRefusedAs(Rejection.UnknownCredential);

        [Fact]
        public void A_known_user_needs_no_handle() =>
            site.SignIn(record, ceremony => ceremony.UserHandle = null, expect: Expect(site.Alice)).IsAccepted();

        [Fact]
        public void A_known_users_own_handle_is_accepted() => site.SignIn(record, expect: Expect(site.Alice)).IsAccepted();

        [Fact]
        public void A_known_user_with_the_handle_of_another_is_refused() =>
            site.SignIn(record, ceremony => ceremony.UserHandle = site.Bob.ToArray(), expect: Expect(site.Alice))
                .IsRefusedAs(Rejection.WrongUser);

        [Fact]
        public void A_passkey_of_another_account_than_the_known_one_is_refused()
        {
            site.SignIn(record, expect: Expect(site.Bob)).IsRefusedAs(Rejection.WrongUser);
            site.SignIn(record, ceremony => ceremony.UserHandle = null, expect: Expect(site.Bob)).IsRefusedAs(Rejection.WrongUser);
            site.SignIn(record, ceremony => ceremony.UserHandle = site.Bob.ToArray(), expect: Expect(site.Bob))
                .IsRefusedAs(Rejection.WrongUser);
        }

        [Fact]
        public void An_unknown_user_must_bring_a_handle()
        {
            site.SignIn(record, ceremony => ceremony.UserHandle = null).IsRefusedAs(Rejection.NoUserHandle);
            site.SignIn(record, ceremony => ceremony.UserHandle = null, shape: ResponseShape.FlexJs).IsRefusedAs(Rejection.NoUserHandle);
        }

        [Fact]
        public void An_unknown_user_with_the_handle_of_another_is_refused() =>
            site.SignIn(record, ceremony => ceremony.UserHandle = site.Bob.ToArray()).IsRefusedAs(Rejection.WrongUser);

        [Theory]
        [InlineData("not base64url!")]
        [InlineData("YWxpY2U=")]
        [InlineData("A")]
        [InlineData("zażółć gęślą jaźń")]
        public void A_handle_that_does_not_decode_is_somebody_else(string text)
        {
            site.SignIn(record, Say(text)).IsRefusedAs(Rejection.WrongUser);
            site.SignIn(record, Say(text), expect: Expect(site.Alice)).IsRefusedAs(Rejection.WrongUser);
        }

        [Fact]
        public void A_handle_of_more_than_64_bytes_is_somebody_else() =>
            site.SignIn(record, ceremony => ceremony.UserHandle = new byte[65]).IsRefusedAs(Rejection.WrongUser);

        [Fact]
        public void A_caller_that_knows_what_a_client_means_may_say_so()
        {
            var options = site.RelyingParty.StartAuthentication(new());
            var ceremony = site.Authenticator.Get(Encoding.UTF8.GetString(options.ToJson()), Site.Origin, Say("plain text handle!"));
            var response = AuthenticationResponse.Read(Encoding.UTF8.GetBytes(ceremony.ToJson())).GetOrThrow();
            Assert.Equal("plain text handle!", response.UserHandleText);
            site.RelyingParty.FinishAuthentication(response with { UserHandle = site.Alice }, options.ToExpectation(), record).IsAccepted();
        }

        private static Func<AuthenticationExpectation, AuthenticationExpectation> Expect(UserHandle account) =>
            expected => expected with { UserHandle = account };

        private static Action<AuthenticationCeremony> Say(string handle) =>
            ceremony => ceremony.BendJson = json => json["response"]!["userHandle"] = handle;
    }

    public class Step07_authenticator_data : AuthenticationTests
    {
        [Theory]
        [InlineData(1)]
        [InlineData(36)]
        public void Data_cut_short_is_refused(int length) =>
            site.SignIn(record, ceremony => ceremony.AuthenticatorData.BendBytes = bytes => bytes[..length])
                .IsRefusedAs(Rejection.MalformedAuthenticatorData);

        [Fact]
        public void Bytes_left_over_are_refused() =>
            site.SignIn(record, ceremony => ceremony.AuthenticatorData.BendBytes = bytes => [.. bytes, 0])
                .IsRefusedAs(Rejection.MalformedAuthenticatorData);

        [Fact]
        public void Parts_announced_and_missing_are_refused()
        {
            site.SignIn(record, ceremony => ceremony.AuthenticatorData.HasCredential = true)
                .IsRefusedAs(Rejection.MalformedAuthenticatorData);
            site.SignIn(record, ceremony => ceremony.AuthenticatorData.HasExtensions = true)
                .IsRefusedAs(Rejection.MalformedAuthenticatorData);
        }

        [Fact]
        public void Extensions_that_are_no_map_are_refused() =>
            site.SignIn(record, ceremony =>
            {
                ceremony.AuthenticatorData.HasExtensions = true;
                ceremony.AuthenticatorData.BendBytes = bytes => [.. bytes, 0x80];
            }).IsRefusedAs(Rejection.MalformedAuthenticatorData);
    }

    public class Step09_client_data_is_JSON : AuthenticationTests
    {
        [Theory]
        [InlineData("null")]
        [InlineData("{}")]
        [InlineData("{")]
        public void What_is_not_an_object_with_the_required_members_is_refused(string clientData) =>
            site.SignIn(record, ceremony => ceremony.ClientData.BendBytes = _ => Encoding.UTF8.GetBytes(clientData))
                .IsRefusedAs(Rejection.MalformedClientData);

        [Fact]
        public void A_byte_order_mark_is_passed_over_and_hashed() =>
            site.SignIn(record, ceremony => ceremony.ClientData.BendBytes = bytes => [0xEF, 0xBB, 0xBF, .. bytes]).IsAccepted();
    }

    public class Step10_type : AuthenticationTests
    {
        [Theory]
        [InlineData("webauthn.create")]
        [InlineData("payment.get")]
        [InlineData("")]
        public void Another_ceremony_is_refused(string type) =>
            site.SignIn(record, ceremony => ceremony.ClientData.Type = type).IsRefusedAs(Rejection.WrongCeremony);
    }

    public class Step11_challenge : AuthenticationTests
    {
        [Fact]
        public void A_challenge_of_another_ceremony_is_refused() =>
            site.SignIn(record, expect: expected => expected with { Challenge = Challenge.Create() }).IsRefusedAs(Rejection.WrongChallenge);

        [Fact]
        public void A_challenge_with_its_last_character_changed_is_refused() =>
            site.SignIn(record, ceremony =>
            {
                var challenge = ceremony.ClientData.Challenge!;
                ceremony.ClientData.Challenge = challenge[..^1] + (challenge[^1] == 'A' ? 'E' : 'A');
            }).IsRefusedAs(Rejection.WrongChallenge);
    }

    public class Step12_origin : AuthenticationTests
    {
        [Theory]
        [InlineData("http://login.example.com")]
        [InlineData("https://login.example.com:8443")]
        [InlineData("https://login.example.com.evil.example")]
        [InlineData("https://Login.example.com")]
        public void An_origin_that_is_not_listed_is_refused(string origin) =>
            site.SignIn(record, ceremony => ceremony.ClientData.Origin = origin).IsRefusedAs(Rejection.WrongOrigin);

        [Fact]
        public void A_ceremony_begun_on_one_origin_does_not_end_on_another() =>
            site.SignIn(record, expect: expected => expected with { Origin = "https://example.com:8443" })
                .IsRefusedAs(Rejection.WrongOrigin);

        [Fact]
        public void What_was_begun_on_no_known_origin_ends_on_one_of_those_that_are_named()
        {
            const string Another = "https://example.com:8443";
            site.SignIn(record, expect: expected => expected with { Origins = Only(Site.Origin) }).IsAccepted();
            site.SignIn(record, expect: expected => expected with { Origins = Only(Another) }).IsRefusedAs(Rejection.WrongOrigin);
            site.SignIn(record, expect: expected => expected with { Origins = Only() }).IsRefusedAs(Rejection.WrongOrigin);

            static HashSet<string> Only(params string[] origins) => [.. origins];
        }
    }

    public class Step13_cross_origin : AuthenticationTests
    {
        [Fact]
        public void A_frame_on_another_site_is_refused() =>
            site.SignIn(record, ceremony => ceremony.ClientData.CrossOrigin = true).IsRefusedAs(Rejection.CrossOrigin);
    }

    public class Step14_top_origin : AuthenticationTests
    {
        [Theory]
        [InlineData("https://portal.example", true)]
        [InlineData("https://evil.example", false)]
        public void A_page_may_frame_when_it_is_listed(string topOrigin, bool listed)
        {
            var framed = new Site
            {
                Authenticator = site.Authenticator,
                RelyingParty = site.RelyingParty with { TopOrigins = new HashSet<string> { "https://portal.example" } },
            };
            var verdict = framed.SignIn(
                record,
                ceremony => (ceremony.ClientData.CrossOrigin, ceremony.ClientData.TopOrigin) = (true, topOrigin));
            if (listed)
                Assert.Equal(topOrigin, verdict.IsAccepted().TopOrigin);
            else
                verdict.IsRefusedAs(Rejection.WrongTopOrigin);
        }

        [Fact]
        public void A_page_around_is_refused_where_no_framing_is_expected() =>
            site.SignIn(record, ceremony => ceremony.ClientData.TopOrigin = Site.Origin).IsRefusedAs(Rejection.WrongTopOrigin);
    }

    public class Step15_rp_id : AuthenticationTests
    {
        private const string AppId = "https://example.com/app-id.json";

        [Fact]
        public void Another_RP_ID_is_refused() =>
            site.SignIn(record, ceremony => ceremony.AuthenticatorData.RpId = "login.example.com").IsRefusedAs(Rejection.WrongRpId);

        [Fact]
        public void An_AppID_that_was_asked_for_and_used_is_accepted() =>
            Assert.True(site.SignIn(record, Use(AppId, used: true), Ask).IsAccepted().Extensions.AppId);

        [Fact]
        public void An_AppID_that_the_client_does_not_say_it_used_is_refused() =>
            site.SignIn(record, Use(AppId, used: false), Ask).IsRefusedAs(Rejection.WrongRpId);

        [Fact]
        public void An_AppID_that_nobody_asked_for_is_refused() =>
            site.SignIn(record, Use(AppId, used: true)).IsRefusedAs(Rejection.WrongRpId);

        [Fact]
        public void Another_AppID_is_refused() =>
            site.SignIn(record, Use("https://evil.example/app-id.json", used: true), Ask).IsRefusedAs(Rejection.WrongRpId);

        private static AuthenticationRequest Ask(AuthenticationRequest request) => request with { Extensions = new() { AppId = AppId } };

        private static Action<AuthenticationCeremony> Use(string appId, bool used) => ceremony =>
        {
            ceremony.AuthenticatorData.RpId = appId;
            ceremony.ClientExtensionResults["appid"] = used;
        };
    }

    public class Step16_user_presence : AuthenticationTests
    {
        [Fact]
        public void An_absent_user_is_refused() =>
            site.SignIn(record, ceremony => ceremony.AuthenticatorData.UserPresent = false).IsRefusedAs(Rejection.UserNotPresent);

        [Fact]
        public void An_absent_user_is_refused_though_nothing_is_required() =>
            site.SignIn(
                record,
                ceremony => ceremony.AuthenticatorData.UserPresent = false,
                request => request with { UserVerification = UserVerification.Discouraged }).IsRefusedAs(Rejection.UserNotPresent);
    }

    public class Step17_user_verification : AuthenticationTests
    {
        [Fact]
        public void A_user_who_was_not_verified_is_refused_where_that_is_required() =>
            site.SignIn(record, ceremony => ceremony.AuthenticatorData.UserVerified = false).IsRefusedAs(Rejection.UserNotVerified);

        [Fact]
        public void And_reported_where_it_is_not() =>
            Assert.False(site.SignIn(
                record,
                ceremony => ceremony.AuthenticatorData.UserVerified = false,
                request => request with { UserVerification = UserVerification.Preferred }).IsAccepted().UserVerified);
    }

    public class Step18_backup_flags : AuthenticationTests
    {
        [Fact]
        public void Backed_up_without_being_eligible_is_refused() =>
            site.SignIn(record, ceremony => ceremony.AuthenticatorData.BackupState = true)
                .IsRefusedAs(Rejection.BackupStateWithoutEligibility);
    }

    public class Step19_backup : AuthenticationTests
    {
        [Fact]
        public void Eligibility_that_changed_is_refused_both_ways()
        {
            site.SignIn(record, ceremony => ceremony.AuthenticatorData.BackupEligible = true)
                .IsRefusedAs(Rejection.BackupEligibilityChanged);
            site.SignIn(record with { BackupEligible = true }).IsRefusedAs(Rejection.BackupEligibilityChanged);
        }

        /// <summary>Threat 35: a passkey that is there is refused after the same work as one that is not.</summary>
        [Fact]
        public void Whoever_cannot_sign_learns_nothing_of_the_eligibility_that_is_kept() =>
            site.SignIn(record with { BackupEligible = true }, ceremony => ceremony.Key = SigningKey.Create(Alg.ES256))
                .IsRefusedAs(Rejection.BadSignature);

        [Theory]
        [InlineData(true)]
        [InlineData(false)]
        public void Eligibility_that_is_not_known_is_not_judged_and_stays_unknown(bool eligible) =>
            Assert.Null(site.SignIn(record with { BackupEligible = null }, ceremony => ceremony.AuthenticatorData.BackupEligible = eligible)
                .IsAccepted().Record.BackupEligible);

        [Fact]
        public void The_state_may_change_and_is_recorded()
        {
            var synced = record with { BackupEligible = true };
            var backedUp = site.SignIn(synced, Flags(state: true)).IsAccepted().Record;
            Assert.True(backedUp.BackupState);
            Assert.False(site.SignIn(backedUp, Flags(state: false)).IsAccepted().Record.BackupState);
        }

        [Fact]
        public void A_policy_decides_when_there_is_one()
        {
            var synced = record with { BackupEligible = true };
            site.SignIn(synced, Flags(state: true), expect: expected => expected with { BackupEligible = false })
                .IsRefusedAs(Rejection.BackupEligibilityRefused);
            site.SignIn(synced, Flags(state: false), expect: expected => expected with { BackupState = true })
                .IsRefusedAs(Rejection.BackupStateRefused);
        }

        private static Action<AuthenticationCeremony> Flags(bool state) =>
            ceremony => (ceremony.AuthenticatorData.BackupEligible, ceremony.AuthenticatorData.BackupState) = (true, state);
    }

    public class Step20_hash : AuthenticationTests
    {
        [Fact]
        public void The_hash_is_taken_of_the_bytes_as_received() =>
            site.SignIn(record, ceremony => ceremony.ClientData.BendBytes = bytes => [.. " "u8, .. bytes, .. "\n"u8]).IsAccepted();
    }

    public class Step21_signature : AuthenticationTests
    {
        [Fact]
        public void A_signature_of_another_key_is_refused() =>
            site.SignIn(record, ceremony => ceremony.Key = SigningKey.Create(Alg.ES256)).IsRefusedAs(Rejection.BadSignature);

        [Fact]
        public void A_signature_with_one_bit_bent_is_refused() =>
            site.SignIn(record, ceremony => ceremony.BendSignature = Flip).IsRefusedAs(Rejection.BadSignature);

        /// <summary>Threat 21.</summary>
        [Fact]
        public void A_signature_of_zeros_is_refused() =>
            site.SignIn(record, ceremony => ceremony.BendSignature = _ => [0x30, 0x06, 0x02, 0x01, 0x00, 0x02, 0x01, 0x00])
                .IsRefusedAs(Rejection.BadSignature);

        [Fact]
        public void A_signature_of_another_algorithm_is_refused() =>
            site.SignIn(record, ceremony => ceremony.Key = SigningKey.Create(Alg.RS256)).IsRefusedAs(Rejection.BadSignature);

        [Fact]
        public void Client_data_changed_after_signing_is_refused() =>
            site.SignIn(record, ceremony => ceremony.BendJson = json => json["response"]!["clientDataJSON"] =
                Base64Url.EncodeToString([.. ceremony.ClientData.ToBytes(), (byte)' '])).IsRefusedAs(Rejection.BadSignature);

        [Fact]
        public void Authenticator_data_changed_after_signing_is_refused() =>
            site.SignIn(record, ceremony =>
            {
                var clientDataHash = SHA256.HashData(ceremony.ClientData.ToBytes());
                var signature = ceremony.Key.Sign([.. ceremony.AuthenticatorData.ToBytes(), .. clientDataHash]);
                ceremony.BendSignature = _ => signature;
                ceremony.AuthenticatorData.SignCount += 100;
            }).IsRefusedAs(Rejection.BadSignature);

        [Fact]
        public void A_stored_key_that_is_no_key_is_refused()
        {
            site.SignIn(record with { PublicKey = Array.Empty<byte>() }).IsRefusedAs(Rejection.InvalidPublicKey);
            site.SignIn(record with { PublicKey = new byte[] { 0xA0 } }).IsRefusedAs(Rejection.InvalidPublicKey);
            site.SignIn(record with { PublicKey = (byte[])[.. record.PublicKey.Span, 0] }).IsRefusedAs(Rejection.InvalidPublicKey);
        }

        private static byte[] Flip(byte[] signature)
        {
            signature[^1] ^= 1;
            return signature;
        }
    }

    public class Step22_counter : AuthenticationTests
    {
        /// <summary>Threat 19.</summary>
        [Theory]
        [InlineData(5, 6, false)]
        [InlineData(5, 5, true)]
        [InlineData(5, 4, true)]
        [InlineData(5, 0, true)]
        [InlineData(0, 0, false)]
        [InlineData(0, 1, false)]
        [InlineData(4294967295, 0, true)]
        public void A_counter_that_does_not_grow_is_a_signal_and_policy_decides(uint stored, uint sent, bool regressed)
        {
            var known = record with { SignCount = stored };
            var authentication = site.SignIn(known, Count(sent)).IsAccepted();
            Assert.Equal(regressed, authentication.SignCountRegressed);
            Assert.Equal(Math.Max(stored, sent), authentication.Record.SignCount);

            var strict = site.SignIn(known, Count(sent), expect: expected => expected with { Counter = CounterPolicy.Refuse });
            if (regressed)
                strict.IsRefusedAs(Rejection.SignCountNotIncreased);
            else
                strict.IsAccepted();
        }

        [Theory]
        [InlineData(5, 5, false, false)]
        [InlineData(5, 0, false, false)]
        [InlineData(0, 0, false, true)]
        [InlineData(5, 6, false, true)]
        [InlineData(5, 5, true, true)]
        [InlineData(5, 0, true, true)]
        public void A_passkey_that_may_be_synced_can_be_left_out_of_the_refusal(uint stored, uint sent, bool synced, bool accepted)
        {
            var verdict = site.SignIn(
                record with { SignCount = stored, BackupEligible = synced },
                ceremony => (ceremony.AuthenticatorData.SignCount, ceremony.AuthenticatorData.BackupEligible) = (sent, synced),
                expect: expected => expected with { Counter = CounterPolicy.RefuseUnlessSynced });

            if (accepted)
                Assert.Equal(stored != 0 && sent <= stored, verdict.IsAccepted().SignCountRegressed);
            else
                verdict.IsRefusedAs(Rejection.SignCountNotIncreased);
        }

        private static Action<AuthenticationCeremony> Count(uint count) => ceremony => ceremony.AuthenticatorData.SignCount = count;
    }

    public class Step23_extensions : AuthenticationTests
    {
        [Fact]
        public void Known_outputs_are_typed_and_secrets_are_not_read()
        {
            var extensions = site.SignIn(record, ceremony =>
            {
                ceremony.ClientExtensionResults["largeBlob"] = new JsonObject { ["written"] = true, ["blob"] = "c2VjcmV0" };
                ceremony.ClientExtensionResults["prf"] = new JsonObject { ["results"] = new JsonObject { ["first"] = "c2VjcmV0" } };
                ceremony.AuthenticatorData.Extensions = new CborMap { { "hmac-secret", new byte[48] } };
            }).IsAccepted().Extensions;
            Assert.Equal(ExtensionOutputs.None with { LargeBlobWritten = true }, extensions);
        }

        [Fact]
        public void An_output_of_another_type_is_refused() =>
            site.SignIn(record, ceremony => ceremony.ClientExtensionResults["appid"] = "yes").IsRefusedAs(Rejection.InvalidExtensionOutput);
    }

    public class Step24_update : AuthenticationTests
    {
        [Fact]
        public void Only_counter_and_backup_state_change()
        {
            var next = site.SignIn(record).IsAccepted().Record;
            Assert.Equal(record with { SignCount = 1 }, next);
        }

        [Fact]
        public void Verification_does_not_raise_a_record_that_began_without_it() =>
            Assert.False(site.SignIn(record with { UvInitialized = false }).IsAccepted().Record.UvInitialized);
    }

    // §7.2.25 is the answer itself.
}
