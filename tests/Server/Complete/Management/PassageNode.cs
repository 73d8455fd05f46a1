using System.Diagnostics;
using System.Text.Json.Nodes;

namespace OpenPassage.Server.Tests.Complete.Management;

/// <summary>
/// Passage's own backend SDK, <c>@passageidentity/passage-node</c> 2.12.1 as published, against the real server: only the address is
/// another.
/// </summary>
internal sealed class PassageNode : IDisposable
{
    private readonly Process node;

    public PassageNode(CompleteSite site)
    {
        // It looks at tokens by the system's clock.
        site.Clock.Advance(DateTimeOffset.UtcNow - site.Clock.GetUtcNow());
        var tests = Path.Combine(RepositoryRoot.Find(), "tests");
        node = Process.Start(new ProcessStartInfo(
            "node",
            [
                Path.Combine(tests, "Server", "Complete", "Management", "passage-node.mjs"), Path.Combine(tests, "Browser", "package.json"),
                site.Address.ToString(), CompleteSite.AppId, CompleteSite.ApiKey,
            ])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
    }

    public void Dispose()
    {
        if (!node.HasExited)
            node.Kill();
        node.Dispose();
    }

    public async Task<JsonNode> CallAsync(string path, params JsonNode[] arguments)
    {
        var came = await AskAsync(path, arguments);
        Assert.True(came["value"] is not null, came.ToJsonString());
        return came["value"]!;
    }

    public async Task<string> RefusedAsync(int status, string code, string path, params JsonNode[] arguments)
    {
        var error = (await AskAsync(path, arguments))["error"]!;
        Assert.Equal(("PassageError", status, code), ((string)error["kind"]!, (int)error["statusCode"]!, (string)error["errorCode"]!));
        return (string)error["message"]!;
    }

    public async Task<string> FailsAsync(string path, params JsonNode[] arguments)
    {
        var error = (await AskAsync(path, arguments))["error"];
        Assert.NotNull(error);
        return (string)error["message"]!;
    }

    private async Task<JsonNode> AskAsync(string path, JsonNode[] arguments)
    {
        await node.StandardInput.WriteLineAsync(new JsonArray([path, .. arguments]).ToJsonString());
        await node.StandardInput.FlushAsync();
        var line = await node.StandardOutput.ReadLineAsync().WaitAsync(TimeSpan.FromMinutes(2));
        return JsonNode.Parse(line ?? throw new InvalidOperationException("passage-node has ended."))!;
    }
}
