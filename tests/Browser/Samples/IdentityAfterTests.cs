extern alias IdentityAfter;

using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace OpenPassage.Browser.Tests.Samples;

public sealed class IdentityAfterSite : SampleSite<IdentityAfter::Program>;

/// <summary>The same site with passkeys.</summary>
public sealed class IdentityAfterTests(IdentityAfterSite site) : IClassFixture<IdentityAfterSite>
{
    [Theory]
    [InlineData("desktop-Light")]
    [InlineData("desktop-Dark")]
    [InlineData("phone-Light")]
    [InlineData("phone-Dark")]
    public async Task Add_a_passkey_sign_in_by_autofill_and_by_button_rename_and_revoke_it(string screen)
    {
        var shop = await site.OpenAsync(BookshopPage.Screens.Single(one => one.Name == screen).Options);
        await shop.GoAsync("/SignIn");
        await Expect(shop.Button("Sign in with a passkey")).ToBeVisibleAsync();
        await Expect(shop.Notice).ToBeEmptyAsync();
        await shop.LookAsync($"after-{screen}-1-sign-in");

        await shop.SignUpAsync();
        await Expect(shop.Page.GetByText("None yet.")).ToBeVisibleAsync();
        await shop.LookAsync($"after-{screen}-2-no-passkey");
        await shop.AddPasskeyAsync();
        await Expect(shop.Passkeys).ToContainTextAsync("Not used yet");
        await shop.LookAsync($"after-{screen}-3-first-passkey");

        await shop.PasskeyButton("Rename").ClickAsync();
        await shop.Dialog.GetByLabel("Name").FillAsync("Ada's <b>work</b> phone");
        await shop.LookAsync($"after-{screen}-4-rename");
        await shop.Button("Save").ClickAsync();
        await Expect(shop.Notice).ToHaveTextAsync("The new name is saved.");
        await Expect(shop.Passkeys.Locator("strong")).ToHaveTextAsync("Ada's <b>work</b> phone");

        // By autofill: the emulated person picks the suggestion as soon as it is offered.
        await shop.Button("Sign out").ClickAsync();
        await shop.SeesAccountAsync();
        await Expect(shop.Passkeys).ToContainTextAsync("Last used");

        // By button, in a browser that offers nothing in the name field; the page that was asked for comes back.
        await shop.Page.AddInitScriptAsync(BookshopPage.NoAutofill);
        await shop.SignOutAsync();
        await shop.GoAsync("/Account?from=a-letter");
        await shop.SeesSignInAsync();
        await shop.Button("Sign in with a passkey").ClickAsync();
        await shop.SeesAccountAsync();
        await Expect(shop.Page).ToHaveURLAsync($"{site.Origin}/Account?from=a-letter");

        await shop.PasskeyButton("Remove").ClickAsync();
        await shop.LookAsync($"after-{screen}-5-remove");
        await shop.Button("Keep it").ClickAsync();
        await Expect(shop.Passkeys).ToHaveCountAsync(1);
        await shop.PasskeyButton("Remove").ClickAsync();
        await shop.Button("Remove").ClickAsync();
        await Expect(shop.Notice).ToContainTextAsync("was removed.");
        await Expect(shop.Passkeys).ToHaveCountAsync(0);
        await shop.LookAsync($"after-{screen}-6-removed");

        await shop.SignOutAsync();
        await shop.Button("Sign in with a passkey").ClickAsync();
        await Expect(shop.Notice).ToHaveAttributeAsync("data-kind", "refused");
        await Expect(shop.Button("Sign in with a passkey")).ToBeFocusedAsync();
        await shop.LookAsync($"after-{screen}-7-refused");
        await shop.SignInAsync();
        await shop.SeesAccountAsync();
        shop.AssertConsoleIsClean();
    }

    [Fact]
    public async Task A_passkey_that_is_removed_leaves_its_authenticator_too()
    {
        var shop = await (await site.OpenAsync(autofill: false)).SignUpAsync();
        await shop.AddPasskeyAsync();
        Assert.Equal(1, await shop.Authenticator!.CountPasskeysAsync());
        var deleted = shop.Authenticator.NextAsync("credentialDeleted");

        await shop.PasskeyButton("Remove").ClickAsync();
        await shop.Button("Remove").ClickAsync();

        await deleted;
        Assert.Equal(0, await shop.Authenticator.CountPasskeysAsync());
    }

    [Fact]
    public async Task Long_after_the_sign_in_a_passkey_confirms_who_is_there()
    {
        var shop = await (await site.OpenAsync(autofill: false)).SignUpAsync();
        await shop.AddPasskeyAsync();
        // Longer than Identity keeps a principal: it is made anew, and the time of the sign-in stays.
        site.Clock.Turn(TimeSpan.FromMinutes(31));

        await shop.PasskeyButton("Remove").ClickAsync();
        await shop.Button("Remove").ClickAsync();
        await Expect(shop.Dialog).ToContainTextAsync("Is it still you?");
        await shop.LookAsync("after-confirm");
        await shop.Page.Keyboard.PressAsync("Escape");
        await Expect(shop.Notice).ToHaveTextAsync("Nothing was changed.");
        await Expect(shop.Passkeys).ToHaveCountAsync(1);

        await shop.PasskeyButton("Remove").ClickAsync();
        await shop.Button("Remove").ClickAsync();
        await shop.Button("Use a passkey").ClickAsync();
        await Expect(shop.Notice).ToContainTextAsync("was removed.");
    }

    [Fact]
    public async Task Long_after_the_sign_in_the_password_confirms_who_is_there()
    {
        var shop = await (await site.OpenAsync(autofill: false)).SignUpAsync();
        site.Clock.Turn(TimeSpan.FromMinutes(11));

        await shop.Button("Add a passkey").ClickAsync();
        await Expect(shop.Button("Use a passkey")).ToBeHiddenAsync();
        await shop.Button("Sign in again").ClickAsync();
        await shop.SeesSignInAsync();
        await shop.SignInAsync();
        await shop.SeesAccountAsync();

        await shop.AddPasskeyAsync();
    }

    [Fact]
    public async Task Who_is_locked_out_or_gone_does_not_come_in_with_a_passkey_either()
    {
        var shop = await (await site.OpenAsync(autofill: false)).SignUpAsync();
        await shop.AddPasskeyAsync();
        await shop.SignOutAsync();

        await ChangeAsync(shop.Email, (users, user) => users.SetLockoutEndDateAsync(user, DateTimeOffset.MaxValue));
        await shop.Button("Sign in with a passkey").ClickAsync();
        await Expect(shop.Notice).ToHaveTextAsync("This account cannot sign in now.");

        await ChangeAsync(shop.Email, (users, user) => users.SetLockoutEndDateAsync(user, lockoutEnd: null));
        await ChangeAsync(shop.Email, (users, user) => users.DeleteAsync(user));
        await shop.Page.ReloadAsync();
        await shop.Button("Sign in with a passkey").ClickAsync();
        await Expect(shop.Notice).ToHaveTextAsync("This account cannot sign in now.");
        await shop.GoAsync("/Account");
        await shop.SeesSignInAsync();
    }

    [Fact]
    public async Task A_passkey_of_another_account_confirms_nothing()
    {
        var shop = await (await site.OpenAsync(autofill: false)).SignUpAsync();
        await shop.AddPasskeyAsync();

        // Another person signs in on the same machine: the sign-in page still offers the first one's passkey.
        await shop.SignOutAsync();
        await shop.GoAsync("/SignUp");
        await shop.Page.GetByLabel("Email").FillAsync($"grace-{Guid.NewGuid():N}@example.com");
        await shop.Page.GetByLabel("Password").FillAsync(BookshopPage.Password);
        await shop.Page.GetByRole(AriaRole.Main).GetByRole(AriaRole.Button, new() { Name = "Create account" }).ClickAsync();
        await Expect(shop.Page.GetByText("None yet.")).ToBeVisibleAsync();
        await shop.GoAsync("/SignIn");
        await shop.Button("Sign in with a passkey").ClickAsync();

        await Expect(shop.Notice).ToHaveTextAsync("This passkey belongs to another account than the one that is signed in.");
        await shop.GoAsync("/Account");
        await Expect(shop.Page.GetByRole(AriaRole.Main)).ToContainTextAsync("grace-");
    }

    private async Task ChangeAsync(string email, Func<UserManager<IdentityUser>, IdentityUser, Task<IdentityResult>> change)
    {
        await using var scope = site.Services.CreateAsyncScope();
        var users = scope.ServiceProvider.GetRequiredService<UserManager<IdentityUser>>();
        var result = await change(users, (await users.FindByEmailAsync(email))!);
        Assert.True(result.Succeeded);
    }
}
