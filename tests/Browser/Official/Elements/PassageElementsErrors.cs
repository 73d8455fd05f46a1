using Microsoft.Playwright;

namespace OpenPassage.Browser.Tests.Official.Elements;

/// <summary>What Passage's own <c>passage-elements</c> 2.0.9 show when the server says no: each by the answer that leads to it.</summary>
[Collection(nameof(ElementsSite))]
public sealed class PassageElementsErrors(ElementsSite site)
{
    private readonly string person = $"person-{Guid.NewGuid():N}@example.com";

    [Fact]
    public async Task An_app_that_does_not_exist()
    {
        var page = await site.OpenAsync("passage-auth", "nobody");

        await page.ShowsAsync("invalid-app-id");
        await page.ScreenshotAsync("no-app");
    }

    [Fact]
    public async Task A_sign_up_that_is_closed_in_the_servers_own_words()
    {
        var page = await site.OpenAsync("passage-register", ElementsSite.Closed);
        await page.ShowsAsync("public-registration-not-allowed");

        await page.IdentifyAsync(person);

        await page.SaysText("Public signup is off for this app. Ask whoever runs it for an account.").WaitForAsync();
        await page.ScreenshotAsync("closed");
    }

    [Fact]
    public async Task A_sign_up_that_is_refused_for_any_other_reason()
    {
        var page = await site.OpenAsync("passage-register", ElementsSite.Codes);
        // Somebody has the account by now that was not there a moment ago.
        await page.Page.RouteAsync("**/v1/apps/codes/users", async route =>
        {
            if (route.Request.Method == "POST")
                await site.MakeUserAsync(ElementsSite.Codes, person);
            await route.ContinueAsync();
        });
        await page.HomeTown.FillAsync("London");

        await page.IdentifyAsync(person);

        await page.ShowsAsync("unexpected-error");
    }

    [Fact]
    public async Task An_account_that_exists_one_that_does_not_and_one_that_is_deactivated()
    {
        var id = await site.MakeUserAsync(ElementsSite.Codes, person);
        var page = await site.OpenAsync("passage-auth", ElementsSite.Codes);

        await page.IdentifyAsync($"nobody-{person}");
        await page.SaysText($"{page.Text("not-recognized", "Email")}. {page.Text("toggle-register")}").WaitForAsync();
        await page.BeginSignUpAsync(person);
        await page.SaysText($"{page.Text("account-already-exists", page.Text("email"))} {page.Text("toggle-login")}").WaitForAsync();

        await site.SetActiveAsync(ElementsSite.Codes, id, false);
        await page.PressContinueAsync();
        await page.ShowsAsync("account-no-longer-active");
    }

    [Fact]
    public async Task A_lookup_that_fails_is_shown_as_a_wrong_address()
    {
        var page = await site.OpenAsync("passage-auth", ElementsSite.Codes);

        // The element takes it for an address, and the server does not.
        await page.IdentifyAsync("ann@[127.0.0.1]");

        await page.ShowsAsync("enter-a-valid-email-or-phone-number");
        Assert.Equal(["GET /", "GET /users"], page.TakeSent());
    }

    [Fact]
    public async Task A_wrong_code_and_one_too_many_after_which_the_right_one_is_refused_too()
    {
        await site.MakeUserAsync(ElementsSite.Codes, person);
        var page = await site.OpenAsync("passage-auth", ElementsSite.Codes);
        await page.IdentifyAsync(person);
        await page.ShowsAsync("enter-code-sent", person);
        var code = await site.CodeAsync(person);

        for (var guess = 1; guess <= 5; guess++)
        {
            await page.EnterCodeAsync($"{(int.Parse(code) + guess) % 1_000_000:D6}");
            await page.ShowsAsync("code-invalid-or-expired");
        }

        await page.ScreenshotAsync("wrong-code");
        await page.EnterCodeAsync(code);
        await page.ShowsAsync("otp-limit-error");
        await page.ScreenshotAsync("too-many-codes");
        Assert.False(await page.IsSignedInAsync());
    }

    [Fact]
    public async Task A_code_that_cannot_be_sent_and_the_one_before_it_is_good()
    {
        await site.MakeUserAsync(ElementsSite.Codes, person);
        var page = await site.OpenAsync("passage-auth", ElementsSite.Codes);
        await page.IdentifyAsync(person);
        await page.ShowsAsync("enter-code-sent", person);
        var code = await site.CodeAsync(person);

        // Once more within half a minute: 429.
        await page.PressAsync("resend-code");
        await page.ShowsAsync("code-send-error");
        await page.ScreenshotAsync("not-sent");
        await page.EnterCodeAsync(code);

        await page.PressAsync("skip");
        await page.SignedInAsync();
        Assert.Equal(1, site.CountMails(person));
    }

    [Fact]
    public async Task A_link_that_cannot_be_sent_is_not_shown_and_the_one_before_it_signs_in()
    {
        await site.MakeUserAsync(ElementsSite.Links, person);
        var page = await site.OpenAsync("passage-auth", ElementsSite.Links, new() { MovesClock = true });
        await page.IdentifyAsync(person);
        await page.ShowsAsync("check-email-to-login");
        var link = await site.LinkAsync(person);
        await page.Page.Clock.FastForwardAsync(3000);
        var refused = page.Page.WaitForResponseAsync("**/login/magic-link");

        await page.PressAsync("resend-isemail-email-message", page.Text("email"));
        Assert.Equal(429, (await refused).Status);
        await page.ShowsAsync("check-email-to-login");

        var tab = await page.OpenTabAsync(link);
        await tab.PressAsync("skip");
        Assert.Equal(200, await page.PollAsync());
        await page.PressAsync("skip");
        await page.SignedInAsync();
    }

    [Fact]
    public async Task A_link_that_is_none()
    {
        var page = await site.OpenLinkAsync(
            $"{site.Origin}/passage-auth?app-id={ElementsSite.Links}&lang=en&psg_magic_link=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");

        await page.ShowsAsync("invalid-link");
        await page.ShowsAsync("login-link-invalid");
        await Assertions.Expect(page.Button("request-new-link")).ToBeEnabledAsync();
        await page.ScreenshotAsync("no-link");
    }

    [Fact]
    public async Task A_verify_link_that_is_none()
    {
        var page = await site.OpenLinkAsync(
            $"{site.Origin}/passage-auth?app-id={ElementsSite.Links}&lang=en&psg_verify_link=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");

        await page.ShowsAsync("invalid-link");
        await page.ShowsAsync("link-invalid");
    }

    [Fact]
    public async Task A_link_that_is_refused_for_another_reason_is_tried_again_and_is_still_good()
    {
        var id = await site.MakeUserAsync(ElementsSite.Links, person);
        var asking = await site.OpenAsync("passage-auth", ElementsSite.Links);
        await asking.IdentifyAsync(person);
        var link = await site.LinkAsync(person);
        await site.SetActiveAsync(ElementsSite.Links, id, false);

        var page = await asking.OpenTabAsync(link);
        await page.ShowsAsync("device-login-failed-title");
        await Assertions.Expect(page.Button("try-again")).ToBeEnabledAsync();
        await page.ScreenshotAsync("link-refused");
        await site.SetActiveAsync(ElementsSite.Links, id, true);
        // Passage's button does not try: it takes a failure for a success and goes on.
        await page.Page.ReloadAsync();

        await page.PressAsync("skip");
        await page.SignedInAsync();
    }

    [Fact]
    public async Task A_passkey_that_the_server_refuses_leads_to_a_code_at_once()
    {
        var page = await SignedUpAsync();
        await page.Authenticator!.SpoilSignaturesAsync();

        await page.PressContinueAsync();

        await page.ShowsAsync("enter-code-sent", person);
        await page.EnterCodeAsync(await site.CodeAsync(person));
        await page.PressAsync("skip");
        await page.SignedInAsync();
        Assert.Equal(
            [
                "GET /", "GET /users", "POST /login/webauthn/start", "POST /login/webauthn/finish", "POST /login/otp", "POST /otp/activate",
            ],
            page.TakeSent());
    }

    [Fact]
    public async Task A_passkey_that_the_person_does_not_use_is_asked_for_again_or_a_code_is_sent()
    {
        var page = await SignedUpAsync();
        await page.Authenticator!.SetUserVerifiedAsync(false);

        await page.PressContinueAsync();
        await page.ShowsAsync("passkey-login-fail-try-code");
        await page.ScreenshotAsync("passkey-refused");
        Assert.Equal(0, site.CountMails(person));
        await page.PressAsync("send-code");

        await page.ShowsAsync("enter-code-sent", person);
        await page.EnterCodeAsync(await site.CodeAsync(person));
        await page.SignedInAsync();
    }

    [Fact]
    public async Task A_passkey_that_is_not_made_at_the_sign_up_leads_to_a_code_or_another_try()
    {
        var page = await site.OpenAsync("passage-auth", ElementsSite.Codes);
        await page.Authenticator!.SetUserVerifiedAsync(false);
        await page.BeginSignUpAsync(person);

        await page.PressAsync("register-with-passkey");
        await page.ShowsAsync("passkey-create-fail-try-code");
        await page.Authenticator!.SetUserVerifiedAsync(true);
        await page.PressAsync("try-again");

        await page.SignedInAsync();
    }

    [Fact]
    public async Task A_first_passkey_that_is_not_made_is_tried_again_or_left()
    {
        await site.MakeUserAsync(ElementsSite.Codes, person);
        var page = await site.OpenAsync("passage-auth", ElementsSite.Codes);
        await page.IdentifyAsync(person);
        await page.ShowsAsync("enter-code-sent", person);
        await page.EnterCodeAsync(await site.CodeAsync(person));
        await page.Authenticator!.SetUserVerifiedAsync(false);

        await page.PressAsync("add-passkey");
        await page.ShowsAsync("failed-to-add-this-device");
        await page.PressAsync("skip");

        await page.SignedInAsync();
    }

    [Fact]
    public async Task A_person_without_passkeys_where_there_is_no_other_way_in()
    {
        await site.MakeUserAsync(ElementsSite.Passkeys, person);
        var page = await site.OpenAsync("passage-auth", ElementsSite.Passkeys);

        await page.IdentifyAsync(person);

        await page.ShowsAsync("login-not-supported");
        await page.ShowsAsync("passkeys-are-now-required");
    }

    [Fact]
    public async Task A_session_that_has_ended_shows_an_empty_profile()
    {
        var id = await site.MakeUserAsync(ElementsSite.Codes, person);
        var page = await site.OpenAsync("passage-auth", ElementsSite.Codes);
        await page.IdentifyAsync(person);
        await page.ShowsAsync("enter-code-sent", person);
        await page.EnterCodeAsync(await site.CodeAsync(person));
        await page.PressAsync("skip");
        await page.SignedInAsync();
        await site.EndSessionsAsync(ElementsSite.Codes, id);
        var refused = page.Page.WaitForResponseAsync("**/currentuser");

        await page.Page.GotoAsync($"{site.Origin}/passage-profile?app-id={ElementsSite.Codes}&lang=en");

        Assert.Equal(401, (await refused).Status);
        await Assertions.Expect(page.SaysText(person)).ToHaveCountAsync(0);
        await page.ScreenshotAsync("no-profile");
    }

    /// <summary>Whoever has a passkey and comes back.</summary>
    private async Task<ElementsPage> SignedUpAsync()
    {
        var page = await site.OpenAsync("passage-auth", ElementsSite.Codes);
        await page.BeginSignUpAsync(person);
        await page.PressAsync("register-with-passkey");
        await page.SignedInAsync();
        page.TakeSent();
        await page.Page.ReloadAsync();
        await page.SaysText(person).WaitForAsync();
        return page;
    }
}
