using System.Text.Json.Nodes;
using Microsoft.Playwright;
using OpenPassage.Flex;

namespace OpenPassage.Browser.Tests.Sdk;

/// <summary>A sign-in in one call: what the table of its guide does not say. That is tried in Guides/SignInInOneCall.cs.</summary>
public sealed class SignInTests(SdkSite site) : IClassFixture<SdkSite>
{
    /// <summary>Notes what the browser is asked for, and what the call comes to; <c>begin()</c> is the page.</summary>
    private const string Watch =
        """
        window.asked = [];
        window.seen = { nonces: [], reasons: [], messages: [] };
        const get = navigator.credentials.get.bind(navigator.credentials);
        navigator.credentials.get = (options) => {
          asked.push(options.mediation ?? options.uiMode ?? 'modal');
          return options.mediation || !window.instead ? get(options) : instead(options);
        };
        window.begin = (options) => {
          seen.over = signIn(flex.passkey, {
            onNonce: (nonce) => { seen.nonces.push(nonce); },
            fallback: ({ reason, message }) => { seen.reasons.push(reason); seen.messages.push(message); },
            ...options,
          }).then(() => { seen.isOver = true; });
        };
        window.withButton = (options) => {
          window.button = document.querySelector('button') ?? document.body.appendChild(document.createElement('button'));
          begin({ button, ...options });
        };
        """;

    private readonly PassageFlex backend = site.Backend;
    private readonly string person = $"person-{Guid.NewGuid():N}";

    [Fact]
    public async Task Without_a_button_it_asks_at_once()
    {
        var (page, _, _) = await OpenAsync();

        await page.EvaluateAsync("() => { begin(); return seen.over; }");

        Assert.Equal(person, await backend.Auth.VerifyNonceAsync(await page.EvaluateAsync<string>("seen.nonces[0]")));
        Assert.Equal(["immediate"], await AskedAsync(page));
    }

    [Fact]
    public async Task The_start_says_what_the_prompt_before_came_to()
    {
        var (page, _, starts) = await OpenAsync(enrolled: false);

        for (var times = 1; times <= 3; times++)
            await page.EvaluateAsync("() => { begin(); return seen.over; }");

        Assert.Equal(["immediate", "modal", "modal"], await AskedAsync(page));
        Assert.Equal(["no_passkey", "no_passkey", "no_passkey"], await ReasonsAsync(page));
        Assert.Equal(
            [
                "{}",
                """{"prompt":{"kind":"immediate","result":"fallback"}}""",
                """{"prompt":{"kind":"modal","result":"failed","error":"NotAllowedError"}}""",
            ],
            starts);
    }

    [Fact]
    public async Task Suggestions_that_come_back_say_what_the_prompt_came_to()
    {
        var (page, authenticator, starts) = await OpenAsync();
        await authenticator.SetPresenceAsync(false);
        await page.EvaluateAsync("withButton()");
        await page.WaitForFunctionAsync("asked.length === 1");

        await page.EvaluateAsync("button.click()");

        await page.WaitForFunctionAsync("asked.length === 3");
        Assert.Equal(["conditional", "immediate", "conditional"], await AskedAsync(page));
        Assert.Equal(["no_passkey"], await ReasonsAsync(page));
        Assert.Equal("""{"prompt":{"kind":"immediate","result":"fallback"}}""", starts[^1]);
    }

    /// <summary>The emulated browser shows no prompt that could be closed: here it is one that says what a closed prompt says.</summary>
    [Theory]
    [InlineData("", "immediate")]
    [InlineData("PublicKeyCredential.getClientCapabilities = async () => ({ conditionalGet: false });", "modal")]
    public async Task A_prompt_that_was_closed_opens_no_other(string before, string kind)
    {
        var (page, _, starts) = await OpenAsync(before: Watch + before);
        await page.Clock.InstallAsync();
        await page.EvaluateAsync(
            "() => { window.instead = () => new Promise((_, reject) => { window.closePrompt = () => "
                + "reject(new DOMException('The operation either timed out or was not allowed.', 'NotAllowedError')); }); begin(); }");
        await page.WaitForFunctionAsync("typeof closePrompt === 'function'");

        await page.Clock.FastForwardAsync("00:05");
        await page.EvaluateAsync("() => { closePrompt(); return seen.over; }");

        Assert.Equal(["cancelled"], await ReasonsAsync(page));
        Assert.Equal([ErrorGuide.Sentences["cancelled"]], await page.EvaluateAsync<string[]>("seen.messages"));
        Assert.Equal([kind], await AskedAsync(page));
        await page.EvaluateAsync("() => { delete window.instead; begin(); return seen.over; }");
        Assert.Equal([kind, "modal"], await AskedAsync(page));
        Assert.Equal(
            $$"""{"kind":"{{kind}}","result":"dismissed"}""", JsonNode.Parse(starts[^1])!["prompt"]!.ToJsonString());
    }

    [Fact]
    public async Task A_second_click_while_it_asks_opens_nothing()
    {
        var (page, _, _) = await OpenAsync(enrolled: false);
        await page.EvaluateAsync("() => { window.instead = () => new Promise(() => {}); withButton(); }");
        await page.WaitForFunctionAsync("seen.isOver");
        await page.EvaluateAsync("() => { asked.length = 0; button.click(); button.click(); }");
        await page.WaitForFunctionAsync("asked.length");

        await page.EvaluateAsync("button.click()");

        Assert.Equal("true", await page.EvaluateAsync<string>("button.getAttribute('aria-busy')"));
        Assert.Equal(["immediate"], await AskedAsync(page));
        Assert.Empty(await ReasonsAsync(page));
    }

    [Fact]
    public async Task Its_signal_ends_suggestions_prompt_and_button()
    {
        var (page, authenticator, _) = await OpenAsync();
        await authenticator.SetPresenceAsync(false);
        await page.EvaluateAsync("() => { window.end = new AbortController(); withButton({ signal: end.signal }); }");
        await page.WaitForFunctionAsync("asked.length === 1");
        await page.EvaluateAsync(
            "() => { window.instead = (options) => { window.signal = options.signal; return new Promise(() => {}); }; button.click(); }");
        await page.WaitForFunctionAsync("window.signal");

        await page.EvaluateAsync("end.abort()");

        await page.WaitForFunctionAsync("seen.isOver && !button.hasAttribute('aria-busy')");
        Assert.True(await page.EvaluateAsync<bool>("signal.aborted"));
        await page.EvaluateAsync("button.click()");
        Assert.Equal(["conditional", "immediate"], await AskedAsync(page));
        Assert.Empty(await ReasonsAsync(page));
    }

    [Fact]
    public async Task What_the_page_throws_at_its_nonce_is_a_reason_too()
    {
        var (page, _, starts) = await OpenAsync();

        await page.EvaluateAsync(
            "() => { begin({ onNonce: async () => { throw new Error('The backend is away.'); } }); return seen.over; }");

        Assert.Equal(["failed"], await ReasonsAsync(page));
        Assert.Equal(["The backend is away."], await page.EvaluateAsync<string[]>("seen.messages"));
        await page.EvaluateAsync("() => { begin(); return seen.over; }");
        // No prompt failed, so the next is of the same kind.
        Assert.Equal(["immediate", "immediate"], await AskedAsync(page));
        Assert.DoesNotContain("prompt", starts[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_passkey_that_the_server_refuses_is_a_reason_and_no_failed_prompt()
    {
        var (page, _, starts) = await OpenAsync();
        await backend.RevokeAllAsync(person);

        await page.EvaluateAsync("() => { begin(); return seen.over; }");
        await page.EvaluateAsync("() => { begin(); return seen.over; }");

        Assert.Equal("unknown_passkey", (await ReasonsAsync(page))[0]);
        Assert.DoesNotContain("prompt", starts[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_does_not_answer_is_a_reason()
    {
        var (page, _, _) = await OpenAsync();
        await page.RouteAsync("**/webauthn/start", route => route.AbortAsync());

        await page.EvaluateAsync("() => { begin(); return seen.over; }");

        Assert.Equal(["network"], await ReasonsAsync(page));
        Assert.Empty(await AskedAsync(page));
    }

    [Theory]
    [InlineData("'fallback'")]
    [InlineData("{ advice: 'fallback', reason: 'no_passkey' }")]
    public async Task Advice_that_the_page_brings_holds(string advice)
    {
        var (page, _, starts) = await OpenAsync();

        await page.EvaluateAsync($"() => {{ begin({{ advice: {advice} }}); return seen.over; }}");
        await page.EvaluateAsync("() => { begin(); return seen.over; }");

        Assert.Equal(["advised"], await ReasonsAsync(page));
        Assert.Equal(["immediate"], await AskedAsync(page));
        Assert.Equal("""{"kind":"modal","result":"fallback"}""", JsonNode.Parse(starts[^1])!["prompt"]!.ToJsonString());
    }

    [Fact]
    public async Task Advice_that_it_does_not_know_is_none()
    {
        var (page, _, _) = await OpenAsync();

        await page.EvaluateAsync("() => { begin({ advice: 'toString' }); return seen.over; }");

        Assert.Equal(["immediate"], await AskedAsync(page));
        Assert.Equal(1, await page.EvaluateAsync<int>("seen.nonces.length"));
    }

    [Theory]
    [InlineData("", ",\"phone\":false,\"immediate\":true")]
    [InlineData("delete PublicKeyCredential.getClientCapabilities", "")]
    public async Task For_an_account_that_is_named_the_start_says_what_the_browser_says_it_can_do(string before, string besides)
    {
        var (page, _, starts) = await OpenAsync(before: Watch + before);

        await page.EvaluateAsync(
            "(transactionId) => { begin({ transactionId }); return seen.over; }",
            await backend.Auth.CreateAuthenticateTransactionAsync(person));

        Assert.Equal(
            $$"""{"local":true,"autofill":true{{besides}}}""", JsonNode.Parse(Assert.Single(starts))!["capabilities"]!.ToJsonString());
        Assert.Equal(1, await page.EvaluateAsync<int>("seen.nonces.length"));
    }

    [Theory]
    [InlineData("begin()", "immediate")]
    [InlineData("begin({ button: document.body })", "autofill")]
    public async Task The_finish_says_which_prompt_was_answered(string call, string kind)
    {
        var (page, _, _) = await OpenAsync();
        var finish = page.WaitForRequestAsync("**/authenticate/transactions/webauthn/finish");

        await page.EvaluateAsync($"() => {{ {call}; return seen.over; }}");

        Assert.Equal(
            $$"""{"kind":"{{kind}}","result":"shown"}""", JsonNode.Parse((await finish).PostData!)!["prompt"]!.ToJsonString());
    }

    [Fact]
    public async Task A_transaction_is_asked_for_at_each_click_and_names_the_account()
    {
        var (page, _, _) = await OpenAsync();
        var transaction = await backend.Auth.CreateAuthenticateTransactionAsync(person);

        await page.EvaluateAsync(
            "(transaction) => { begin({ transactionId: async () => transaction }); return seen.over; }", transaction);

        Assert.Equal(person, await backend.Auth.VerifyNonceAsync(await page.EvaluateAsync<string>("seen.nonces[0]")));
        Assert.Equal(["modal"], await AskedAsync(page));
    }

    private async Task<(IPage Page, VirtualAuthenticator Authenticator, List<string> Starts)> OpenAsync(
        bool enrolled = true, string before = Watch)
    {
        var page = await site.OpenAsync(before: before);
        await page.EvaluateAsync(
            "async (at) => { window.signIn = (await import(at)).signIn; }",
            new Uri(site.Server.Address, "openpassage-signin.js").ToString());
        var authenticator = await VirtualAuthenticator.AddAsync(page);
        if (enrolled)
            await page.EnrolAsync(backend, person);
        var starts = new List<string>();
        page.Request += (_, request) =>
        {
            if (request.Method == "POST" && request.Url.EndsWith("/authenticate/transactions/webauthn/start", StringComparison.Ordinal))
                starts.Add(request.PostData ?? "");
        };
        return (page, authenticator, starts);
    }

    private static Task<string[]> AskedAsync(IPage page) => page.EvaluateAsync<string[]>("asked");

    private static Task<string[]> ReasonsAsync(IPage page) => page.EvaluateAsync<string[]>("seen.reasons");
}
