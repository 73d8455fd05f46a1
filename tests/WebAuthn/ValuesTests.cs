using System.Text;

namespace OpenPassage.WebAuthn.Tests;

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
        public void A_new_one_is_32_letters_and_digits()
        {
            var text = Encoding.ASCII.GetString(UserHandle.Create().Bytes);
            Assert.Equal(32, text.Length);
            Assert.All(text, character => Assert.True(char.IsAsciiLetterOrDigit(character)));
            Assert.NotEqual(UserHandle.Create(), UserHandle.Create());
        }

        [Fact]
        public void Longer_text_than_a_handle_is_refused() => Assert.Throws<ArgumentException>(() => UserHandle.FromBase64Url(new string('A', 88)));
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
        public void Its_origins_are_a_copy()
        {
            var origins = new HashSet<string> { Site.Origin };
            var relyingParty = new RelyingParty("example.com", "Example", origins) { TopOrigins = origins };
            origins.Add("https://evil.example");
            Assert.Equal([Site.Origin], relyingParty.Origins);
            Assert.Equal([Site.Origin], relyingParty.TopOrigins);
        }
    }

    public class Rejections
    {
        public static IEnumerable<Rejection> All => typeof(Rejection).GetFields()
            .Where(member => member.FieldType == typeof(Rejection))
            .Select(member => (Rejection)member.GetValue(null)!);

        [Fact]
        public void Every_code_is_its_own_and_every_rejection_names_a_step_and_says_what_happened()
        {
            var all = All.ToList();
            Assert.True(all.Count > 30);
            Assert.Equal(all.Count, all.Select(rejection => rejection.Code).Distinct().Count());
            Assert.All(all, rejection =>
            {
                Assert.Matches("^[a-z0-9]+(_[a-z0-9]+)*$", rejection.Code);
                Assert.Matches(@"^(MDS3 )?\d+(\.\d+)+$", rejection.StepIn(Ceremony.Registration));
                Assert.Matches(@"^(MDS3 )?\d+(\.\d+)+$", rejection.StepIn(Ceremony.Authentication));
                Assert.EndsWith(".", rejection.Sentence, StringComparison.Ordinal);
            });
        }
    }
}
