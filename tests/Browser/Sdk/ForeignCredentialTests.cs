using System.Text.Json;
using Microsoft.Playwright;
using OpenPassage.Flex;

namespace OpenPassage.Browser.Tests.Sdk;

/// <summary>
/// Password managers and other scripts that patch the page: whatever a member of what they put in the browser's place does, a passkey
/// that can be used is used, and what goes wrong is a <c>PassageError</c>.
/// </summary>
public sealed class ForeignCredentialTests(SdkSite site) : IClassFixture<SdkSite>
{
    // Puts an object in the place of each credential: what the browser has, with `bend(copy, credential)` applied.
    private const string Instead =
        """
        const buffers = ['clientDataJSON', 'attestationObject', 'authenticatorData', 'signature', 'userHandle'];
        const illegal = () => { throw new TypeError('Illegal invocation'); };
        const never = () => new Promise(() => {});
        const thrown = (object, ...names) => { for (const name of names) Object.defineProperty(object, name, { get: illegal }); };
        const bend = (change) => {
          for (const name of ['create', 'get']) {
            const original = navigator.credentials[name].bind(navigator.credentials);
            navigator.credentials[name] = async (options) => {
              const credential = await original(options);
              const response = Object.fromEntries(buffers.map((member) => [member, credential.response[member]]).filter(([, value]) => value));
              if (credential.response.getTransports) response.getTransports = () => credential.response.getTransports();
              const copy = {
                id: credential.id, rawId: credential.rawId, type: credential.type, authenticatorAttachment: credential.authenticatorAttachment,
                response, getClientExtensionResults: () => credential.getClientExtensionResults(),
              };
              change(copy, credential);
              return copy;
            };
          }
        };

        """;

    private readonly PassageFlex backend = site.Backend;
    private readonly string person = $"person-{Guid.NewGuid():N}";

    private static readonly string[] Usable =
    [
        // The report: methods that were copied from the browser's object, and called on another.
        "bend((copy, { response }) => { if (response.getTransports) copy.response.getTransports = response.getTransports; })",
        "bend((copy, { getClientExtensionResults }) => { copy.getClientExtensionResults = getClientExtensionResults; })",
        "AuthenticatorAttestationResponse.prototype.getTransports = illegal",
        "PublicKeyCredential.prototype.getClientExtensionResults = illegal",
        "PublicKeyCredential.prototype.toJSON = illegal",
        // Members that throw, are not there, or are something else.
        "bend((copy) => { copy.response.getTransports = never; copy.getClientExtensionResults = never; })",
        "bend((copy) => { copy.response.getTransports = 'usb'; copy.getClientExtensionResults = {}; })",
        "bend((copy) => { copy.response.getTransports = () => ['internal', 7, null, {}]; copy.getClientExtensionResults = () => null; })",
        "bend((copy) => { copy.response.getTransports = () => null; copy.getClientExtensionResults = () => 'none'; })",
        "bend((copy) => { copy.getClientExtensionResults = () => ({ get credProps() { throw new Error(); } }); })",
        "bend((copy) => { const loop = {}; loop.self = loop; copy.getClientExtensionResults = () => ({ credProps: loop }); })",
        "bend((copy) => { copy.getClientExtensionResults = () => ({ credProps: { rk: true, of: 1n } }); })",
        "bend((copy) => { delete copy.getClientExtensionResults; delete copy.response.getTransports; "
            + "delete copy.type; delete copy.authenticatorAttachment; })",
        "bend((copy) => { thrown(copy, 'type', 'authenticatorAttachment', 'getClientExtensionResults', 'toJSON'); "
            + "thrown(copy.response, 'getTransports', 'toJSON'); })",
        "bend((copy) => { copy.authenticatorAttachment = { is: 'platform' }; copy.type = Symbol('public-key'); })",
        // The id twice: one of them is enough.
        "bend((copy) => { delete copy.rawId; })",
        "bend((copy) => { thrown(copy, 'rawId'); })",
        "bend((copy) => { copy.rawId = copy.id; })",
        "bend((copy) => { copy.rawId = null; })",
        "bend((copy) => { copy.rawId = {}; })",
        "bend((copy) => { copy.rawId = new ArrayBuffer(0); })",
        "bend((copy) => { copy.rawId = new DataView(copy.rawId); })",
        "bend((copy) => { copy.rawId = [...new Uint8Array(copy.rawId)]; })",
        "bend((copy) => { thrown(copy, 'id'); })",
        "bend((copy) => { copy.id = 42; })",
        // Bytes as views, and as the text that they would become.
        "bend((copy) => { for (const name of Object.keys(copy.response).filter((name) => buffers.includes(name))) "
            + "copy.response[name] = new Uint8Array(copy.response[name]); })",
        "bend((copy) => { for (const name of Object.keys(copy.response).filter((name) => buffers.includes(name))) "
            + "copy.response[name] = btoa(String.fromCharCode(...new Uint8Array(copy.response[name]))); })",
        "bend((copy) => { if (copy.response.attestationObject) thrown(copy.response, 'authenticatorData', 'signature', 'userHandle'); })",
        // What the browser is asked before.
        "PublicKeyCredential.parseCreationOptionsFromJSON = PublicKeyCredential.parseRequestOptionsFromJSON = illegal",
        "PublicKeyCredential.parseCreationOptionsFromJSON = PublicKeyCredential.parseRequestOptionsFromJSON = () => ({})",
        "PublicKeyCredential.parseCreationOptionsFromJSON = PublicKeyCredential.parseRequestOptionsFromJSON = async (json) => json",
        "PublicKeyCredential.parseCreationOptionsFromJSON = PublicKeyCredential.parseRequestOptionsFromJSON = (json) => json",
        "PublicKeyCredential.parseCreationOptionsFromJSON = PublicKeyCredential.parseRequestOptionsFromJSON = 'none'",
        "thrown(PublicKeyCredential, 'parseCreationOptionsFromJSON', 'parseRequestOptionsFromJSON')",
        "Object.defineProperty(document, 'featurePolicy', { get: illegal })",
        "Object.defineProperty(document, 'featurePolicy', { value: { features: never, allowsFeature: illegal } })",
        // What authenticators are told afterwards.
        "PublicKeyCredential.signalAllAcceptedCredentials = PublicKeyCredential.signalCurrentUserDetails = illegal",
        "PublicKeyCredential.signalAllAcceptedCredentials = PublicKeyCredential.signalCurrentUserDetails = never",
        "PublicKeyCredential.signalAllAcceptedCredentials = () => Promise.reject(undefined)",
        "thrown(PublicKeyCredential, 'signalAllAcceptedCredentials', 'signalCurrentUserDetails')",
    ];

    private static readonly string[] Unusable =
    [
        "navigator.credentials.create = navigator.credentials.get = illegal",
        "navigator.credentials.create = navigator.credentials.get = () => { throw undefined; }",
        "navigator.credentials.create = navigator.credentials.get = () => Promise.reject(undefined)",
        "navigator.credentials.create = navigator.credentials.get = () => Promise.reject('no')",
        "navigator.credentials.create = navigator.credentials.get = () => Promise.reject({ get name() { throw new Error(); } })",
        "navigator.credentials.create = navigator.credentials.get = () => "
            + "Promise.reject({ name: 'NotAllowedError', message: Symbol('why') })",
        "navigator.credentials.create = navigator.credentials.get = async () => null",
        "navigator.credentials.create = navigator.credentials.get = async () => 'a credential'",
        "navigator.credentials.create = navigator.credentials.get = async () => ({})",
        "navigator.credentials.create = navigator.credentials.get = async () => ({ get response() { throw new Error(); } })",
        "navigator.credentials.create = navigator.credentials.get = async () => "
            + "new Proxy({}, { get: (_, name) => name === 'then' ? undefined : illegal() })",
        "navigator.credentials.create = navigator.credentials.get = 'none'",
        "thrown(navigator.credentials, 'create', 'get')",
        "Object.defineProperty(Navigator.prototype, 'credentials', { get: illegal })",
        "Object.defineProperty(window, 'PublicKeyCredential', { get: illegal })",
        "navigator.credentials.create = navigator.credentials.get = () => Promise.reject(new DOMException('', 'NotAllowedError')); "
            + "PublicKeyCredential.isUserVerifyingPlatformAuthenticatorAvailable = illegal",
        "navigator.credentials.create = navigator.credentials.get = () => Promise.reject(new DOMException('', 'NotAllowedError')); "
            + "PublicKeyCredential.isUserVerifyingPlatformAuthenticatorAvailable = never",
    ];

    private static readonly string[] WithoutAnswer =
    [
        "for (const name of asked) PublicKeyCredential[name] = illegal",
        "for (const name of asked) PublicKeyCredential[name] = never",
        "for (const name of asked) PublicKeyCredential[name] = () => Promise.reject(undefined)",
        "for (const name of asked) PublicKeyCredential[name] = 'yes'",
        "for (const name of asked) PublicKeyCredential[name] = () => ({ get then() { throw new Error(); } })",
        "thrown(PublicKeyCredential, ...asked)",
        "for (const name of asked) PublicKeyCredential[name] = async () => null",
    ];

    [Fact]
    public async Task A_passkey_is_registered_and_signs_in_all_the_same()
    {
        var page = await PatchablePageAsync();
        var authenticator = await VirtualAuthenticator.AddAsync(page);
        var wrong = new List<string>();
        page.PageError += (_, error) => wrong.Add(error);

        foreach (var (i, patch) in Usable.Index())
        {
            await PatchAsync(page, patch);
            await authenticator.ClearAsync();
            var one = $"{person}-{i}";
            var registered = await page.RegisterAsync(await backend.Auth.CreateRegisterTransactionAsync(one, "Ada"));
            if (registered.Value is null)
            {
                wrong.Add($"{patch}: {registered.Name} {registered.Code} {registered.Message}");
                continue;
            }

            var signedIn = await page.AuthenticateAsync(await backend.Auth.CreateAuthenticateTransactionAsync(one, "Ada"));
            if (signedIn.Value is null || await backend.Auth.VerifyNonceAsync(signedIn.Value) != one)
                wrong.Add($"{patch}: {signedIn.Name} {signedIn.Code} {signedIn.Message}");
        }

        Assert.True(wrong is [], string.Join(Environment.NewLine, wrong));
    }

    [Fact]
    public async Task What_cannot_be_used_is_an_error_with_a_code()
    {
        var page = await PatchablePageAsync();
        var wrong = new List<string>();
        var transaction = await backend.Auth.CreateRegisterTransactionAsync(person, "Ada");

        foreach (var patch in Unusable)
        {
            await PatchAsync(page, patch);
            Outcome[] outcomes =
            [
                await page.RegisterAsync(transaction),
                await page.AuthenticateAsync(),
                await page.RunAsync("passkey.authenticate({ isConditionalMediation: true })"),
            ];
            wrong.AddRange(outcomes
                .Where(outcome => !outcome.IsPassageError || outcome.Code is not ("failed" or "no_passkey" or "refused" or "unsupported"))
                .Select(outcome => $"{patch}: {outcome.Name} {outcome.Code} {outcome.Message}"));
        }

        Assert.True(wrong is [], string.Join(Environment.NewLine, wrong));
    }

    [Fact]
    public async Task What_the_browser_is_asked_and_does_not_answer_is_false()
    {
        var page = await PatchablePageAsync();
        var wrong = new List<string>();
        string[] expected =
        [
            "conditionalCreate", "conditionalGet", "userVerifyingPlatformAuthenticator",
            "passkeyPlatformAuthenticator", "canRegister", "canUseConditional",
        ];

        foreach (var patch in WithoutAnswer)
        {
            await PatchAsync(
                page,
                "const asked = ['getClientCapabilities', 'isConditionalMediationAvailable', "
                    + "'isUserVerifyingPlatformAuthenticatorAvailable']; "
                    + patch);
            var told = await page.EvaluateAsync<Dictionary<string, bool>>(
                """
                async () => {
                  const { passkey } = flex;
                  const [all, canRegister, canUseConditional] = await Promise.all([passkey.getClientCapabilities(), passkey.canRegisterPasskey(), passkey.canUseConditionalMediation()]);
                  await Promise.all([passkey.upgrade('never sent'), passkey.autofill({ onNonce: () => {} })]);
                  return { ...all, canRegister, canUseConditional };
                }
                """);
            wrong.AddRange(expected.Where(name => told[name]).Select(name => $"{patch}: {name}"));
        }

        Assert.True(wrong is [], string.Join(Environment.NewLine, wrong));
    }

    [Fact]
    public async Task Capabilities_that_throw_when_they_are_read_are_false()
    {
        var page = await site.OpenAsync(
            "/unbundled",
            before: Instead
                + "PublicKeyCredential.getClientCapabilities = async () => { const told = {}; "
                + "Object.defineProperty(told, 'relatedOrigins', { enumerable: true, get: illegal }); return told; }");

        var told = await page.EvaluateAsync<Dictionary<string, bool>>("() => flex.passkey.getClientCapabilities()");

        Assert.False(told["relatedOrigins"]);
        Assert.True(told["conditionalGet"]);
    }

    [Fact]
    public async Task A_password_manager_that_heeds_neither_signal_nor_timeout_is_left_behind()
    {
        var page = await site.OpenAsync("/unbundled", before: Instead + "navigator.credentials.create = navigator.credentials.get = never");
        await page.BendStartAsync(options => options["timeout"] = 300);

        Assert.Equal("timed_out", (await page.AuthenticateAsync()).Code);
        Assert.Equal("timed_out", (await page.RegisterAsync(await backend.Auth.CreateRegisterTransactionAsync(person, "Ada"))).Code);
        Assert.Equal(
            "aborted",
            (await page.RunAsync("{ const first = passkey.authenticate(); passkey.authenticate().catch(() => {}); return first; }")).Code);
        Assert.Equal("aborted", (await page.RunAsync(
            "{ const end = new AbortController(); "
                + "const outcome = passkey.authenticate({ isConditionalMediation: true, signal: end.signal }); "
                + "setTimeout(() => end.abort(), 500); return outcome; }")).Code);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("""{"handshake":{"id":"x","challenge":{"publicKey":{"challenge":"!"}}}}""")]
    public async Task An_answer_that_is_none_of_the_servers_is_an_error_with_a_code(string answer)
    {
        var page = await site.OpenAsync("/unbundled");
        await page.RouteAsync(
            "**/webauthn/start",
            route => route.FulfillAsync(new()
            {
                ContentType = "application/json",
                Headers = new Dictionary<string, string> { ["Access-Control-Allow-Origin"] = "*" },
                Body = answer,
            }));

        Assert.Equal("failed", (await page.AuthenticateAsync()).Code);
        Assert.Equal("failed", (await page.RegisterAsync("transaction")).Code);
    }

    [Fact]
    public async Task A_passkey_that_the_server_has_lost_is_told_of_by_what_can_be_read_of_its_id()
    {
        var page = await site.OpenAsync("/unbundled", before: Instead + "bend((copy) => { thrown(copy, 'id'); })");
        var authenticator = await VirtualAuthenticator.AddAsync(page);
        await page.EnrolAsync(backend, person);
        await backend.RevokeAllAsync(person);
        var deleted = authenticator.NextAsync("credentialDeleted");

        Assert.Equal("unknown_passkey", (await page.AuthenticateAsync()).Code);

        await deleted;
    }

    [Fact]
    public async Task Signals_never_reject_nor_keep_anybody_waiting()
    {
        var page = await site.OpenAsync(
            "/unbundled",
            before: Instead + "PublicKeyCredential.signalAllAcceptedCredentials = never; "
                + "PublicKeyCredential.signalCurrentUserDetails = illegal");
        await VirtualAuthenticator.AddAsync(page);
        await page.EnrolAsync(backend, person);
        var left = await backend.RevokeAllAsync(person);

        Assert.Null(
            (await page.RunAsync("passkey.signalAccepted({ ...JSON.parse(given), name: 'Ada' })", JsonSerializer.Serialize(left))).Message);
    }

    /// <summary>A page that runs, before anything else, the patch that its address has.</summary>
    private Task<IPage> PatchablePageAsync()
        => site.OpenAsync("/unbundled", before: Instead + "eval(new URLSearchParams(location.search).get('patch') ?? '');");

    private async Task PatchAsync(IPage page, string patch)
    {
        await page.GotoAsync($"{site.Origin}/unbundled?patch={Uri.EscapeDataString(patch)}");
        await page.WaitForFunctionAsync("window.flex");
    }
}
