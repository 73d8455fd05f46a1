using Microsoft.Playwright;
using OpenPassage.Browser.Tests.Official;

namespace OpenPassage.Browser.Tests.Guides;

/// <summary>The lines of the guide, as they stand there but for the server's address, with Passage's own clients as published.</summary>
public sealed class MovingFromPassage : IAsyncLifetime
{
    private const string File = "docs/guides/moving-from-passage.md";
    private const string Address = "https://passkeys.example.com";

    private readonly string person = $"person-{Guid.NewGuid():N}";
    private OfficialPage site = null!;
    private ServerProcess server = null!;
    private Chromium chromium = null!;

    public async ValueTask InitializeAsync()
    {
        site = await OfficialPage.StartAsync();
        server = await ServerProcess.StartAsync(site.Origin);
        chromium = await Chromium.SharedAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await chromium.DisposeAsync();
        await server.DisposeAsync();
        await site.DisposeAsync();
    }

    [Fact]
    public async Task The_script_for_pages_lets_the_official_client_register_and_sign_in()
    {
        var page = await RegisteredAsync();

        var signedIn = await page.AuthenticateAsync(await server.Flex.Auth.CreateAuthenticateTransactionAsync(person));

        Assert.Null(signedIn.Message);
        Assert.Equal(person, await server.Flex.Auth.VerifyNonceAsync(signedIn.Nonce!));
    }

    [Fact]
    public async Task The_servers_own_SDK_takes_the_official_ones_place_and_signs_in_with_the_same_passkey()
    {
        var page = await RegisteredAsync();
        var script = ToServer(Guide.Blocks(File, "Pages", "html")[1])
            .Replace("<script type=\"module\">", "", StringComparison.Ordinal)
            .Replace("</script>", "window.moved = passage;", StringComparison.Ordinal)
            .Replace("YOUR_APP_ID", ServerProcess.AppId, StringComparison.Ordinal);
        await page.AddScriptTagAsync(new() { Type = "module", Content = script });
        await page.WaitForFunctionAsync("window.moved");

        var nonce = await page.EvaluateAsync<string>("() => moved.passkey.authenticate()");

        Assert.Equal(person, await server.Flex.Auth.VerifyNonceAsync(nonce));
        Assert.True(await page.EvaluateAsync<bool>("() => moved.passkey.canRegisterPasskey()"));
        Assert.True(await page.EvaluateAsync<bool>("() => moved.passkey.canAuthenticateWithPasskey()"));
        Assert.True(await page.EvaluateAsync<bool>("async () => typeof await moved.passkey.canUseConditionalMediation() === 'boolean'"));
    }

    [Fact]
    public async Task The_line_for_passage_node_lets_it_read_users_and_devices_and_revoke_one()
    {
        await RegisteredAsync();
        var user = await server.Flex.User.GetAsync(person);
        var program = ToServer(Guide.Blocks(File, "Node", "js").Single()) +
            """
            const id = process.argv[2];
            const user = await passage.user.get(id);
            const devices = await passage.user.listDevices(id);
            await passage.user.revokeDevice(id, devices[0].id);
            console.log(JSON.stringify([user.id, devices.length, (await passage.user.listDevices(id)).length]));
            """;

        var app = new Dictionary<string, string> { ["PASSAGE_APP_ID"] = ServerProcess.AppId, ["PASSAGE_API_KEY"] = server.ApiKey };

        Assert.Equal($"[\"{user.Id}\",1,0]", await NodeProgram.RunAsync(program, app, user.Id));
    }

    private async Task<IPage> RegisteredAsync()
    {
        var script = ToServer(Guide.Blocks(File, "Pages", "html")[0])
            .Replace("<script>", "", StringComparison.Ordinal)
            .Replace("</script>", "", StringComparison.Ordinal);
        var page = await chromium.NewPageAsync();
        await page.AddInitScriptAsync(script);
        await page.GotoAsync(site.Origin);
        await page.WaitForFunctionAsync("window.flexOf");
        await VirtualAuthenticator.AddAsync(page);
        var registered = await page.RegisterAsync(await server.Flex.Auth.CreateRegisterTransactionAsync(person, "Ada"));
        Assert.Null(registered.Message);
        Assert.Equal(person, await server.Flex.Auth.VerifyNonceAsync(registered.Nonce!));
        return page;
    }

    private string ToServer(string code)
    {
        Assert.Contains(Address, code, StringComparison.Ordinal);
        return code.Replace(Address, server.Address.GetLeftPart(UriPartial.Authority), StringComparison.Ordinal);
    }
}
