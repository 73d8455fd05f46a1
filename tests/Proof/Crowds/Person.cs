using OpenPassage.Authenticator;
using OpenPassage.Proof.Tests.Processes;

namespace OpenPassage.Proof.Tests.Crowds;

/// <summary>
/// Somebody with one passkey, and what the server has told them so far. A call is written down before it is sent and struck
/// out when its answer has arrived: what is left is in doubt, and is settled by saying the same again.
/// </summary>
internal sealed class Person(string externalId)
{
    private const string RegistrationFinish = "register/transactions/webauthn/finish";
    private const string SignInFinish = "authenticate/transactions/webauthn/finish";

    // No counter, as synced passkeys have none: a response that is sent again is then refused for being used, or not at all.
    private readonly SoftwareAuthenticator authenticator = new() { Algorithm = Alg.ES256, SignCountStep = 0 };
    private readonly List<string> signInsInDoubt = [], signInsAnswered = [];
    private readonly List<string> noncesUsed = [], noncesHeld = [], noncesInDoubt = [];
    private string? registrationInDoubt;
    private int finishesTried, noncesTried;

    public string ExternalId => externalId;

    /// <summary>Whether the server has answered that it keeps the passkey.</summary>
    public bool Registered { get; private set; }

    /// <summary>The sign-ins that the server has answered.</summary>
    public int SignIns { get; private set; }

    public int InDoubt => signInsInDoubt.Count + noncesInDoubt.Count + (registrationInDoubt is null ? 0 : 1);

    public async Task RegisterAsync(Api api)
    {
        var transaction = Expect(
            "transactions/register",
            await api.ManageAsync(
                "transactions/register",
                $$"""{"external_id":"{{externalId}}","passkey_display_name":"{{externalId}}"}""")).Text("transaction_id");
        var handshake = await StartAsync(api, "register/transactions/webauthn/start", transaction);
        registrationInDoubt = handshake.Finish(authenticator.Create(handshake.Options, ServerProcess.Origin).ToJson());
        var finished = Expect(RegistrationFinish, await api.BrowseAsync(RegistrationFinish, registrationInDoubt));
        registrationInDoubt = null;
        Registered = true;
        noncesHeld.Add(finished.Text("nonce"));
    }

    /// <summary>
    /// A whole sign-in; or one that stops at the nonce, which the backend verifies when <see cref="SettleAsync"/> is called.
    /// </summary>
    public async Task SignInAsync(Api api, bool verify = true)
    {
        var transaction = Expect(
            "transactions/authenticate",
            await api.ManageAsync("transactions/authenticate", $$"""{"external_id":"{{externalId}}"}""")).Text("transaction_id");
        var handshake = await StartAsync(api, "authenticate/transactions/webauthn/start", transaction);
        var finish = handshake.Finish(authenticator.Get(handshake.Options, ServerProcess.Origin).ToJson());
        signInsInDoubt.Add(finish);
        var nonce = Expect(SignInFinish, await api.BrowseAsync(SignInFinish, finish)).Text("nonce");
        signInsInDoubt.Remove(finish);
        signInsAnswered.Add(finish);
        SignIns++;
        if (!verify)
        {
            noncesHeld.Add(nonce);
            return;
        }

        noncesInDoubt.Add(nonce);
        var verified = Expect("authenticate/verify", await VerifyAsync(api, nonce));
        noncesInDoubt.Remove(nonce);
        noncesUsed.Add(nonce);
        Assert.Equal(externalId, verified.Text("external_id"));
    }

    /// <summary>
    /// After the storm. What was answered stands: it cannot be had again. What is in doubt is asked again, and has then happened
    /// once: if the server had done it before, it refuses now.
    /// </summary>
    /// <param name="api">The server, which has to be well.</param>
    /// <param name="all">Whether to try everything ever used again, not only what is new since the last time.</param>
    public async Task SettleAsync(Api api, bool all)
    {
        if (registrationInDoubt is { } registration)
        {
            await OnceAsync(api, RegistrationFinish, registration);
            registrationInDoubt = null;
            Registered = true;
        }

        foreach (var finish in signInsInDoubt)
        {
            await OnceAsync(api, SignInFinish, finish);
            SignIns++;
        }

        foreach (var finish in signInsAnswered.Skip(all ? 0 : finishesTried))
            await RefusedAsync(api, finish);

        foreach (var nonce in noncesHeld)
        {
            var verified = await VerifyAsync(api, nonce);
            Assert.True(verified.Ok, $"A nonce that was never shown is refused: {verified}");
            Assert.Equal(externalId, verified.Text("external_id"));
        }

        foreach (var nonce in noncesInDoubt)
        {
            var verified = await VerifyAsync(api, nonce);
            Assert.True(verified.Ok || verified.Code == "invalid_nonce", $"A nonce in doubt is neither accepted nor refused: {verified}");
        }

        noncesUsed.AddRange([.. noncesHeld, .. noncesInDoubt]);
        foreach (var nonce in noncesUsed.Skip(all ? 0 : noncesTried))
            Assert.Equal("invalid_nonce", (await VerifyAsync(api, nonce)).Code);

        signInsAnswered.AddRange(signInsInDoubt);
        signInsInDoubt.Clear();
        noncesHeld.Clear();
        noncesInDoubt.Clear();
        (finishesTried, noncesTried) = (signInsAnswered.Count, noncesUsed.Count);
    }

    private static Task<Answer> VerifyAsync(Api api, string nonce) => api.ManageAsync("authenticate/verify", $$"""{"nonce":"{{nonce}}"}""");

    private static async Task OnceAsync(Api api, string path, string body)
    {
        var answer = await api.BrowseAsync(path, body);
        Assert.True(
            answer.Ok || answer.Code == "transaction_not_found", $"What was in doubt is neither done nor refused as used: {answer}");
    }

    private static async Task RefusedAsync(Api api, string finish)
    {
        var answer = await api.BrowseAsync(SignInFinish, finish);
        Assert.True(answer.Code == "transaction_not_found", $"A sign-in that was answered is not refused as used: {answer}");
    }

    private static async Task<Handshake> StartAsync(Api api, string path, string transaction)
    {
        var started = Expect(path, await api.BrowseAsync(path, $$"""{"transaction_id":"{{transaction}}"}"""));
        var handshake = started.Body.GetProperty("handshake");
        return new Handshake(transaction, handshake.GetProperty("id").GetString()!, handshake.GetProperty("challenge").GetRawText());
    }

    private static Answer Expect(string path, Answer answer) => answer.Ok ? answer : throw new RefusedException(path, answer);

    private sealed record Handshake(string Transaction, string Id, string Options)
    {
        public string Finish(string response) =>
            $$"""{"transaction_id":"{{Transaction}}","handshake_id":"{{Id}}","handshake_response":{{response}}}""";
    }
}
