using System.Text.Json.Nodes;
using OpenPassage.Server.Tests.Complete;
using OpenPassage.Server.Tests.Complete.Management;

namespace OpenPassage.Server.Tests.Host;

/// <summary>The commands for apps of Complete, beside a server that is running on the same database.</summary>
public class CompleteCommandsTests : IClassFixture<CompleteSite>
{
    private const string App = CompleteSite.AppId;

    private readonly CompleteSite site;
    private readonly Visitor visitor;

    public CompleteCommandsTests(CompleteSite site)
    {
        this.site = site;
        visitor = new(site)
        {
            UserAgent = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36",
        };
        SetClock();
    }

    // A command asks the machine's clock, by which a session of the fixture's time has ended or has yet to begin.
    private void SetClock() => site.Clock.Advance(DateTimeOffset.UtcNow - site.Clock.GetUtcNow());

    private Task<(int ExitCode, string Output)> RunAsync(params string[] arguments) => InProcess.RunAsync(site, arguments);

    private async Task<string> LinesAsync(params string[] arguments)
    {
        var (exitCode, output) = await RunAsync(arguments);
        Assert.True(exitCode == 0, output);
        return output;
    }

    private async Task<JsonNode> JsonAsync(params string[] arguments) => JsonNode.Parse(await LinesAsync([.. arguments, "--json"]))!;

    [Fact]
    public async Task A_user_is_made_and_found_by_address_and_number()
    {
        var (email, phone) = (CompleteSite.NewEmail(), Office.NewPhone());

        var made = await JsonAsync("user", "create", "--app", App, "--email", email.ToUpperInvariant(), "--phone", phone);

        Assert.Equal("pending", (string)made["status"]!);
        Assert.Equal([email, phone], made["identifiers"]!.AsArray().Select(one => (string)one!["value"]!));
        Assert.Equal(email, (string)(await new Office(site).UserAsync((string)made["id"]!))["email"]!);
        foreach (var word in (string[])[email, email.ToUpperInvariant(), phone, (string)made["id"]!])
            Assert.Equal((string)made["id"]!, (string)(await JsonAsync("user", "show", word, "--app", App))["user"]!["id"]!);
        var shown = await LinesAsync("user", "show", email, "--app", App);
        Assert.Matches($@"email +{email} \(not verified\)\s+phone +\{phone} \(not verified\)", shown);
        Assert.Equal((3, false), await FailedAsync(CompleteSite.OtherAppId));

        async Task<(int, bool)> FailedAsync(string app)
        {
            var (exitCode, output) = await RunAsync("user", "show", email, "--app", app);
            return (exitCode, output.Contains((string)made["id"]!, StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task A_list_says_what_users_go_by_and_what_of_it_is_verified()
    {
        var (email, phone) = (CompleteSite.NewEmail(), Office.NewPhone());
        var id = await new Office(site).CreateAsync(email, phone);
        await Verified.SayAsync(site, id, email);

        var list = await LinesAsync("user", "list", "--app", App, "--identifier", email);

        Assert.Matches(@"^EMAIL +PHONE +VERIFIED +ID ", list);
        Assert.Matches($@"\n{email} +\{phone} +email +{id} +pending ", list);
        Assert.Matches($@"email +{email} \(verified \d{{4}}-", await LinesAsync("user", "show", phone, "--app", App));
        Assert.Equal(
            id, (string)(await JsonAsync("user", "list", "--app", App, "--identifier", phone))["users"]!.AsArray().Single()!["id"]!);
        Assert.Empty((await JsonAsync("user", "list", "--app", App, "--identifier", "nobody@shop.example"))["users"]!.AsArray());
        Assert.StartsWith("USER  ", await LinesAsync("user", "list", "--app", ServerFixture.App.Id), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("user|create|--app|shop|--email|nonsense", 4, "ada@example.com")]
    [InlineData("user|create|--app|shop|--phone|555", 4, "+14155550123")]
    [InlineData("user|create|--app|shop", 4, "are missing")]
    [InlineData("user|create|--app|acme|--email|ada@example.com", 4, "acme is flex")]
    [InlineData("user|create|--app|nothing|--email|ada@example.com", 3, "no app")]
    [InlineData("session|list|nobody|--app|shop", 3, "no such user")]
    [InlineData("session|list|nobody|--app|acme", 4, "acme is flex")]
    [InlineData("signing-key|list|--app|acme", 4, "acme is flex")]
    [InlineData("signing-key|withdraw|--app|shop", 4, "--yes")]
    [InlineData("message|list|--app|acme", 4, "acme is flex")]
    [InlineData("message|test|--app|shop|--to|ada@shop.example,eve@evil.example", 4, "Name one email address")]
    [InlineData("message|test|--app|nothing|--to|ada@shop.example", 3, "no app")]
    [InlineData("message|preview|--app|shop|--kind|test|--channel|phone|--html", 4, "no HTML")]
    public async Task What_cannot_be_done_has_an_exit_code_and_a_sentence_and_changes_nothing(string arguments, int exitCode, string told)
    {
        await JsonAsync("signing-key", "list", "--app", App);
        var before = site.Rows();

        var run = await RunAsync(arguments.Split('|'));

        Assert.Equal(exitCode, run.ExitCode);
        Assert.Contains(told, run.Output, StringComparison.Ordinal);
        Assert.Equal(before, site.Rows());
    }

    [Fact]
    public async Task An_address_is_one_users_alone()
    {
        var email = CompleteSite.NewEmail();
        await JsonAsync("user", "create", "--app", App, "--email", email);

        Assert.Equal((4, "user: already exists."), Trimmed(await RunAsync("user", "create", "--app", App, "--email", email)));

        static (int, string) Trimmed((int ExitCode, string Output) run) => (run.ExitCode, run.Output.Trim());
    }

    [Fact]
    public async Task Sessions_are_listed_and_ended_one_or_all()
    {
        var email = await visitor.SignUpAsync();
        var elsewhere = new Visitor(site) { Authenticator = visitor.Authenticator };
        (await elsewhere.SignInAsync(email)).Expect(200);
        var third = new Visitor(site) { Authenticator = visitor.Authenticator };
        (await third.SignInAsync(email)).Expect(200);

        var sessions = (await JsonAsync("session", "list", email, "--app", App))["sessions"]!.AsArray();
        Assert.Equal(
            new[] { visitor.SessionId, elsewhere.SessionId, third.SessionId }.Order(), sessions.Select(one => (string)one!["id"]!).Order());
        Assert.Matches(
            $@"\n{visitor.SessionId} +Chrome on Linux +127\.0\.0\.1 +hwk user ", await LinesAsync("session", "list", email, "--app", App));

        Assert.Equal(1, (int)(await JsonAsync("session", "revoke", email, visitor.SessionId, "--app", App))["revoked"]!);

        Assert.Equal((401, "invalid_refresh_token"), (await visitor.RefreshAsync()).Refused);
        Assert.Equal((401, "invalid_access_token"), (await visitor.GetAsync("currentuser")).Refused);
        (await elsewhere.RefreshAsync()).Expect(200);
        var (exitCode, output) = await RunAsync("session", "revoke", email, visitor.SessionId, "--app", App);
        Assert.Equal((3, "This user has no such session, or it has ended."), (exitCode, output.Trim()));
        Assert.Equal(4, (await RunAsync("session", "revoke", email, "--app", App)).ExitCode);
        Assert.Equal(4, (await RunAsync("session", "revoke", email, third.SessionId, "--all", "--app", App)).ExitCode);
        (await third.GetAsync("currentuser")).Expect(200);

        Assert.Equal("Revoked: 2.", (await LinesAsync("session", "revoke", email, "--all", "--app", App)).Trim());

        Assert.Equal((401, "invalid_refresh_token"), (await elsewhere.RefreshAsync()).Refused);
        Assert.Equal((401, "invalid_access_token"), (await third.GetAsync("currentuser")).Refused);
        var audit = (await JsonAsync("audit", "list", "--app", App))["changes"]!.AsArray()
            .Where(line => (string)line!["target"]! == visitor.UserId)
            .ToList();
        Assert.Equal(["RevokeSessions", "RevokeSession"], audit.Select(line => (string)line!["action"]!));
        Assert.All(audit, line => Assert.Equal($"command:{Environment.UserName}", (string)line!["actor"]!));
    }

    [Fact]
    public async Task A_test_is_sent_by_the_server_and_listed_without_its_receiver()
    {
        // The server's clock stands still, and what the command writes is due a moment later.
        site.Clock.Advance(TimeSpan.FromMinutes(1));
        var sent = (await JsonAsync("message", "test", "--app", App, "--to", "Grace@Shop.example", "--wait", "60s"))["message"]!;

        Assert.Equal(("test", "sent", "shop.example"), ((string)sent["kind"]!, (string)sent["state"]!, (string)sent["receiver"]!));
        var listed = await LinesAsync("message", "list", "--app", App, "--state", "sent");
        Assert.Matches(@"^AT +KIND +CHANNEL +LANGUAGE +RECEIVER +STATE +ATTEMPTS +NEXT TRY +ERROR", listed);
        Assert.Matches(@"\n20\d\d-[^ ]+ [^ ]+ +test +email +en +shop\.example +sent +1 +- +-", listed);
        Assert.DoesNotContain("grace", listed, StringComparison.OrdinalIgnoreCase);
        Assert.Empty((await JsonAsync("message", "list", "--app", CompleteSite.OtherAppId))["messages"]!.AsArray());
        var line = (await JsonAsync("audit", "list", "--app", App))["changes"]!.AsArray()
            .Single(line => (string)line!["target"]! == (string)sent["id"]!)!;
        Assert.Equal(
            ("SendTestMessage", $"command:{Environment.UserName}"), ((string)line["action"]!, (string)line["actor"]!));
    }

    [Fact]
    public async Task A_message_is_shown_with_a_sample()
    {
        string[] preview = ["message", "preview", "--app", App, "--kind", "sign_in_code"];
        var text = await LinesAsync([.. preview, "--language", "fr"]);
        Assert.StartsWith("Subject: Votre code pour The shop", text, StringComparison.Ordinal);
        Assert.Contains("    123456", text, StringComparison.Ordinal);
        Assert.StartsWith("<!DOCTYPE html>", await LinesAsync([.. preview, "--html"]), StringComparison.Ordinal);
        Assert.StartsWith("123456 is your code", await LinesAsync([.. preview, "--channel", "phone"]), StringComparison.Ordinal);
        Assert.Equal("sign_in_code", (string)(await JsonAsync(preview))["kind"]!);
    }

    /// <summary>Threat 38: the id of a session alone ends nothing.</summary>
    [Fact]
    public async Task A_session_of_another_user_is_not_ended()
    {
        var email = await visitor.SignUpAsync();
        var other = new Visitor(site);
        await other.SignUpAsync();

        Assert.Equal(3, (await RunAsync("session", "revoke", email, other.SessionId, "--app", App)).ExitCode);

        (await other.RefreshAsync()).Expect(200);
    }

    [Fact]
    public async Task Signing_keys_are_listed_rotated_and_withdrawn_and_the_server_heeds_it()
    {
        const string Other = CompleteSite.OtherAppId;
        var elsewhere = new Visitor(site, Other);
        await elsewhere.SignUpAsync();
        var first = (string)elsewhere.Head["kid"]!;
        var keys = (await JsonAsync("signing-key", "list", "--app", Other))["keys"]!.AsArray();
        Assert.Equal(["current", "next"], keys.Select(key => (string)key!["state"]!));
        Assert.Equal(first, (string)keys[0]!["kid"]!);
        Assert.Matches(@$"^KID +STATE +PUBLISHED +SIGNS FROM\s+{first} +current ", await LinesAsync("signing-key", "list", "--app", Other));

        var rotated = await LinesAsync("signing-key", "rotate", "--app", Other);

        Assert.Contains("RESTART every backend with passage-go", rotated, StringComparison.Ordinal);
        Assert.Matches($@"\n{first} +former ", $"\n{rotated}");
        var second = (string)keys[1]!["kid"]!;
        await UntilAsync(async () =>
        {
            (await elsewhere.RefreshAsync()).Expect(200);
            return (string)elsewhere.Head["kid"]! == second;
        });
        (await elsewhere.GetAsync("currentuser")).Expect(200);

        var withdrawn = await JsonAsync("signing-key", "withdraw", "--app", Other, "--yes");

        Assert.Equal(
            ["passage-go", "passage-ruby", "passage-node", "passage-php"], withdrawn["restart"]!.AsArray().Select(one => (string)one!));
        Assert.Equal(["current", "next"], withdrawn["keys"]!.AsArray().Select(key => (string)key!["state"]!));
        Assert.DoesNotContain(withdrawn["keys"]!.AsArray(), key => (string)key!["kid"]! == second);
        await UntilAsync(async () => (await elsewhere.GetAsync("currentuser")).Status == 401);
        (await elsewhere.RefreshAsync()).Expect(200);
        (await elsewhere.GetAsync("currentuser")).Expect(200);
    }

    /// <summary>Threat 7: what was signed out after a backup must not be signed in again by its restore.</summary>
    [Fact]
    public async Task After_a_restore_every_session_has_ended_and_whoever_signs_in_again_goes_on()
    {
        var email = await visitor.SignUpAsync();
        var elsewhere = new Visitor(site, CompleteSite.OtherAppId);
        await elsewhere.SignUpAsync();

        Assert.Contains("all sessions have ended", await LinesAsync("restored"), StringComparison.Ordinal);

        foreach (var one in (Visitor[])[visitor, elsewhere])
        {
            Assert.Equal((401, "invalid_refresh_token"), (await one.RefreshAsync()).Refused);
            Assert.Equal((401, "invalid_access_token"), (await one.GetAsync("currentuser")).Refused);
        }

        Assert.Empty((await JsonAsync("session", "list", email, "--app", App))["sessions"]!.AsArray());
        (await visitor.SignInAsync(email)).Expect(200);
        (await visitor.RefreshAsync()).Expect(200);
        (await visitor.GetAsync("currentuser")).Expect(200);
    }

    // A server that runs asks every two seconds what others have changed.
    private async Task UntilAsync(Func<Task<bool>> isSo)
    {
        for (var patience = System.Diagnostics.Stopwatch.StartNew(); !await isSo(); await Task.Delay(100))
        {
            Assert.True(patience.Elapsed < TimeSpan.FromMinutes(1), "The server has not heeded it within a minute.");
            SetClock();
        }
    }
}
