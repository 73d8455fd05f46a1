using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using OpenPassage.Server.Tests.Complete.Management;

namespace OpenPassage.Server.Tests.Complete;

/// <summary>Threat 35: where accounts are hidden, one that does not exist looks like any other until its sign-in fails.</summary>
public class HiddenAccountsTests(HiddenAccountsTests.Site site) : IClassFixture<HiddenAccountsTests.Site>
{
    public sealed class Site : CompleteSite
    {
        protected override IEnumerable<string> AppSettings => ["HideAccounts=true"];
    }

    private readonly Visitor visitor = new(site);

    [Fact]
    public async Task The_start_of_a_sign_in_tells_nothing()
    {
        var known = await visitor.SignUpAsync();
        var unknown = CompleteSite.NewEmail();

        var (real, decoy, again) = (
            (await visitor.StartLoginAsync(known)).Expect(200), (await visitor.StartLoginAsync(unknown)).Expect(200),
            (await visitor.StartLoginAsync(unknown)).Expect(200));

        Assert.Equal(Shape(real), Shape(decoy));
        Assert.Equal(real.Json["handshake"]!["id"]!.ToString().Length, decoy.Json["handshake"]!["id"]!.ToString().Length);
        Assert.Equal(Headers(real), Headers(decoy));
        var offered = decoy.Json["handshake"]!["challenge"]!["publicKey"]!["allowCredentials"]!.ToJsonString();
        Assert.Equal(offered, again.Json["handshake"]!["challenge"]!["publicKey"]!["allowCredentials"]!.ToJsonString());
        Assert.Equal(decoy.Json["user"]!["id"]!.ToString(), again.Json["user"]!["id"]!.ToString());
        Assert.Matches("^[A-Za-z0-9]{24}$", decoy.Json["user"]!["id"]!.ToString());
    }

    /// <summary>How long the ids of common passkeys are, and what their makers say of the way to them.</summary>
    public static TheoryData<int, string[]> Common => new()
    {
        { 16, ["hybrid", "internal"] },
        { 20, ["hybrid", "internal"] },
        { 32, ["internal"] },
        { 48, ["nfc", "usb"] },
    };

    [Theory]
    [MemberData(nameof(Common))]
    public async Task Offered_passkeys_tell_nothing_by_their_kind(int bytes, string[] transports)
    {
        var email = CompleteSite.NewEmail();
        var id = RandomNumberGenerator.GetBytes(bytes);
        (await visitor.FinishSignUpAsync((await visitor.StartSignUpAsync(email)).Expect(200), bend: ceremony =>
        {
            (ceremony.Passkey.Id, ceremony.AuthenticatorData.CredentialId, ceremony.Transports) = (id, id, transports);
        })).Expect(200);

        var real = Offered((await visitor.StartLoginAsync(email)).Expect(200));
        var decoys = new HashSet<string>();
        for (var unknown = 0; unknown < 300 && !decoys.Contains(real); unknown++)
            decoys.Add(Offered((await visitor.StartLoginAsync(CompleteSite.NewEmail())).Expect(200)));

        Assert.Equal($"{bytes} {string.Join(' ', transports)}", real);
        Assert.Contains(real, decoys);
    }

    [Fact]
    public async Task Somebody_deactivated_looks_like_anybody_else()
    {
        var email = await visitor.SignUpAsync();
        var before = await AskAsync();
        (await new Office(site).DeactivateAsync(visitor.UserId)).Expect(200);
        var after = await AskAsync();

        Assert.Equal(Offered(before[0]), Offered(after[0]));
        Assert.Equal(Shape(before[0]), Shape(after[0]));
        Assert.Equal(before[0].Text.Length, after[0].Text.Length);
        Assert.Equal(before[1].Text, after[1].Text);
        foreach (var (one, other) in before.Zip(after))
            Assert.Equal(Headers(one), Headers(other));

        async Task<Reply[]> AskAsync() =>
            [(await visitor.StartLoginAsync(email)).Expect(200), (await visitor.GetAsync($"users?identifier={email}")).Expect(200)];
    }

    [Fact]
    public async Task A_lookup_tells_nothing()
    {
        var known = await visitor.SignUpAsync();

        var (real, decoy) = (
            (await visitor.GetAsync($"users?identifier={known}")).Expect(200),
            (await visitor.GetAsync($"users?identifier={CompleteSite.NewEmail()}")).Expect(200));

        Assert.Equal(Shape(real), Shape(decoy));
        Assert.Equal(Headers(real), Headers(decoy));
        Assert.Equal(
            (
                real.Json["user"]!["status"]!.ToString(),
                real.Json["user"]!["webauthn"]!.ToString(),
                real.Json["user"]!["webauthn_types"]!.ToString()),
            (
                decoy.Json["user"]!["status"]!.ToString(),
                decoy.Json["user"]!["webauthn"]!.ToString(),
                decoy.Json["user"]!["webauthn_types"]!.ToString()));
    }

    [Fact]
    public async Task A_sign_in_with_a_decoy_fails_like_one_with_another_passkey()
    {
        var known = await visitor.SignUpAsync();
        var stranger = new Visitor(site);
        await stranger.SignUpAsync();

        var answers = new List<string>();
        foreach (var email in (string[])[known, CompleteSite.NewEmail()])
        {
            var started = (await stranger.StartLoginAsync(email)).Expect(200);
            var anybody = (await stranger.StartLoginAsync(null)).Expect(200);
            // The stranger's own passkey, which the options do not name.
            var reply = await stranger.PostAsync(
                "login/webauthn/finish", Visitor.Finish(started, started.Json["user"]!["id"]!.ToString(), stranger.Get(anybody)));
            Assert.Equal((401, "webauthn_login_failed"), reply.Refused);
            answers.Add(reply.Text);
        }

        Assert.Equal(answers[0], answers[1]);
    }

    [Fact]
    public async Task Advice_tells_what_the_start_tells()
    {
        var known = await visitor.SignUpAsync();
        var people = new List<string> { known };
        people.AddRange(Enumerable.Range(0, 40).Select(_ => CompleteSite.NewEmail()));
        var headers = new HashSet<string>();

        var told = new List<string>();
        foreach (var person in people)
        {
            var advice = (await visitor.PostAsync("authenticate/advice", LoginAdviceTests.Body(person))).Expect(200);
            headers.Add(Headers(advice));
            told.Add(advice.Text);
            // The same in the start, from the same passkeys, for everybody.
            var started = (await visitor.PostAsync("login/webauthn/start", LoginAdviceTests.Body(person))).Expect(200);
            Assert.Equal(advice.Text, started.Json["advice"]!.ToJsonString());
            var areKeys = Offered(started).Split(" | ").All(one => one.EndsWith("nfc usb", StringComparison.Ordinal));
            Assert.Equal(areKeys ? ("security_key", "on_security_key") : ("local", "may_be_here"), LoginAdviceTests.Told(advice));
        }

        Assert.Single(headers);
        Assert.Contains(told[0], told.Skip(1));
    }

    [Fact]
    public async Task Advice_about_somebody_deactivated_stays_what_it_was()
    {
        var email = await visitor.SignUpAsync();
        var before = (await visitor.PostAsync("authenticate/advice", LoginAdviceTests.Body(email))).Expect(200);
        (await new Office(site).DeactivateAsync(visitor.UserId)).Expect(200);
        var after = (await visitor.PostAsync("authenticate/advice", LoginAdviceTests.Body(email))).Expect(200);

        Assert.Equal((before.Text, Headers(before)), (after.Text, Headers(after)));
    }

    // Everything but the number of bytes that follow, which goes with the address that was asked for.
    private static string Headers(Reply reply) => string.Join(
        '\n',
        reply.Message.Headers.Concat(reply.Message.Content.Headers)
            .Where(header => header.Key is not ("Content-Length" or "Date"))
            .Select(header => $"{header.Key}: {string.Join(", ", header.Value)}"));

    private static string Offered(Reply started) => string.Join(
        " | ",
        started.Json["handshake"]!["challenge"]!["publicKey"]!["allowCredentials"]!.AsArray().Select(one =>
            $"{Base64Url.DecodeFromChars((string)one!["id"]!).Length} "
                + string.Join(' ', one["transports"]!.AsArray().Select(word => (string)word!))));

    private static string Shape(Reply reply)
    {
        return string.Join(' ', Members(reply.Json, ""));

        static IEnumerable<string> Members(JsonNode? node, string at) => node switch
        {
            JsonObject members => members.SelectMany(member => Members(member.Value, $"{at}.{member.Key}")),
            JsonArray => [$"{at}[]"],
            _ => [at],
        };
    }
}
