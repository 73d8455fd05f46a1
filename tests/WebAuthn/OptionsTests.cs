using System.Text.Json.Nodes;
using OpenPassage.WebAuthn.Cose;

namespace OpenPassage.WebAuthn.Tests;

/// <summary>§7.1 step 1 and §7.2 step 1: what the browser's parse methods are given.</summary>
public class OptionsTests
{
    private static readonly UserHandle alice = new("alice"u8);
    private static readonly Challenge challenge = new("a challenge of 24 bytes."u8);
    private static readonly RelyingParty relyingParty = new("example.com", "Example", [Site.Origin]);

    public class Creation
    {
        private static readonly RegistrationRequest request =
            new() { UserHandle = alice, UserName = "alice@example.com", Challenge = challenge };

        [Fact]
        public void The_defaults_ask_for_a_passkey()
        {
            var json = Write(request with { Algorithms = [CoseAlgorithm.ES256, CoseAlgorithm.RS256] });
            AssertJson("""
                {
                  "rp": { "id": "example.com", "name": "Example" },
                  "user": { "id": "YWxpY2U", "name": "alice@example.com", "displayName": "alice@example.com" },
                  "challenge": "YSBjaGFsbGVuZ2Ugb2YgMjQgYnl0ZXMu",
                  "pubKeyCredParams": [ { "type": "public-key", "alg": -7 }, { "type": "public-key", "alg": -257 } ],
                  "timeout": 300000,
                  "excludeCredentials": [],
                  "authenticatorSelection": { "residentKey": "required", "requireResidentKey": true, "userVerification": "required" },
                  "attestation": "none"
                }
                """, json);
        }

        [Fact]
        public void Every_word_is_the_specifications()
        {
            var json = Write(request with
            {
                UserDisplayName = "Älice",
                Algorithms = [CoseAlgorithm.ES256],
                Timeout = TimeSpan.FromMinutes(10),
                Attachment = AuthenticatorAttachment.CrossPlatform,
                ResidentKey = ResidentKey.Discouraged,
                UserVerification = UserVerification.Preferred,
                Hints = [Hint.SecurityKey, Hint.Hybrid, Hint.ClientDevice],
                Attestation = AttestationConveyance.Enterprise,
                AttestationFormats = ["packed", "tpm"],
                ExcludeCredentials = [new(new CredentialId([1, 2, 3]), ["usb", "nfc"]), new(new CredentialId([4]), [])],
            });
            AssertJson("""
                {
                  "rp": { "id": "example.com", "name": "Example" },
                  "user": { "id": "YWxpY2U", "name": "alice@example.com", "displayName": "Älice" },
                  "challenge": "YSBjaGFsbGVuZ2Ugb2YgMjQgYnl0ZXMu",
                  "pubKeyCredParams": [ { "type": "public-key", "alg": -7 } ],
                  "timeout": 600000,
                  "excludeCredentials": [
                    { "type": "public-key", "id": "AQID", "transports": [ "usb", "nfc" ] },
                    { "type": "public-key", "id": "BA" }
                  ],
                  "authenticatorSelection": {
                    "authenticatorAttachment": "cross-platform",
                    "residentKey": "discouraged",
                    "requireResidentKey": false,
                    "userVerification": "preferred"
                  },
                  "hints": [ "security-key", "hybrid", "client-device" ],
                  "attestation": "enterprise",
                  "attestationFormats": [ "packed", "tpm" ]
                }
                """, json);
        }

        [Fact]
        public void Every_extension_is_written_as_its_specification_says()
        {
            var json = Write(request with
            {
                Extensions = new()
                {
                    CredentialProperties = true,
                    PrfEvaluation = new(new byte[] { 1 }, new byte[] { 2 }),
                    LargeBlob = LargeBlobSupport.Required,
                    CredentialProtection = CredentialProtection.UserVerificationOptionalWithCredentialIds,
                    MinPinLength = true,
                    AppIdExclude = "https://example.com/app-id.json",
                },
            });
            AssertJson("""
                {
                  "credProps": true,
                  "prf": { "eval": { "first": "AQ", "second": "Ag" } },
                  "largeBlob": { "support": "required" },
                  "credentialProtectionPolicy": "userVerificationOptionalWithCredentialIDList",
                  "enforceCredentialProtectionPolicy": true,
                  "minPinLength": true,
                  "appidExclude": "https://example.com/app-id.json"
                }
                """, json["extensions"]!);
            AssertJson("""{ "prf": {} }""", Write(request with { Extensions = new() { Prf = true } })["extensions"]!);
        }

        [Fact]
        public void A_large_blob_may_be_preferred() =>
            AssertJson(
                """{ "largeBlob": { "support": "preferred" } }""",
                Write(request with { Extensions = new() { LargeBlob = LargeBlobSupport.Preferred } })["extensions"]!);

        [Fact]
        public void An_algorithm_that_is_not_the_relying_partys_is_named() =>
            Assert.Contains(
                "-4711",
                Assert.Throws<ArgumentException>(() => Write(request with { Algorithms = [(CoseAlgorithm)(-4711)] })).Message,
                StringComparison.Ordinal);

        [Fact]
        public void All_algorithms_that_can_be_verified_are_offered_in_their_order() =>
            Assert.Equal(
                AlgorithmSet.Supported.Ids.Select(id => (int)id),
                Write(request)["pubKeyCredParams"]!.AsArray().Select(parameter => (int)parameter!["alg"]!));

        [Theory]
        [InlineData("platform", Hint.ClientDevice)]
        [InlineData("cross-platform", Hint.SecurityKey)]
        [InlineData("cross-platform", Hint.Hybrid, Hint.SecurityKey)]
        [InlineData(null, Hint.Hybrid, Hint.ClientDevice)]
        [InlineData(null)]
        public void Hints_are_mirrored_for_clients_that_know_none(string? attachment, params Hint[] hints)
        {
            Assert.Equal(attachment, (string?)Write(request with { Hints = hints })["authenticatorSelection"]!["authenticatorAttachment"]);
            Assert.Null(relyingParty.StartRegistration(request with { Hints = hints }).ToExpectation().Attachment);
        }

        [Fact]
        public void A_hint_does_not_overrule_an_attachment()
        {
            var options = Write(request with { Hints = [Hint.SecurityKey], Attachment = AuthenticatorAttachment.Platform });
            Assert.Equal("platform", (string?)options["authenticatorSelection"]!["authenticatorAttachment"]);
        }

        [Fact]
        public void The_expectation_holds_what_was_asked()
        {
            var options = relyingParty.StartRegistration(request with
            {
                Algorithms = [CoseAlgorithm.ES256],
                Attachment = AuthenticatorAttachment.Platform,
                UserVerification = UserVerification.Preferred,
                Conditional = true,
            });
            var expected = options.ToExpectation();
            Assert.Equal(challenge, expected.Challenge);
            Assert.Equal(alice, expected.UserHandle);
            Assert.Equal([CoseAlgorithm.ES256], expected.Algorithms!);
            Assert.Equal(AuthenticatorAttachment.Platform, expected.Attachment);
            Assert.False(expected.UserVerificationRequired);
            Assert.True(expected.Conditional);
            Assert.Null(expected.Origin);
        }

        [Fact]
        public void Each_ceremony_has_a_challenge_of_its_own() =>
            Assert.NotEqual(
                relyingParty.StartRegistration(request with { Challenge = null }).Challenge,
                relyingParty.StartRegistration(request with { Challenge = null }).Challenge);

        [Fact]
        public void Misuse_throws()
        {
            Assert.Throws<ArgumentException>(() => relyingParty.StartRegistration(request with { UserName = "" }));
            Assert.Throws<ArgumentException>(() => relyingParty.StartRegistration(request with { UserHandle = default }));
            Assert.Throws<ArgumentException>(() => relyingParty.StartRegistration(request with { Timeout = TimeSpan.Zero }));
            Assert.Throws<ArgumentException>(() => relyingParty.StartRegistration(request with { Algorithms = [] }));
            Assert.Throws<ArgumentException>(() => relyingParty.StartRegistration(request with { Algorithms = [(CoseAlgorithm)(-1)] }));
        }

        private static JsonObject Write(RegistrationRequest request) => Parse(relyingParty.StartRegistration(request).ToJson());
    }

    public class Request
    {
        private static readonly AuthenticationRequest request = new() { Challenge = challenge };

        [Fact]
        public void The_defaults_ask_for_any_passkey_and_a_verified_user() =>
            AssertJson("""
                {
                  "challenge": "YSBjaGFsbGVuZ2Ugb2YgMjQgYnl0ZXMu",
                  "rpId": "example.com",
                  "timeout": 300000,
                  "allowCredentials": [],
                  "userVerification": "required"
                }
                """, Write(request));

        [Fact]
        public void Every_word_is_the_specifications()
        {
            var id = new CredentialId([1, 2, 3]);
            AssertJson("""
                {
                  "challenge": "YSBjaGFsbGVuZ2Ugb2YgMjQgYnl0ZXMu",
                  "rpId": "example.com",
                  "timeout": 60000,
                  "allowCredentials": [ { "type": "public-key", "id": "AQID", "transports": [ "hybrid" ] } ],
                  "userVerification": "discouraged",
                  "hints": [ "hybrid" ],
                  "extensions": {
                    "appid": "https://example.com/app-id.json",
                    "prf": { "eval": { "first": "AQ" }, "evalByCredential": { "AQID": { "first": "Ag", "second": "Aw" } } },
                    "largeBlob": { "write": "BAU" }
                  }
                }
                """, Write(request with
            {
                Timeout = TimeSpan.FromMinutes(1),
                AllowCredentials = [new(id, ["hybrid"])],
                UserVerification = UserVerification.Discouraged,
                Hints = [Hint.Hybrid],
                Extensions = new()
                {
                    AppId = "https://example.com/app-id.json",
                    Prf = new(new byte[] { 1 }),
                    PrfByCredential = new Dictionary<CredentialId, PrfInputs> { [id] = new(new byte[] { 2 }, new byte[] { 3 }) },
                    WriteLargeBlob = new byte[] { 4, 5 },
                },
            }));
            AssertJson(
                """{ "largeBlob": { "read": true } }""",
                Write(request with { Extensions = new() { ReadLargeBlob = true } })["extensions"]!);
        }

        [Fact]
        public void A_PRF_may_be_asked_for_all_credentials_or_for_each()
        {
            var id = new CredentialId([1, 2, 3]);
            var inputs = new PrfInputs(new byte[] { 1 });
            AssertJson(
                """{ "prf": { "eval": { "first": "AQ" } } }""",
                Write(request with { Extensions = new() { Prf = inputs } })["extensions"]!);
            AssertJson("""{ "prf": { "evalByCredential": { "AQID": { "first": "AQ" } } } }""", Write(request with
            {
                AllowCredentials = [new(id, [])],
                Extensions = new() { PrfByCredential = new Dictionary<CredentialId, PrfInputs> { [id] = inputs } },
            })["extensions"]!);
        }

        [Fact]
        public void The_expectation_holds_what_was_asked()
        {
            var id = new CredentialId([1, 2, 3]);
            var expected = relyingParty.StartAuthentication(request with
            {
                AllowCredentials = [new(id, [])],
                UserHandle = alice,
                UserVerification = UserVerification.Preferred,
                Extensions = new() { AppId = "https://example.com/app-id.json" },
            }).ToExpectation();
            Assert.Equal(challenge, expected.Challenge);
            Assert.Equal([id], expected.AllowCredentials);
            Assert.Equal(alice, expected.UserHandle);
            Assert.False(expected.UserVerificationRequired);
            Assert.Equal("https://example.com/app-id.json", expected.AppId);
            Assert.Equal(CounterPolicy.Report, expected.Counter);
        }

        [Fact]
        public void Misuse_throws()
        {
            var inputs = new PrfInputs(new byte[] { 1 });
            Assert.Throws<ArgumentException>(() => Write(request with { Timeout = TimeSpan.Zero }));
            Assert.Throws<ArgumentException>(() => Write(request with { Timeout = TimeSpan.FromSeconds(-1) }));
            Assert.Throws<ArgumentException>(() => Write(request with
            {
                Extensions = new() { PrfByCredential = new Dictionary<CredentialId, PrfInputs> { [new CredentialId([9])] = inputs } },
            }));
            Assert.Throws<ArgumentException>(() => Write(request with { Extensions = new() { WriteLargeBlob = new byte[] { 1 } } }));
            Assert.Throws<ArgumentException>(() => Write(request with
            {
                AllowCredentials = [new(new CredentialId([9]), [])],
                Extensions = new() { ReadLargeBlob = true, WriteLargeBlob = new byte[] { 1 } },
            }));
        }

        private static JsonObject Write(AuthenticationRequest request) => Parse(relyingParty.StartAuthentication(request).ToJson());
    }

    public class Signals
    {
        private static readonly CredentialId id = new([1, 2, 3]);

        [Fact]
        public void A_credential_that_is_unknown_is_signalled() =>
            AssertJson(
                """{ "rpId": "example.com", "credentialId": "AQID" }""",
                Parse(new UnknownCredentialSignal("example.com", id).ToJson()));

        [Fact]
        public void All_credentials_that_are_accepted_are_signalled() =>
            AssertJson(
                """{ "rpId": "example.com", "userId": "YWxpY2U", "allAcceptedCredentialIds": [ "AQID" ] }""",
                Parse(new AllAcceptedCredentialsSignal("example.com", alice, [id]).ToJson()));

        [Fact]
        public void A_users_names_are_signalled() =>
            AssertJson(
                """{ "rpId": "example.com", "userId": "YWxpY2U", "name": "alice@example.com", "displayName": "Alice" }""",
                Parse(new CurrentUserDetailsSignal("example.com", alice, "alice@example.com", "Alice").ToJson()));

        [Fact]
        public void No_writer_is_misuse()
        {
            Action<System.Text.Json.Utf8JsonWriter>[] writes =
            [
                new UnknownCredentialSignal("example.com", id).WriteTo,
                new AllAcceptedCredentialsSignal("example.com", alice, [id]).WriteTo,
                new CurrentUserDetailsSignal("example.com", alice, "alice", "Alice").WriteTo,
                new RelatedOrigins([Site.Origin]).WriteTo,
                relyingParty.StartRegistration(new() { UserHandle = alice, UserName = "alice" }).WriteTo,
                relyingParty.StartAuthentication(new()).WriteTo,
            ];
            Assert.All(writes, write => Assert.Throws<ArgumentNullException>(() => write(null!)));
        }

        [Fact]
        public void Related_origins_are_a_document() =>
            AssertJson(
                """{ "origins": [ "https://example.com", "https://example.co.uk" ] }""",
                Parse(new RelatedOrigins(["https://example.com", "https://example.co.uk"]).ToJson()));
    }

    private static JsonObject Parse(byte[] json) => JsonNode.Parse(json)!.AsObject();

    private static void AssertJson(string expected, JsonNode actual) =>
        Assert.Equal(JsonNode.Parse(expected)!.ToJsonString(), actual.ToJsonString());
}
