using Microsoft.Playwright;

namespace OpenPassage.Browser.Tests.Official.Elements;

/// <summary>A site in React whose login is Passage's own <c>passage-react</c> 1.0.3: its elements, its guards, its way out.</summary>
[Collection(nameof(ElementsSite))]
public sealed class PassageReact(ElementsSite site)
{
    private readonly string person = $"person-{Guid.NewGuid():N}@example.com";

    [Fact]
    public async Task A_person_signs_up_sees_the_profile_leaves_and_comes_back_with_the_passkey()
    {
        var page = await site.OpenAsync("react", ElementsSite.Codes);
        await page.BeginSignUpAsync(person);
        await page.PressAsync("register-with-passkey");
        await page.ShowsAsync("my-passkeys");
        await page.ScreenshotAsync("react-profile");

        await LeaveAsync(page);
        await page.SaysText(person).WaitForAsync();
        await page.PressContinueAsync();

        await page.ShowsAsync("my-passkeys");
        Assert.Equal(person, (string)(await site.UserAsync(ElementsSite.Codes, (await page.KeptAsync())!.AuthToken))!["email"]!);
    }

    [Fact]
    public async Task A_person_signs_in_with_a_code_and_makes_a_first_passkey()
    {
        await site.MakeUserAsync(ElementsSite.Codes, person);
        var page = await site.OpenAsync("react", ElementsSite.Codes);
        await page.IdentifyAsync(person);
        await page.ShowsAsync("enter-code-sent", person);

        await page.EnterCodeAsync(await site.CodeAsync(person));
        await page.PressAsync("add-passkey");

        await page.ShowsAsync("my-passkeys");
    }

    [Fact]
    public async Task A_person_signs_in_with_a_link_and_signs_out_for_good()
    {
        await site.MakeUserAsync(ElementsSite.Links, person);
        var page = await site.OpenAsync("react", ElementsSite.Links);
        await page.IdentifyAsync(person);
        var tab = await page.OpenTabAsync(await site.LinkAsync(person));
        await tab.PressAsync("skip");
        await tab.ShowsAsync("my-passkeys");
        var kept = (await tab.KeptAsync())!;

        await LeaveAsync(tab);

        // The page was loaded again with the link in its address.
        await tab.ShowsAsync("invalid-link");
        Assert.Null(await tab.KeptAsync());
        Assert.Null(await site.UserAsync(ElementsSite.Links, kept.AuthToken));
        Assert.False(await site.CanRefreshAsync(ElementsSite.Links, kept.RefreshToken));
    }

    private static Task LeaveAsync(ElementsPage page) => page.Page.GetByRole(AriaRole.Button, new() { Name = "Leave" }).ClickAsync();
}
