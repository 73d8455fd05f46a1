using System.Buffers.Text;
using System.Text;
using System.Text.Json.Nodes;

namespace OpenPassage.WebAuthn.Tests.Json;

/// <summary>§7.1 steps 3 to 5 and §7.2 steps 3 to 9, as far as they are about the shape of what the browser sent.</summary>
public class ResponseTests
{
    private readonly Site site = new();

    public class Registrations : ResponseTests
    {
        [Fact]
        public void A_good_response_is_read()
        {
            var json = Make();
            var response = Read(json).IsAccepted();
            Assert.Equal((string)json["id"]!, response.Id.ToString());
            Assert.Equal(["internal", "hybrid"], response.Transports);
            Assert.Equal(AuthenticatorAttachment.Platform, response.Attachment);
            Assert.Equal((string)json["response"]!["attestationObject"]!, Base64Url.EncodeToString(response.AttestationObject.Span));
            Assert.Equal((string)json["response"]!["clientDataJSON"]!, Base64Url.EncodeToString(response.ClientDataJson.Span));
        }

        [Theory]
        [InlineData("id")]
        [InlineData("rawId")]
        [InlineData("type")]
        [InlineData("response")]
        public void A_missing_member_is_refused(string member)
        {
            var json = Make();
            json.Remove(member);
            Read(json).IsRefusedAs(Rejection.MalformedResponse);
        }

        [Theory]
        [InlineData("clientDataJSON")]
        [InlineData("attestationObject")]
        public void A_missing_member_of_response_is_refused(string member)
        {
            var json = Make();
            json["response"]!.AsObject().Remove(member);
            Read(json).IsRefusedAs(Rejection.MalformedResponse);
        }

        [Theory]
        [InlineData("authenticatorAttachment")]
        [InlineData("clientExtensionResults")]
        [InlineData("transports")]
        public void A_member_that_may_be_missing_may_be_null(string member)
        {
            var json = Make();
            json[member] = null;
            Read(json).IsAccepted();
        }

        [Theory]
        [InlineData("id", 7)]
        [InlineData("rawId", true)]
        [InlineData("type", 7)]
        [InlineData("response", "text")]
        [InlineData("authenticatorAttachment", 7)]
        [InlineData("clientExtensionResults", "text")]
        [InlineData("transports", "usb")]
        public void A_member_of_another_type_is_refused(string member, object value)
        {
            var json = Make();
            json[member] = JsonValue.Create(value);
            Read(json).IsRefusedAs(Rejection.MalformedResponse);
        }

        [Fact]
        public void Transports_of_another_type_are_refused()
        {
            var json = Make();
            json["response"]!["transports"] = new JsonArray("usb", 7);
            Read(json).IsRefusedAs(Rejection.MalformedResponse);
        }

        [Theory]
        [InlineData("password")]
        [InlineData("Public-Key")]
        [InlineData("")]
        public void Another_type_of_credential_is_refused(string type)
        {
            var json = Make();
            json["type"] = type;
            Read(json).IsRefusedAs(Rejection.NotAPublicKeyCredential);
        }

        [Fact]
        public void An_id_that_is_not_the_raw_id_is_refused()
        {
            var json = Make();
            json["id"] = "AAAA";
            Read(json).IsRefusedAs(Rejection.IdMismatch);
        }

        [Theory]
        [InlineData("")]
        [InlineData("+/+/")]
        [InlineData("A")]
        [InlineData("AB")]
        [InlineData("AA AA")]
        [InlineData("AA\nAA")]
        public void Bytes_that_are_not_strict_base64url_are_refused(string text)
        {
            var json = Make();
            json["response"]!["attestationObject"] = text;
            Read(json).IsRefusedAs(Rejection.MalformedResponse);
        }

        [Fact]
        public void The_response_may_carry_more_than_is_known_here()
        {
            var json = Make();
            json["future"] = new JsonObject { ["deep"] = new JsonArray(1, 2, new JsonObject()) };
            json["response"]!["future"] = new JsonArray();
            Read(json).IsAccepted();
        }

        [Theory]
        [InlineData("platform", AuthenticatorAttachment.Platform)]
        [InlineData("cross-platform", AuthenticatorAttachment.CrossPlatform)]
        [InlineData("implanted", null)]
        public void An_attachment_is_read_where_its_word_is_known(string word, AuthenticatorAttachment? attachment)
        {
            var json = Make();
            json["authenticatorAttachment"] = word;
            Assert.Equal(attachment, Read(json).IsAccepted().Attachment);
        }

        [Theory]
        [InlineData(16, 64, true)]
        [InlineData(17, 64, false)]
        [InlineData(16, 65, false)]
        public void Transports_are_sixteen_words_of_64_bytes_at_most(int count, int length, bool accepted)
        {
            var json = Make();
            var words = Enumerable.Repeat(new string('x', length), count).Select(word => (JsonNode)word);
            json["response"]!["transports"] = new JsonArray([.. words]);
            Assert.Equal(accepted ? null : Rejection.MalformedResponse, Read(json).Rejection);
        }

        [Fact]
        public void Transports_inside_the_response_come_before_those_beside_it()
        {
            var json = Make();
            json["transports"] = new JsonArray("usb");
            Assert.Equal(["internal", "hybrid"], Read(json).IsAccepted().Transports);
            json["response"]!.AsObject().Remove("transports");
            Assert.Equal(["usb"], Read(json).IsAccepted().Transports);
            var first = new JsonObject { ["transports"] = new JsonArray("usb") };
            foreach (var (member, value) in Make())
                first[member] = value?.DeepClone();
            Assert.Equal(["internal", "hybrid"], Read(first).IsAccepted().Transports);
        }

        private JsonObject Make()
        {
            var options = site.RelyingParty.StartRegistration(new() { UserHandle = site.Alice, UserName = "alice" });
            return site.Authenticator.Create(Encoding.UTF8.GetString(options.ToJson()), Site.Origin).ToJsonObject();
        }

        private static Verdict<RegistrationResponse> Read(JsonObject json) =>
            RegistrationResponse.Read(Encoding.UTF8.GetBytes(json.ToJsonString()));
    }

    public class Authentications : ResponseTests
    {
        [Fact]
        public void A_good_response_is_read()
        {
            var json = Make();
            var response = Read(json.ToJsonString()).IsAccepted();
            Assert.Equal((string)json["id"]!, response.Id.ToString());
            Assert.Equal(site.Alice, response.UserHandle);
            Assert.Equal((string)json["response"]!["userHandle"]!, response.UserHandleText);
            Assert.Equal((string)json["response"]!["signature"]!, Base64Url.EncodeToString(response.Signature.Span));
        }

        [Theory]
        [InlineData("null")]
        [InlineData("\"\"")]
        public void An_empty_user_handle_is_none(string handle)
        {
            var json = Make();
            json["response"]!["userHandle"] = JsonNode.Parse(handle);
            var response = Read(json.ToJsonString()).IsAccepted();
            Assert.Null(response.UserHandle);
            Assert.True(string.IsNullOrEmpty(response.UserHandleText));
        }

        [Fact]
        public void A_user_handle_has_64_bytes_at_most()
        {
            var json = Make();
            var longest = new UserHandle([.. Enumerable.Repeat((byte)0xFF, 64)]);
            json["response"]!["userHandle"] = longest.ToString();
            Assert.Equal(longest, Read(json.ToJsonString()).IsAccepted().UserHandle);
            json["response"]!["userHandle"] = Base64Url.EncodeToString(new byte[65]);
            Assert.Null(Read(json.ToJsonString()).IsAccepted().UserHandle);
        }

        [Theory]
        [InlineData("not base64url!")]
        [InlineData("A")]
        [InlineData("żółć")]
        public void A_user_handle_that_is_no_base64url_is_kept_as_it_was_sent(string text)
        {
            var json = Make();
            json["response"]!["userHandle"] = text;
            var response = Read(json.ToJsonString()).IsAccepted();
            Assert.Null(response.UserHandle);
            Assert.Equal(text, response.UserHandleText);
        }

        [Theory]
        [InlineData(1023, true)]
        [InlineData(1024, false)]
        public void An_id_has_1023_bytes_at_most(int length, bool accepted)
        {
            var json = Make();
            var id = Base64Url.EncodeToString(new byte[length]);
            (json["id"], json["rawId"]) = (id, id);
            Assert.Equal(accepted ? null : Rejection.MalformedResponse, Read(json.ToJsonString()).Rejection);
        }

        [Theory]
        [InlineData(0, true)]
        [InlineData(1, false)]
        public void A_response_has_256_KiB_at_most(int more, bool accepted)
        {
            var json = Make().ToJsonString();
            Assert.Equal(accepted ? null : Rejection.MalformedResponse, Read(json.PadRight((256 * 1024) + more)).Rejection);
        }

        [Theory]
        [InlineData("clientDataJSON")]
        [InlineData("authenticatorData")]
        [InlineData("signature")]
        public void A_member_that_comes_twice_is_refused(string member) =>
            Read(Make().ToJsonString().Replace("\"response\":{", $"\"response\":{{\"{member}\":\"AAAA\",", StringComparison.Ordinal))
                .IsRefusedAs(Rejection.MalformedResponse);

        [Theory]
        [InlineData("id")]
        [InlineData("\\u0069d")]
        [InlineData("rawId")]
        [InlineData("type")]
        [InlineData("response")]
        public void An_outer_member_that_comes_twice_is_refused(string member) =>
            Read(string.Concat(Make().ToJsonString().AsSpan()[..^1], $",\"{member}\":\"public-key\"}}"))
                .IsRefusedAs(Rejection.MalformedResponse);

        [Fact]
        public void A_byte_order_mark_is_passed_over() => Read("\uFEFF" + Make().ToJsonString()).IsAccepted();

        [Theory]
        [InlineData("")]
        [InlineData("null")]
        [InlineData("[]")]
        [InlineData("{")]
        [InlineData("{}")]
        [InlineData("{\"id\":\"\\ud800\"}")]
        [InlineData("{\"\\ud800\":1}")]
        [InlineData("{\"response\":{\"\\ud8000\":1}}")]
        [InlineData("{\"clientExtensionResults\":{\"\\udc00x\":1}}")]
        [InlineData("/* hello */ {}")]
        public void What_is_no_response_is_refused(string json) => Read(json).IsRefusedAs(Rejection.MalformedResponse);

        [Fact]
        public void Text_after_the_object_is_refused() => Read(Make().ToJsonString() + "{}").IsRefusedAs(Rejection.MalformedResponse);

        [Fact]
        public void Bytes_that_are_not_UTF8_are_refused()
        {
            var bytes = Encoding.UTF8.GetBytes(Make().ToJsonString().Replace("public-key", "public-kXy", StringComparison.Ordinal));
            bytes[Array.IndexOf(bytes, (byte)'X')] = 0xFF;
            AuthenticationResponse.Read(bytes).IsRefusedAs(Rejection.MalformedResponse);
        }

        [Fact]
        public void Nesting_without_end_is_refused() =>
            Read("{\"future\":" + new string('[', 100_000)).IsRefusedAs(Rejection.MalformedResponse);

        [Fact]
        public void More_than_256_KiB_are_refused() =>
            Read(string.Concat(Make().ToJsonString().AsSpan()[..^1], ",\"future\":\"", new string('x', 256 * 1024), "\"}"))
                .IsRefusedAs(Rejection.MalformedResponse);

        [Fact]
        public void A_bent_byte_anywhere_is_never_an_exception()
        {
            var record = site.Registered();
            var options = site.RelyingParty.StartAuthentication(new());
            var json = Encoding.UTF8.GetBytes(site.Authenticator.Get(Encoding.UTF8.GetString(options.ToJson()), Site.Origin).ToJson());
            var random = new Random(720);
            var refused = 0;
            for (var i = 0; i < 4_000; i++)
            {
                var bent = (byte[])json.Clone();
                bent[random.Next(bent.Length)] = (byte)random.Next(256);
                var response = AuthenticationResponse.Read(bent);
                if (!response.Ok || !site.RelyingParty.FinishAuthentication(response.Value, options.ToExpectation(), record).Ok)
                    refused++;
            }
            Assert.InRange(refused, 3_000, 4_000);
        }

        private JsonObject Make()
        {
            site.Registered();
            var options = site.RelyingParty.StartAuthentication(new());
            return site.Authenticator.Get(Encoding.UTF8.GetString(options.ToJson()), Site.Origin).ToJsonObject();
        }

        private static Verdict<AuthenticationResponse> Read(string json) => AuthenticationResponse.Read(Encoding.UTF8.GetBytes(json));
    }
}
