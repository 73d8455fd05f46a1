using System.CommandLine;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using OpenPassage.Host;
using OpenPassage.Server.Users;

namespace OpenPassage.Server.Tests.Host;

/// <summary>The commands beside a server that is running on the same database.</summary>
public sealed partial class ManagementCommandsTests(ServerFixture server) : ServerTests(server)
{
    private Task<(int ExitCode, string Output)> RunAsync(params string[] arguments) =>
        Executable.RunAsync([.. arguments, "--OpenPassage:DataDirectory", Server.DataDirectory]);

    private async Task<JsonNode> JsonAsync(params string[] arguments)
    {
        var (exitCode, output) = await RunAsync([.. arguments, "--json"]);
        Assert.True(exitCode == 0, output);
        return JsonNode.Parse(output)!;
    }

    [Fact]
    public async Task Every_example_of_the_guide_runs()
    {
        var guide = await File.ReadAllTextAsync(Path.Combine(RepositoryRoot.Find(), "docs", "guides", "command-line.md"));
        var examples = guide[(guide.IndexOf("```sh\n", StringComparison.Ordinal) + 6)..].Split("\n```")[0].Split('\n');
        Assert.True(examples.Length > 20);
        var key = "";
        foreach (var example in examples)
        {
            var words = Word().Matches(example)
                .Skip(1)
                .Select(word => word.Value.Trim('"') is "KEY" ? key : word.Value.Trim('"'))
                .ToArray();

            // What is written to standard output as it is comes from a process of its own.
            var (exitCode, output) = words is ["event", "export", "-", ..]
                ? await RunAsync(words)
                : await InProcess.RunAsync(Server, words);

            Assert.True(exitCode == 0, $"{example}: {exitCode} {output}");
            if (words is ["key", "create", "--app", ..])
            {
                key = Regex.Match(output, "opk_(?<id>[A-Za-z0-9]{16})_", RegexOptions.None, TimeSpan.FromSeconds(1)).Groups["id"].Value;
                // The guide's user.
                await Server.Services.GetRequiredService<UserStore>().CreateOrGetAsync(new("shop"), "alice", CancellationToken.None);
            }
        }
    }

    [Fact]
    public async Task A_server_notices_an_app_and_a_key_within_five_seconds()
    {
        await JsonAsync("app", "create", "noticed", "--rp-id", "example.com", "--origin", "https://example.com");
        var made = await JsonAsync("key", "create", "--app", "noticed", "--scope", "users:read");
        var backend = new Backend(Server, new TestApp("noticed", (string)made["secret"]!, "example.com", "https://example.com"));

        var patience = System.Diagnostics.Stopwatch.StartNew();
        while ((await backend.ListUsersAsync()).Status != 200)
        {
            Assert.True(patience.Elapsed < TimeSpan.FromSeconds(5), "It has not noticed.");
            await Task.Delay(100);
        }

        var line = (await JsonAsync("audit", "list", "--app", "noticed"))["changes"]!
            .AsArray()
            .Single(change => (string)change!["action"]! == "CreateApp")!;
        Assert.Equal($"command:{Environment.UserName}", (string)line["actor"]!);
    }

    [Fact]
    public async Task A_key_that_is_rotated_keeps_its_expiry()
    {
        var made = await JsonAsync("key", "create", "--app", App.Id, "--expires", "90d");
        var rotated = await JsonAsync("key", "rotate", (string)made["key"]!["id"]!, "--app", App.Id);
        Assert.Equal((string)made["key"]!["expires_at"]!, (string?)rotated["key"]!["expires_at"]);
    }

    [Fact]
    public async Task Who_is_on_the_machine_lets_an_app_join_a_domain_and_the_audit_says_so()
    {
        await JsonAsync("app", "create", "joins", "--rp-id", "login.example.com", "--origin", "https://login.example.com");

        var line = (await JsonAsync("audit", "list", "--app", "joins"))["changes"]!.AsArray().Single()!;
        Assert.Contains(App.Id, line["after"]!["joins"]!.AsArray().Select(holder => (string)holder!));
        Assert.Equal($"command:{Environment.UserName}", (string)line["actor"]!);
    }

    [Fact]
    public async Task A_user_is_deactivated_with_the_passkeys()
    {
        var user = await RegisteredAsync();
        var device = (await JsonAsync("device", "list", user, "--app", App.Id))["devices"]!.AsArray().Single()!;

        Assert.Equal("inactive", (string)(await JsonAsync("user", "deactivate", user, "--app", App.Id))["status"]!);
        Assert.Equal((403, "user_not_active"), (await Page.AuthenticateAsync()).Refused);
        await JsonAsync("user", "activate", user, "--app", App.Id);
        (await Page.AuthenticateAsync()).Expect(200);
        Assert.Equal(1, (int)(await JsonAsync("device", "revoke", user, (string)device["id"]!, "--app", App.Id))["revoked"]!);
        Assert.Equal(401, (await Page.AuthenticateAsync()).Status);
    }

    [Theory]
    [InlineData("app|show|nobody", 3, "no app")]
    [InlineData("user|show|nobody|--app|acme", 3, "no such user")]
    [InlineData("key|revoke|nothing|--app|acme", 3, "no such API key")]
    [InlineData("key|create", 4, "--server")]
    [InlineData("key|create|--app|acme|--server", 4, "--server")]
    [InlineData("event|list|--user|alice", 4, "--user needs --app")]
    [InlineData("app|set|acme|--name|Mine", 4, "configuration")]
    [InlineData("app|create|x|--rp-id|com|--origin|https://example.com", 4, "public suffix")]
    [InlineData("app|create|x|--rp-id|bu\u0308cher.example|--origin|https://xn--bcher-kva.example", 4, "xn--bcher-kva.example")]
    [InlineData("app|create|x|--rp-id|example.com|--origin|https://example。com", 4, "https://example.com")]
    [InlineData("user|list", 1, "--app")]
    [InlineData("key|create|--app|acme|--scope|root", 1, "root")]
    [InlineData("key|create|--app|acme|--expires|soon", 1, "90d")]
    public async Task What_cannot_be_done_has_an_exit_code_and_a_sentence(string arguments, int exitCode, string told)
    {
        var run = await RunAsync(arguments.Split('|'));

        Assert.Equal(exitCode, run.ExitCode);
        Assert.Contains(told, run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Events_of_all_apps_are_listed_together()
    {
        var user = await RegisteredAsync();
        var found = (await JsonAsync("event", "list", "--limit", "500"))["events"]!
            .AsArray()
            .Single(happened => (string?)happened!["external_id"] == user)!;
        Assert.Equal((App.Id, "passkey_registered"), ((string)found["app_id"]!, (string)found["type"]!));
    }

    [Fact]
    public async Task A_file_of_events_is_told_with_how_many_there_are()
    {
        await RegisteredAsync();
        var file = Path.Combine(Server.DataDirectory, $"{NewUser()}.jsonl");
        var told = await JsonAsync("event", "export", file, "--app", App.Id);
        Assert.Equal((file, (await File.ReadAllLinesAsync(file)).Length), ((string)told["file"]!, (int)told["events"]!));
        Assert.NotEqual(0, (int)told["events"]!);
    }

    [Fact]
    public async Task A_misspelled_directory_is_not_filled()
    {
        var elsewhere = Path.Combine(Server.DataDirectory, "elsewhere");

        var (exitCode, output) = await Executable.RunAsync("app", "list", "--OpenPassage:DataDirectory", elsewhere);

        Assert.Equal((1, false), (exitCode, Directory.Exists(elsewhere)));
        Assert.Contains("does not exist", output, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_command_and_option_says_what_it_is_and_is_completed()
    {
        var root = CommandLine.Commands([]);
        var leaves = 0;
        Look(root, "");
        Assert.True(leaves >= 33, $"{leaves} commands");

        void Look(Command command, string line)
        {
            Assert.False(string.IsNullOrWhiteSpace(command.Description), line);
            Assert.All(command.Options, option => Assert.False(string.IsNullOrWhiteSpace(option.Description), $"{line}{option.Name}"));
            Assert.All(
                command.Arguments, argument => Assert.False(string.IsNullOrWhiteSpace(argument.Description), $"{line}{argument.Name}"));
            var completed = root.Parse(line).GetCompletions(line.Length).Select(completion => completion.Label).ToList();
            Assert.All(command.Options.Select(option => option.Name).Append("--json"), name => Assert.Contains(name, completed));
            leaves += command.Subcommands.Count == 0 ? 1 : 0;
            foreach (var below in command.Subcommands)
            {
                Assert.Contains(below.Name, completed);
                Look(below, $"{line}{below.Name} ");
            }
        }
    }

    [Fact]
    public async Task Commands_and_options_are_completed()
    {
        const string Line = "openpassage key rev";
        var (_, output) = await Executable.RunAsync($"[suggest:{Line.Length}]", Line);
        Assert.Contains("revoke", output, StringComparison.Ordinal);
        foreach (var shell in (string[])["bash", "zsh", "fish"])
            Assert.Contains("[suggest:", (await Executable.RunAsync("completion", shell)).Output, StringComparison.Ordinal);
    }

    [GeneratedRegex("\"[^\"]*\"|\\S+", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Word();
}
