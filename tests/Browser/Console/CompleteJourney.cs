using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace OpenPassage.Browser.Tests.Consoles;

/// <summary>What an operator does about users of an app of Complete, and about the keys that their tokens are signed with.</summary>
public sealed class CompleteJourney(ConsoleServer server) : IClassFixture<ConsoleServer>
{
    private const string Ada = "ada@example.com";

    [Fact]
    public async Task From_a_new_app_to_a_withdrawn_key()
    {
        var console = await server.SetUpAsync();

        // An app of Complete, with a field of its own.
        await console.CreateAppAsync("Book club", "club", "complete");
        await Expect(console.Page.GetByText("openpassage-complete.js")).ToBeVisibleAsync();
        await console.Link("Settings").ClickAsync();
        await console.Page.Locator("[name=user_metadata]").FillAsync("nickname=string,profile,registration,Nickname");
        await console.Button("Save").ClickAsync();
        await Expect(console.Notice).ToContainTextAsync("The settings were saved");
        await console.Link("Users").ClickAsync();
        await Expect(console.Page.GetByText("when somebody signs up")).ToBeVisibleAsync();

        // Somebody signs up, signs in once more, renews the token; somebody else only begins.
        var visitor = await server.Chromium.NewPageAsync();
        await VirtualAuthenticator.AddAsync(visitor);
        await visitor.GotoAsync($"{server.Origin}/console/sign-in");
        await DoAsync(visitor, "await passkey.register('ada@example.com', { userMetadata: { nickname: 'Ada L.' } })");
        var first = await TokenAsync(visitor);
        await DoAsync(visitor, "await passkey.login('ada@example.com')");
        await DoAsync(visitor, "await currentUser.userInfo()");
        await DoAsync(visitor, "await app.createUser('grace@example.com')");

        // The chart shows it, a few seconds late.
        await console.GoAsync("/console/apps/club");
        var signIns = console.Page.Locator("svg[aria-label^='Sign-ins: 1 in all']");
        for (var tries = 0; tries < 20 && await signIns.CountAsync() == 0; tries++)
        {
            await Task.Delay(500);
            await console.Page.ReloadAsync();
        }

        await Expect(signIns).ToBeVisibleAsync();
        await Expect(console.Page.GetByText("nonce")).ToHaveCountAsync(0);

        // She is found by her address, and one of her sessions is ended by the keyboard.
        await console.Link("Users").ClickAsync();
        await Expect(console.Page.Locator("tbody tr")).ToHaveCountAsync(2);
        await console.Page.GetByLabel("Email or phone starts with").FillAsync("ADA@");
        await console.Page.Keyboard.PressAsync("Enter");
        await Expect(console.Page.Locator("tbody tr")).ToHaveCountAsync(1);
        await console.Link(Ada).ClickAsync();
        await Expect(console.Page.GetByText("Ada L.")).ToBeVisibleAsync();
        var hers = new Uri(console.Page.Url).PathAndQuery;
        await EveryPageAsync(console, hers);
        var sessions = console.Page.Locator("section[aria-labelledby=sessions] tbody tr");
        await Expect(sessions).ToHaveCountAsync(2);
        await server.LetConfirmationsExpireAsync();
        await sessions.Last.GetByRole(AriaRole.Button).FocusAsync();
        await console.Page.Keyboard.PressAsync("Enter");
        await Expect(console.Page.GetByText("To end this session, use your passkey again.")).ToBeVisibleAsync();
        await console.Button("Confirm with a passkey").ClickAsync();
        await Expect(console.Notice).ToContainTextAsync("The session was ended.");
        await Expect(sessions).ToHaveCountAsync(1);
        Assert.Equal("invalid_access_token", await RefusedAsync(visitor, first));
        Assert.Equal("", await RefusedAsync(visitor, await TokenAsync(visitor)));
        await console.Button("End all").ClickAsync();
        await Expect(console.Page.GetByText("not signed in anywhere")).ToBeVisibleAsync();
        Assert.Equal("invalid_access_token", await RefusedAsync(visitor, await TokenAsync(visitor)));

        // A key is rotated, and the next one withdrawn.
        await DoAsync(visitor, "await passkey.login('ada@example.com')");
        await console.Link("Signing keys").ClickAsync();
        await console.Link("Rotate…").ClickAsync();
        await console.Link("Cancel").ClickAsync();
        await console.Link("Rotate…").ClickAsync();
        await console.Button("Rotate now").ClickAsync();
        await Expect(console.Heading("Restart these backends")).ToBeVisibleAsync();
        await console.LookEverywhereAsync("complete-signing-keys-rotated");
        await console.Page.ReloadAsync();
        await Expect(console.Page.Locator("tbody tr")).ToHaveCountAsync(3);
        Assert.Equal("", await RefusedAsync(visitor, await TokenAsync(visitor)));
        await server.LetConfirmationsExpireAsync();
        await console.Link("Withdraw…").ClickAsync();
        await console.Button("Withdraw the key").ClickAsync();
        await Expect(console.Page.GetByText("To withdraw the signing key, use your passkey again.")).ToBeVisibleAsync();
        await console.Button("Confirm with a passkey").ClickAsync();
        await Expect(console.Page.GetByText("RESTART every backend with passage-go, passage-ruby")).ToBeVisibleAsync();
        await Expect(console.Page.Locator("tbody tr")).ToHaveCountAsync(2);
        Assert.Equal("invalid_access_token", await RefusedAsync(visitor, await TokenAsync(visitor)));
        await console.Link("Changes").Last.ClickAsync();
        await Expect(console.Page.GetByText("WithdrawSigningKey")).ToBeVisibleAsync();

        // Deleted, she is not there any more.
        await console.GoAsync(hers);
        await console.Page.GetByLabel("to confirm").FillAsync(Ada);
        await console.Button("Delete user").ClickAsync();
        await Expect(console.Page.Locator("tbody tr")).ToHaveCountAsync(1);
        console.AssertConsoleIsClean();
    }

    /// <summary>Runs script with the browser SDK, as a page of the app.</summary>
    private static async Task DoAsync(IPage page, string script) => await page.EvaluateAsync(
        $$"""
        async () => {
          window.passage ??= new (await import('/openpassage-complete.js')).Passage('club');
          const { app, passkey, session, currentUser } = window.passage;
          {{script}};
        }
        """);

    private static Task<string> TokenAsync(IPage page)
        => page.EvaluateAsync<string>("() => localStorage.getItem('psg_auth_token')");

    /// <summary>What the server says to a token; empty: it takes it.</summary>
    private static Task<string> RefusedAsync(IPage page, string token) => page.EvaluateAsync<string>(
        """
        async (token) => {
          const answer = await fetch('/v1/apps/club/currentuser', { headers: { Authorization: `Bearer ${token}` } });
          return answer.ok ? '' : (await answer.json()).code;
        }
        """,
        token);

    /// <summary>The pages that only apps of Complete have, and those that they have otherwise.</summary>
    private async Task EveryPageAsync(ConsolePage console, string user)
    {
        (string Path, string Picture)[] pages =
        [
            ("/console", "apps"), ("/console/apps/club", "overview"), ("/console/apps/club/users", "users"), (user, "user"),
            ("/console/apps/club/users?q=nobody", "users-none"), ("/console/apps/club/signing-keys", "signing-keys"),
            ("/console/apps/club/signing-keys/rotate", "rotate"), ("/console/apps/club/signing-keys/withdraw", "withdraw"),
            ("/console/apps/club/start", "start"), ("/console/apps/club/settings", "settings"), ("/console/apps/club/events", "events"),
        ];
        foreach (var (path, picture) in pages)
        {
            await console.GoAsync(path);
            await console.LookEverywhereAsync($"complete-{picture}");
        }

        await console.GoAsync(user);
    }
}
