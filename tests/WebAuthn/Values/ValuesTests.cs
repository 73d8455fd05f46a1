using System.Text;

namespace OpenPassage.WebAuthn.Tests.Values;

public class ValuesTests
{
    public class Challenges
    {
        [Fact]
        public void A_new_one_has_32_bytes_and_is_never_the_same()
        {
            Assert.Equal(32, Challenge.Create().Bytes.Length);
            Assert.NotEqual(Challenge.Create(), Challenge.Create());
        }

        [Theory]
        [InlineData(15)]
        [InlineData(257)]
        public void Its_length_is_bounded(int length) => Assert.Throws<ArgumentException>(() => new Challenge(new byte[length]));

        [Theory]
        [InlineData(16)]
        [InlineData(256)]
        public void It_may_be_as_short_and_as_long_as_the_bounds(int length)
        {
            var challenge = new Challenge(new byte[length]);
            Assert.Equal(length, challenge.Bytes.Length);
            Assert.True(challenge.EqualsBase64Url(Encoding.ASCII.GetBytes(challenge.ToBase64Url())));
        }

        [Fact]
        public void The_bounds_are_told() =>
            Assert.Contains("16 to 256", Assert.Throws<ArgumentException>(() => new Challenge([1])).Message, StringComparison.Ordinal);

        [Fact]
        public void It_equals_its_text_and_no_other()
        {
            var challenge = Challenge.Create();
            Assert.True(challenge.EqualsBase64Url(Encoding.ASCII.GetBytes(challenge.ToBase64Url())));
            Assert.False(challenge.EqualsBase64Url(Encoding.ASCII.GetBytes(Challenge.Create().ToBase64Url())));
            Assert.False(challenge.EqualsBase64Url(default));
            Assert.False(default(Challenge).EqualsBase64Url(default));
        }

        [Fact]
        public void The_default_equals_nothing_not_even_itself()
        {
            Assert.False(default(Challenge) == default);
            Assert.False(Challenge.Create() == default);
        }

        [Fact]
        public void Its_text_for_logs_tells_the_length_alone() => Assert.Equal("challenge of 32 bytes", Challenge.Create().ToString());
    }

    public class CredentialIds
    {
        [Theory]
        [InlineData(0)]
        [InlineData(1024)]
        public void Its_length_is_bounded(int length) => Assert.Throws<ArgumentException>(() => new CredentialId(new byte[length]));

        [Fact]
        public void It_may_be_as_short_and_as_long_as_the_bounds_which_are_told()
        {
            Assert.Equal(1, new CredentialId(new byte[1]).Bytes.Length);
            Assert.Equal(1023, new CredentialId(new byte[1023]).Bytes.Length);
            Assert.Contains("1 to 1023", Assert.Throws<ArgumentException>(() => new CredentialId([])).Message, StringComparison.Ordinal);
        }

        [Fact]
        public void Ids_that_differ_seldom_share_a_hash() =>
            Assert.InRange(Enumerable.Range(0, 100).Select(i => new CredentialId([1, (byte)i]).GetHashCode()).Distinct().Count(), 95, 100);

        [Fact]
        public void It_is_equal_by_its_bytes_and_its_text()
        {
            var id = new CredentialId([1, 2, 255]);
            Assert.Equal("AQL_", id.ToString());
            Assert.Equal(id, CredentialId.FromBase64Url("AQL_"));
            Assert.Equal(id.GetHashCode(), CredentialId.FromBase64Url("AQL_").GetHashCode());
            Assert.NotEqual(id, new CredentialId([1, 2]));
            Assert.Throws<ArgumentException>(() => CredentialId.FromBase64Url(""));
            Assert.Throws<FormatException>(() => CredentialId.FromBase64Url("AQL/"));
        }

        [Fact]
        public void It_takes_a_copy()
        {
            byte[] bytes = [1, 2, 3];
            var id = new CredentialId(bytes);
            bytes[0] = 9;
            Assert.Equal("AQID", id.ToString());
        }
    }

    public class UserHandles
    {
        [Theory]
        [InlineData(0)]
        [InlineData(65)]
        public void Its_length_is_bounded(int length) => Assert.Throws<ArgumentException>(() => new UserHandle(new byte[length]));

        [Fact]
        public void It_may_be_as_short_and_as_long_as_the_bounds_which_are_told()
        {
            Assert.Equal(1, new UserHandle(new byte[1]).Bytes.Length);
            Assert.Equal(64, new UserHandle(new byte[64]).Bytes.Length);
            Assert.Contains("1 to 64", Assert.Throws<ArgumentException>(() => new UserHandle([])).Message, StringComparison.Ordinal);
        }

        [Fact]
        public void A_new_one_is_32_letters_and_digits()
        {
            var text = Encoding.ASCII.GetString(UserHandle.Create().Bytes);
            Assert.Equal(32, text.Length);
            Assert.All(text, character => Assert.True(char.IsAsciiLetterOrDigit(character)));
            Assert.NotEqual(UserHandle.Create(), UserHandle.Create());
        }

        [Fact]
        public void Longer_text_than_a_handle_is_refused() =>
            Assert.Throws<ArgumentException>(() => UserHandle.FromBase64Url(new string('A', 88)));
    }

    public class RelyingParties
    {
        [Fact]
        public void It_needs_an_id_and_an_origin()
        {
            Assert.Throws<ArgumentException>(() => new RelyingParty("", "Example", [Site.Origin]));
            Assert.Throws<ArgumentException>(() => new RelyingParty("example.com", "Example", []));
        }

        [Fact]
        public void Null_is_misuse()
        {
            var site = new Site();
            var record = site.Registered();
            var relyingParty = site.RelyingParty;
            Assert.Throws<ArgumentNullException>(() => new RelyingParty(null!, "Example", [Site.Origin]));
            Assert.Throws<ArgumentNullException>(() => new RelyingParty("example.com", null!, [Site.Origin]));
            Assert.Equal(
                "origins",
                Assert.Throws<ArgumentNullException>(() => new RelyingParty("example.com", "Example", null!)).ParamName);
            Assert.Throws<ArgumentNullException>(() => relyingParty.StartRegistration(null!));
            Assert.Throws<ArgumentNullException>(() => relyingParty.StartAuthentication(null!));

            var creation = relyingParty.StartRegistration(new() { UserHandle = site.Alice, UserName = "alice" });
            var created = site.Authenticator.Create(Encoding.UTF8.GetString(creation.ToJson()), Site.Origin);
            var made = RegistrationResponse.Read(Encoding.UTF8.GetBytes(created.ToJson())).IsAccepted();
            Assert.Throws<ArgumentNullException>(() => relyingParty.FinishRegistration(null!, creation.ToExpectation()));
            Assert.Throws<ArgumentNullException>(() => relyingParty.FinishRegistration(made, null!));

            var request = relyingParty.StartAuthentication(new());
            var signed = site.Authenticator.Get(Encoding.UTF8.GetString(request.ToJson()), Site.Origin);
            var used = AuthenticationResponse.Read(Encoding.UTF8.GetBytes(signed.ToJson())).IsAccepted();
            Assert.Throws<ArgumentNullException>(() => relyingParty.FinishAuthentication(null!, request.ToExpectation(), record));
            Assert.Throws<ArgumentNullException>(() => relyingParty.FinishAuthentication(used, null!, record));
            Assert.Throws<ArgumentNullException>(() => relyingParty.FinishAuthentication(used, request.ToExpectation(), null!));
        }

        [Fact]
        public void An_expectation_asks_for_user_verification_unless_it_says_otherwise()
        {
            var registration = new RegistrationExpectation { Challenge = Challenge.Create(), UserHandle = UserHandle.Create() };
            Assert.True(registration.UserVerificationRequired);
            Assert.True(new AuthenticationExpectation { Challenge = Challenge.Create() }.UserVerificationRequired);
        }

        [Theory]
        [InlineData(512, true)]
        [InlineData(513, false)]
        public void An_origin_has_512_bytes_at_most(int length, bool accepted)
        {
            var origin = "android:apk-key-hash:".PadRight(length, 'a');
            var site = new Site { RelyingParty = new("example.com", "Example", [Site.Origin, origin]) };
            Assert.Equal(accepted ? null : Rejection.WrongOrigin, site.Register(ceremony => ceremony.ClientData.Origin = origin).Rejection);
        }

        [Fact]
        public void Its_origins_are_a_copy()
        {
            var origins = new HashSet<string> { Site.Origin };
            var relyingParty = new RelyingParty("example.com", "Example", origins) { TopOrigins = origins };
            origins.Add("https://evil.example");
            Assert.Equal([Site.Origin], relyingParty.Origins);
            Assert.Equal([Site.Origin], relyingParty.TopOrigins);
        }
    }

    public class Verdicts
    {
        [Fact]
        public void One_that_no_call_returned_is_a_refusal()
        {
            var verdict = default(Verdict<Registration>);
            Assert.False(verdict.Ok);
            Assert.Null(verdict.Value);
            Assert.Equal("not_judged", verdict.Rejection?.Code);
            var thrown = Assert.Throws<InvalidOperationException>(verdict.GetOrThrow);
            Assert.StartsWith("not_judged: ", thrown.Message, StringComparison.Ordinal);
        }

        [Fact]
        public void Null_is_neither_a_success_nor_a_reason()
        {
            Verdict<Registration> ofNoValue = (Registration)null!;
            Verdict<Registration> ofNoReason = (Rejection)null!;
            Assert.Equal((false, "not_judged"), (ofNoValue.Ok, ofNoValue.Rejection?.Code));
            Assert.Equal((false, "not_judged"), (ofNoReason.Ok, ofNoReason.Rejection?.Code));
        }

        [Fact]
        public void One_that_passed_has_no_reason_and_one_that_did_not_has_no_value()
        {
            Verdict<Rejections> passed = new Rejections();
            Verdict<Rejections> refused = Rejection.WrongOrigin;
            Assert.True(passed.Ok);
            Assert.Null(passed.Rejection);
            Assert.Same(passed.Value, passed.GetOrThrow());
            Assert.False(refused.Ok);
            Assert.Null(refused.Value);
            Assert.Same(Rejection.WrongOrigin, refused.Rejection);
        }
    }

    public class Rejections
    {
        public static IEnumerable<Rejection> All => typeof(Rejection).GetFields()
            .Where(member => member.FieldType == typeof(Rejection))
            .Select(member => (Rejection)member.GetValue(null)!);

        [Fact]
        public void Each_ceremony_names_its_own_step_where_it_has_one()
        {
            Assert.Equal("7.1.8", Rejection.WrongChallenge.StepIn(Ceremony.Registration));
            Assert.Equal("7.2.11", Rejection.WrongChallenge.StepIn(Ceremony.Authentication));
            Assert.Equal("7.2.5", Rejection.CredentialNotAllowed.StepIn(Ceremony.Registration));
            Assert.Equal("7.1.24", Rejection.UntrustedAttestation.StepIn(Ceremony.Authentication));
        }

        [Fact]
        public void Every_code_is_its_own_and_every_rejection_names_a_step_and_says_what_happened()
        {
            var all = All.ToList();
            Assert.True(all.Count > 30);
            Assert.Equal(all.Count, all.Select(rejection => rejection.Code).Distinct().Count());
            Assert.All(all, rejection =>
            {
                Assert.Matches("^[a-z0-9]+(_[a-z0-9]+)*$", rejection.Code);
                Assert.Matches(@"^((MDS3|C-MDS) )?\d+(\.\d+)+$", rejection.StepIn(Ceremony.Registration));
                Assert.Matches(@"^((MDS3|C-MDS) )?\d+(\.\d+)+$", rejection.StepIn(Ceremony.Authentication));
                Assert.EndsWith(".", rejection.Sentence, StringComparison.Ordinal);
            });
        }
    }
}
