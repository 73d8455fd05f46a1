using Microsoft.Playwright;
using OpenPassage.Flex;

namespace OpenPassage.Browser.Tests.Sdk;

/// <summary>
/// Passkeys among the suggestions of the name field. Chromium's emulated person picks the suggestion at once when present; when not,
/// the offer stays open as it does for a person who types.
/// </summary>
public sealed class AutofillTests(SdkSite site) : IClassFixture<SdkSite>
{
    /// <summary>Keeps what the browser is asked for, and what autofill comes to.</summary>
    private const string Watch =
        """
        window.offers = [];
        const get = navigator.credentials.get.bind(navigator.credentials);
        navigator.credentials.get = (options) => {
          if (options.mediation === 'conditional') offers.push(btoa(String.fromCharCode(...new Uint8Array(options.publicKey.challenge))));
          return get(options);
        };
        window.begin = (name, options = {}) => {
          const seen = window[name] = { nonces: [], errors: [] };
          flex.passkey.autofill({ onNonce: (nonce) => { seen.nonces.push(nonce); }, ...options })
            .then(() => { seen.over = true; }, (error) => { seen.over = true; seen.thrown = error.message; });
        };
        """;

    private readonly PassageFlex backend = site.Backend;
    private readonly string person = $"person-{Guid.NewGuid():N}";

    [Fact]
    public async Task A_suggestion_that_is_picked_gives_a_nonce_and_ends_it()
    {
        var (page, _) = await EnrolledAsync(present: true);

        await page.EvaluateAsync("begin('one')");

        await OverAsync(page, "one");
        Assert.Equal(person, await backend.Auth.VerifyNonceAsync(await NonceAsync(page, "one")));
    }

    [Fact]
    public async Task Its_signal_ends_it_without_a_word()
    {
        var (page, _) = await EnrolledAsync(present: false);
        await page.EvaluateAsync("window.end = new AbortController(); begin('one', { signal: end.signal })");
        await OfferedAsync(page, 1);

        await page.EvaluateAsync("end.abort()");

        await OverAsync(page, "one");
        Assert.Null(await page.EvaluateAsync<string?>("one.thrown"));
        // The browser's one ceremony is free again.
        Assert.Equal(
            "no_such_thing",
            await page.EvaluateAsync<string>(
                "navigator.credentials.get({ publicKey: { challenge: new Uint8Array(16) }, "
                    + "signal: AbortSignal.abort('no_such_thing') }).catch((reason) => reason)"));
    }

    [Fact]
    public async Task A_signal_that_has_ended_begins_nothing()
    {
        var (page, _) = await EnrolledAsync(present: true);

        await page.EvaluateAsync("begin('one', { signal: AbortSignal.abort() })");

        await OverAsync(page, "one");
        Assert.Equal(0, await page.EvaluateAsync<int>("offers.length"));
    }

    [Fact]
    public async Task Begun_again_it_takes_the_place_of_the_earlier_one()
    {
        var (page, authenticator) = await EnrolledAsync(present: false);
        await page.EvaluateAsync("begin('one')");
        await OfferedAsync(page, 1);
        await page.EvaluateAsync("begin('two')");
        await OfferedAsync(page, 2);
        await OverAsync(page, "one");
        await authenticator.SetPresenceAsync(true);

        await page.EvaluateAsync("begin('three')");

        await OverAsync(page, "two");
        await OverAsync(page, "three");
        Assert.Equal("0,0,1", await page.EvaluateAsync<string>("[one, two, three].map(({ nonces }) => nonces.length).join()"));
        Assert.Equal(
            "0,0,0",
            await page.EvaluateAsync<string>("[one, two, three].map(({ errors, thrown }) => errors.length + (thrown ? 1 : 0)).join()"));
        Assert.Equal(person, await backend.Auth.VerifyNonceAsync(await NonceAsync(page, "three")));
    }

    [Fact]
    public async Task A_click_takes_precedence_and_when_it_comes_to_nothing_the_suggestions_come_back()
    {
        var (page, authenticator) = await EnrolledAsync(present: false);
        await page.EvaluateAsync("begin('one')");
        await OfferedAsync(page, 1);

        Assert.Equal("refused", (await page.AuthenticateAsync("no such transaction")).Code);
        await OfferedAsync(page, 2);
        await authenticator.SetPresenceAsync(true);
        var clicked = await page.AuthenticateAsync();

        Assert.Equal(person, await backend.Auth.VerifyNonceAsync(clicked.Value!));
        await OverAsync(page, "one");
        Assert.Equal(0, await page.EvaluateAsync<int>("one.nonces.length"));
    }

    [Fact]
    public async Task Its_challenge_is_renewed_before_it_expires()
    {
        var (page, authenticator) = await EnrolledAsync(present: false, stoppedClock: true);
        await page.EvaluateAsync("begin('one')");
        await OfferedAsync(page, 1);
        // A login page stays open for an hour; after 40 minutes all is as it was.
        await page.Clock.FastForwardAsync("40:00");
        Assert.Equal(1, await page.EvaluateAsync<int>("offers.length"));
        await authenticator.SetPresenceAsync(true);

        await page.Clock.FastForwardAsync("08:30");

        await OverAsync(page, "one");
        var challenges = await page.EvaluateAsync<string[]>("offers");
        Assert.Equal(2, challenges.Distinct().Count());
        Assert.Equal(person, await backend.Auth.VerifyNonceAsync(await NonceAsync(page, "one")));
    }

    [Fact]
    public async Task A_server_that_is_away_is_asked_again_later()
    {
        var (page, _) = await EnrolledAsync(present: true, stoppedClock: true);
        await page.RouteAsync("**/authenticate/transactions/webauthn/start", route => route.AbortAsync(), new() { Times = 1 });
        var failed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        page.RequestFailed += (_, _) => failed.TrySetResult();
        await page.EvaluateAsync("begin('one')");
        await failed.Task.WaitAsync(TimeSpan.FromSeconds(10));

        while (!await page.EvaluateAsync<bool>("one.over === true"))
            await page.Clock.FastForwardAsync("00:31");

        Assert.Equal(person, await backend.Auth.VerifyNonceAsync(await NonceAsync(page, "one")));
    }

    [Fact]
    public async Task A_picked_passkey_that_is_refused_is_told_to_the_page_and_deleted_from_the_authenticator()
    {
        var (page, authenticator) = await EnrolledAsync(present: true);
        await backend.RevokeAllAsync(person);
        var deleted = authenticator.NextAsync("credentialDeleted");

        await page.EvaluateAsync("begin('one', { onError: (error) => one.errors.push(error.code) })");

        await OverAsync(page, "one");
        await deleted;
        Assert.Equal(["unknown_passkey"], await page.EvaluateAsync<string[]>("one.errors"));
    }

    [Fact]
    public async Task What_the_page_throws_at_its_nonce_comes_back_to_it()
    {
        var (page, _) = await EnrolledAsync(present: true);

        await page.EvaluateAsync("begin('one', { onNonce: async () => { throw new Error('the backend is away'); } })");
        await OverAsync(page, "one");
        await page.EvaluateAsync(
            "begin('two', { onNonce: async () => { throw new Error('the backend is away'); }, "
                + "onError: ({ message }) => two.errors.push(message) })");
        await OverAsync(page, "two");

        Assert.Equal("the backend is away", await page.EvaluateAsync<string>("one.thrown"));
        Assert.Equal(["the backend is away"], await page.EvaluateAsync<string[]>("two.errors"));
        Assert.Null(await page.EvaluateAsync<string?>("two.thrown"));
    }

    [Theory]
    [InlineData("delete window.PublicKeyCredential")]
    [InlineData("PublicKeyCredential.isConditionalMediationAvailable = async () => false")]
    [InlineData("delete PublicKeyCredential.getClientCapabilities; delete PublicKeyCredential.isConditionalMediationAvailable")]
    public async Task Where_there_is_no_autofill_nothing_is_asked_of_anybody(string before)
    {
        var page = await site.OpenAsync(before: Watch + before);
        var requests = 0;
        page.Request += (_, _) => requests++;

        await page.EvaluateAsync("begin('one')");

        await OverAsync(page, "one");
        Assert.Equal(0, requests);
    }

    private async Task<(IPage Page, VirtualAuthenticator Authenticator)> EnrolledAsync(bool present, bool stoppedClock = false)
    {
        var page = await site.OpenAsync(before: Watch);
        var authenticator = await VirtualAuthenticator.AddAsync(page);
        await page.EnrolAsync(backend, person);
        await authenticator.SetPresenceAsync(present);
        if (stoppedClock)
            await page.Clock.InstallAsync();
        return (page, authenticator);
    }

    private static Task<IJSHandle> OfferedAsync(IPage page, int times) =>
        page.WaitForFunctionAsync("(times) => offers.length === times", times);

    private static Task<IJSHandle> OverAsync(IPage page, string name) => page.WaitForFunctionAsync("(name) => window[name].over", name);

    private static Task<string> NonceAsync(IPage page, string name) => page.EvaluateAsync<string>("(name) => window[name].nonces[0]", name);
}
