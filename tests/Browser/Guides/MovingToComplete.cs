using System.Text.RegularExpressions;
using OpenPassage.Browser.Tests.Official;

namespace OpenPassage.Browser.Tests.Guides;

/// <summary>What docs/guides/moving-from-passage.md says of Passkey Complete, with Passage's own clients as published.</summary>
public sealed partial class MovingToComplete
{
    private const string File = "docs/guides/moving-from-passage.md";
    private const string Address = "https://passkeys.example.com";

    [Fact]
    public async Task The_script_for_pages_lets_passage_js_sign_up_and_the_servers_own_SDK_goes_on_with_the_session()
    {
        await using var site = await OfficialPage.StartAsync(
            "passage-js", "import { Passage } from '/client.js'; window.passageOf = (app) => new Passage(app);");
        await using var server = await ServerProcess.StartAsync("localhost", [site.Origin], ["--OpenPassage:Apps:0:Type=complete"]);
        await using var chromium = await Chromium.SharedAsync();
        var own = server.Address.GetLeftPart(UriPartial.Authority);
        var page = await chromium.NewPageAsync();
        await page.AddInitScriptAsync(Guide.Blocks(File, "Pages", "html")[0]
            .Replace("<script>", "", StringComparison.Ordinal)
            .Replace("</script>", "", StringComparison.Ordinal)
            .Replace(Address, own, StringComparison.Ordinal));
        await page.GotoAsync(site.Origin);
        await page.WaitForFunctionAsync("window.passageOf");
        await VirtualAuthenticator.AddAsync(page);

        var before = await page.EvaluateAsync<string>(
            """
            async (app) => {
              const { passkey, currentUser } = passageOf(app);
              await passkey.register('ada@example.com');
              return (await currentUser.userInfo()).email;
            }
            """,
            ServerProcess.AppId);
        var after = await page.EvaluateAsync<string>(
            """
            async ([sdk, app]) => {
              const { Passage } = await import(sdk);
              return (await new Passage(app).currentUser.userInfo()).email;
            }
            """,
            (string[])[$"{own}/openpassage-complete.js", ServerProcess.AppId]);

        Assert.Equal(("ada@example.com", "ada@example.com"), (before, after));
    }

    [Fact]
    public async Task Every_call_of_passage_js_and_passage_node_stands_in_the_guide()
    {
        var calls = await NodeProgram.RunAsync(
            """
            import * as js from '@passageidentity/passage-js';
            import { Passage } from '@passageidentity/passage-node';
            const own = (made) => Object.getOwnPropertyNames(made).filter((name) => !/^(constructor|_.*|getMagicLinkPath)$/.test(name));
            const rooms = { app: 'App', passkey: 'Passkey', currentUser: 'CurrentUser', session: 'Session', magicLink: 'MagicLink',
              oneTimePasscode: 'OneTimePasscode', social: 'Social' };
            for (const [room, name] of Object.entries(rooms))
              for (const call of own(js[`Passage${name}`].prototype)) console.log(`passage-js 4 ${room}.${call}`);
            const node = new Passage({ appID: 'app', apiKey: 'key' });
            for (const room of ['user', 'auth'])
              for (const call of own(Object.getPrototypeOf(node[room]))) console.log(`passage-node 2 ${room}.${call}`);
            """,
            new Dictionary<string, string>());

        var expected = calls.Split('\n');
        Assert.True(expected.Length > 40, calls);
        Assert.Equal(
            expected.Order(StringComparer.Ordinal),
            new[] { "passage-js 4", "passage-node 2" }
                .SelectMany(client => TheirCalls(client).Select(call => $"{client} {call}"))
                .Order(StringComparer.Ordinal));
    }

    /// <summary>The first column of the client's table.</summary>
    private static IEnumerable<string> TheirCalls(string client)
    {
        var section = System.IO.File.ReadAllText(Repository.At(File.Split('/'))).Split($"### Calls of {client}\n")[1].Split("\n### ")[0];
        return section.Split('\n')
            .Where(line => line.StartsWith("| `", StringComparison.Ordinal))
            .SelectMany(line => Call().Matches(line.Split(" | ")[0]).Select(match => match.Groups["call"].Value));
    }

    [GeneratedRegex(@"`(?<call>\w+\.\w+)`", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Call();
}
