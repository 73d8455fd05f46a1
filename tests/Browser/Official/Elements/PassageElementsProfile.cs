using Microsoft.Playwright;

namespace OpenPassage.Browser.Tests.Official.Elements;

/// <summary>The account of whoever is signed in, with Passage's own <c>passage-elements</c> 2.0.9.</summary>
[Collection(nameof(ElementsSite))]
public sealed class PassageElementsProfile(ElementsSite site)
{
    private readonly string person = $"person-{Guid.NewGuid():N}@example.com";

    [Fact]
    public async Task Passkeys_are_listed_named_added_and_removed()
    {
        var page = await SignedUpAsync();
        await page.ShowsAsync("my-passkeys");
        await page.SaysText(page.Text("current")).WaitForAsync();
        // Not the year 1, though it has not signed in since it was made.
        await Assertions.Expect(At(page, "passkey-table-row-0-device-last-login")).ToContainTextAsync($" {DateTime.UtcNow.Year}");
        await page.ScreenshotAsync("profile");

        await At(page, "edit-passkey-button-0").ClickAsync();
        var renamed = page.Page.WaitForResponseAsync("**/currentuser/devices/*");
        await At(page, "passkey-table-row-0-device-name").FillAsync("Work laptop");
        await page.Page.Keyboard.PressAsync("Enter");
        Assert.Equal(200, (await renamed).Status);

        await At(page, "add-passkey-button").ClickAsync();
        await VirtualAuthenticator.AddAsync(page.Page, "usb");
        await At(page, "add-device-secondary-button").ClickAsync();
        await At(page, "passkey-table-row-1").WaitForAsync();
        Assert.Equal(2, await PasskeysAsync(page));
        Assert.Contains("Work laptop", await NamesAsync(page));

        var key = (await NamesAsync(page)).IndexOf("Work laptop") == 0 ? 1 : 0;
        await At(page, $"revoke-passkey-button-{key}").ClickAsync();
        var removed = page.Page.WaitForResponseAsync("**/currentuser/devices/*");
        await At(page, "revoke-passkey-button-confirmation").ClickAsync();
        Assert.Equal(200, (await removed).Status);
        await Assertions.Expect(At(page, "passkey-table-row-1")).ToHaveCountAsync(0);
        Assert.Equal(["Work laptop"], await NamesAsync(page));
    }

    [Fact]
    public async Task Fields_of_metadata_are_shown_and_changed()
    {
        var page = await SignedUpAsync();
        await page.ShowsAsync("personal-info");
        Assert.Equal("London", await page.HomeTown.InputValueAsync());

        await page.Page.Locator(".metadata-header").GetByText(page.Text("edit")).ClickAsync();
        await page.HomeTown.FillAsync("Rome");
        await page.Page.Locator("#seats input").FillAsync("3");
        var saved = page.Page.WaitForResponseAsync("**/currentuser/user-metadata");
        await page.Page.Locator(".metadata-header").GetByText(page.Text("save")).ClickAsync();

        Assert.Equal(200, (await saved).Status);
        var user = (await site.UserAsync(ElementsSite.Codes, (await page.KeptAsync())!.AuthToken))!;
        Assert.Equal("""{"home_town":"Rome","seats":3}""", user["user_metadata"]!.ToJsonString());
        await page.ScreenshotAsync("profile-changed");
    }

    [Fact]
    public async Task An_address_changes_once_the_new_one_has_opened_its_link()
    {
        var (page, other) = (await SignedUpAsync(), $"person-{Guid.NewGuid():N}@example.com");
        await ChangeAsync(page, other);
        await page.ShowsAsync("weve-sent-confirmation-email");
        await page.ScreenshotAsync("profile-address");
        Assert.Equal(person, await AddressAsync(page));

        // The element names no page: the link leads to the app's own for signing in.
        var tab = await page.OpenTabAsync(await site.LinkAsync(other));

        await tab.ShowsAsync("successfully-changed-email");
        Assert.Equal(other, await AddressAsync(tab));
        await page.Page.ReloadAsync();
        await Assertions.Expect(At(page, "profile-email-input")).ToHaveValueAsync(other);
    }

    [Fact]
    public async Task Somebody_elses_address_is_refused()
    {
        var (page, other) = (await SignedUpAsync(), $"person-{Guid.NewGuid():N}@example.com");
        await site.MakeUserAsync(ElementsSite.Codes, other);

        await FillAsync(page, other);

        await page.ShowsAsync("email-address-already-in-use");
        Assert.Equal(person, await AddressAsync(page));
    }

    [Fact]
    public async Task Nobody_is_told_that_nobody_is_signed_in()
    {
        var page = await site.OpenAsync("passage-profile", ElementsSite.Codes);

        await page.ShowsAsync("there-is-no-currently-logged-in-user");
    }

    private static async Task ChangeAsync(ElementsPage page, string address)
    {
        var asked = page.Page.WaitForResponseAsync("**/currentuser/email");
        await FillAsync(page, address);
        Assert.Equal(200, (await asked).Status);
    }

    private static async Task FillAsync(ElementsPage page, string address)
    {
        await At(page, "edit-button").First.ClickAsync();
        await At(page, "profile-email-input").FillAsync(address);
        await At(page, "save-button").First.ClickAsync();
    }

    private async Task<string> AddressAsync(ElementsPage page) =>
        (string)(await site.UserAsync(ElementsSite.Codes, (await page.KeptAsync())!.AuthToken))!["email"]!;

    private static ILocator At(ElementsPage page, string name) => page.Page.GetByTestId(name);

    private static async Task<List<string>> NamesAsync(ElementsPage page)
    {
        List<string> names = [];
        foreach (var field in await page.Page.Locator("input[data-testid$=device-name]").AllAsync())
            names.Add(await field.InputValueAsync());
        return names;
    }

    private async Task<int> PasskeysAsync(ElementsPage page) =>
        (await site.UserAsync(ElementsSite.Codes, (await page.KeptAsync())!.AuthToken))!["webauthn_devices"]!.AsArray().Count;

    /// <summary>The profile of somebody with one passkey.</summary>
    private async Task<ElementsPage> SignedUpAsync()
    {
        var page = await site.OpenAsync("passage-register", ElementsSite.Codes);
        await page.HomeTown.FillAsync("London");
        await page.IdentifyAsync(person);
        await page.PressAsync("register-with-passkey");
        await page.SignedInAsync();
        await page.Page.GotoAsync($"{site.Origin}/passage-profile?app-id={ElementsSite.Codes}&lang=en");
        return page;
    }
}
