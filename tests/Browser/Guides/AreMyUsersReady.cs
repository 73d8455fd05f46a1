using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using OpenPassage.Browser.Tests.Samples;

namespace OpenPassage.Browser.Tests.Guides;

/// <summary>
/// docs/guides/are-my-users-ready.md, followed with a server that has an app. What differs: addresses, keys, and that twelve browsers open
/// the page, since fewer devices than ten are not told of.
/// </summary>
public sealed class AreMyUsersReady : IAsyncLifetime
{
    private const int Visitors = 12;
    // That of Chromium without a screen is a bot's.
    private const string Visitor =
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36";

    private readonly string server = $"http://localhost:{Ports.Free()}";
    private readonly Reader reader = new();
    private readonly List<string> commands = [];
    private string page = "";
    private WebApplication site = null!;
    private Chromium chromium = null!;

    public async ValueTask InitializeAsync()
    {
        chromium = await Chromium.SharedAsync();
        foreach (var (language, _, content) in Samples.Guide.Read("are-my-users-ready.md").Blocks())
        {
            if (language == "html")
                page = content;
            else
                commands.Add(content);
        }

        await reader.TypeInRepositoryAsync($"cp -r {Repository.Built("src/Host", "")} {reader.Beside("openpassage")}");
        await reader.TypeAsync("cd ../openpassage");
        await reader.TypeAsync("./openpassage app create shop --name \"Corner shop\" --rp-id localhost --origin http://localhost:5080");
        await reader.ServeAsync($"./openpassage --urls {server}", server);
        site = LocalSite.Build();
        site.MapGet("/", () => Results.Content(page, "text/html"));
        await site.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await chromium.DisposeAsync();
        await site.DisposeAsync();
        await reader.DisposeAsync();
    }

    [Fact]
    public async Task A_key_a_script_and_a_command_tell_which_devices_can_use_passkeys()
    {
        Assert.Equal(4, commands.Count);
        var key = (await SaysAsync(commands[0])).Split('\n')[0].Trim();

        page = Own(page, key);
        for (var visitor = 0; visitor < Visitors; visitor++)
            await VisitAsync();
        Assert.Equal("{}", (await SaysAsync(Own(commands[1], key))).Trim());

        var told = await PictureAsync(key, devices: Visitors + 1);
        Assert.Equal("local", (string?)told["capabilities"]![0]!["name"]);
        // Those of the page have none; the app's has one.
        Assert.Equal(1, (int)told["capabilities"]![0]!["devices"]!);
        // The one app would be told by what is left of all devices.
        Assert.Equal("other", (string?)told["groups"]!.AsArray().Single()!["name"]);

        var shown = await SaysAsync(Own(commands[2], key));
        Assert.Contains($"{Visitors + 1} devices a month", shown, StringComparison.Ordinal);
        Assert.Contains("CAPABILITY", shown, StringComparison.Ordinal);
        Assert.Contains("No forecast yet", shown, StringComparison.Ordinal);
    }

    private async Task VisitAsync()
    {
        var tab = await chromium.NewPageAsync();
        var protocol = await tab.Context.NewCDPSessionAsync(tab);
        await protocol.SendAsync("Emulation.setUserAgentOverride", new() { ["userAgent"] = Visitor });
        var reported = tab.WaitForResponseAsync(answer => answer.Request.Method == "POST");
        await tab.GotoAsync(LocalSite.OriginOf(site));
        Assert.Equal(200, (await reported).Status);
        await tab.CloseAsync();
    }

    // What was reported is counted a moment later.
    private async Task<JsonNode> PictureAsync(string key, int devices)
    {
        var serverKey = (await SaysAsync("openpassage key create --server\n")).Split('\n')[0].Trim();
        var asks = Own(commands[3], key).Replace("YOUR_SERVER_KEY", serverKey, StringComparison.Ordinal);
        // Nor does the server know the new key at once.
        for (var tries = 0; ; tries++)
        {
            var (exit, output) = await reader.RunAsync(asks, reader.Here);
            var told = exit == 0 ? JsonNode.Parse(output) : null;
            if ((int?)told?["devices"] == devices)
                return told!;
            Assert.True(tries < 60, $"{asks}\n{exit} {output}");
            await Task.Delay(500, TestContext.Current.CancellationToken);
        }
    }

    private async Task<string> SaysAsync(string typed)
    {
        var (exit, output) = await reader.RunAsync(
            typed.StartsWith("openpassage ", StringComparison.Ordinal) ? $"./{typed}" : typed, reader.Here);
        Assert.True(exit == 0, $"{typed}\n{output}");
        return output;
    }

    private string Own(string text, string key) => text
        .Replace("https://passkeys.example.com", server, StringComparison.Ordinal)
        .Replace("YOUR_READINESS_KEY", key, StringComparison.Ordinal);
}
