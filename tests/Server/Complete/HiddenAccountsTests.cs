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
        Assert.Equal(real.Message.Headers.Select(header => header.Key), decoy.Message.Headers.Select(header => header.Key));
        var offered = decoy.Json["handshake"]!["challenge"]!["publicKey"]!["allowCredentials"]!.ToJsonString();
        Assert.Equal(offered, again.Json["handshake"]!["challenge"]!["publicKey"]!["allowCredentials"]!.ToJsonString());
        Assert.Equal(decoy.Json["user"]!["id"]!.ToString(), again.Json["user"]!["id"]!.ToString());
        Assert.Matches("^[A-Za-z0-9]{24}$", decoy.Json["user"]!["id"]!.ToString());
    }

    [Fact]
    public async Task A_lookup_tells_nothing()
    {
        var known = await visitor.SignUpAsync();

        var (real, decoy) = (
            (await visitor.GetAsync($"users?identifier={known}")).Expect(200),
            (await visitor.GetAsync($"users?identifier={CompleteSite.NewEmail()}")).Expect(200));

        Assert.Equal(Shape(real), Shape(decoy));
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

    private static string Shape(Reply reply)
    {
        return string.Join(' ', Members(reply.Json, ""));

        static IEnumerable<string> Members(System.Text.Json.Nodes.JsonNode? node, string at) => node switch
        {
            System.Text.Json.Nodes.JsonObject members => members.SelectMany(member => Members(member.Value, $"{at}.{member.Key}")),
            System.Text.Json.Nodes.JsonArray => [$"{at}[]"],
            _ => [at],
        };
    }
}
