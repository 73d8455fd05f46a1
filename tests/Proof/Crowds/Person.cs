using OpenPassage.Authenticator;
using OpenPassage.Proof.Tests.Processes;

namespace OpenPassage.Proof.Tests.Crowds;

/// <summary>
/// Somebody with one passkey of a Flex app, and what the server has told them so far. A call is written down before it is sent and struck
/// out when its answer has arrived: what is left is in doubt, and is settled by saying the same again.
/// </summary>
internal sealed class Person(Api api, string externalId) : IPerson
{
    private const string RegistrationFinish = "register/transactions/webauthn/finish";
    private const string SignInFinish = "authenticate/transactions/webauthn/finish";

    // No counter, as synced passkeys have none: a response that is sent again is then refused for being used, or not at all.
    private readonly SoftwareAuthenticator authenticator = new() { Algorithm = Alg.ES256, SignCountStep = 0 };
    private readonly List<string> signInsInDoubt = [], signInsAnswered = [];
    private readonly List<string> noncesUsed = [], noncesHeld = [], noncesInDoubt = [];
    private string? registrationInDoubt;
    private int finishesTried, noncesTried;

    public string Name => externalId;

    public bool Registered { get; private set; }

    public int SignIns { get; private set; }

    public int Refreshes => 0;

    public int InDoubt => signInsInDoubt.Count + noncesInDoubt.Count + (registrationInDoubt is null ? 0 : 1);

    public async Task RegisterAsync()
    {
        var transaction = (await api.ManageAsync(
            "transactions/register",
            $$"""{"external_id":"{{externalId}}","passkey_display_name":"{{externalId}}"}""")).Expect().Text("transaction_id");
        var handshake = await StartAsync("register/transactions/webauthn/start", transaction);
        registrationInDoubt = handshake.Finish(authenticator.Create(handshake.Options, ServerProcess.Origin).ToJson());
        var finished = (await api.BrowseAsync(RegistrationFinish, registrationInDoubt)).Expect();
        registrationInDoubt = null;
        Registered = true;
        noncesHeld.Add(finished.Text("nonce"));
    }

    public Task GoOnAsync(int turn) => SignInAsync(verify: turn % 5 != 4);

    // A whole sign-in; or one that stops at the nonce, which the backend verifies when it settles.
    private async Task SignInAsync(bool verify)
    {
        var transaction = (await api.ManageAsync(
            "transactions/authenticate", $$"""{"external_id":"{{externalId}}"}""")).Expect().Text("transaction_id");
        var handshake = await StartAsync("authenticate/transactions/webauthn/start", transaction);
        var finish = handshake.Finish(authenticator.Get(handshake.Options, ServerProcess.Origin).ToJson());
        signInsInDoubt.Add(finish);
        var nonce = (await api.BrowseAsync(SignInFinish, finish)).Expect().Text("nonce");
        signInsInDoubt.Remove(finish);
        signInsAnswered.Add(finish);
        SignIns++;
        if (!verify)
        {
            noncesHeld.Add(nonce);
            return;
        }

        noncesInDoubt.Add(nonce);
        var verified = (await VerifyAsync(nonce)).Expect();
        noncesInDoubt.Remove(nonce);
        noncesUsed.Add(nonce);
        Assert.Equal(externalId, verified.Text("external_id"));
    }

    public async Task SettleAsync(bool all)
    {
        if (registrationInDoubt is { } registration)
        {
            await OnceAsync(RegistrationFinish, registration);
            registrationInDoubt = null;
            Registered = true;
        }

        foreach (var finish in signInsInDoubt)
        {
            await OnceAsync(SignInFinish, finish);
            SignIns++;
        }

        foreach (var finish in signInsAnswered.Skip(all ? 0 : finishesTried))
            await RefusedAsync(finish);

        foreach (var nonce in noncesHeld)
        {
            var verified = await VerifyAsync(nonce);
            Assert.True(verified.Ok, $"A nonce that was never shown is refused: {verified}");
            Assert.Equal(externalId, verified.Text("external_id"));
        }

        foreach (var nonce in noncesInDoubt)
        {
            var verified = await VerifyAsync(nonce);
            Assert.True(verified.Ok || verified.Code == "invalid_nonce", $"A nonce in doubt is neither accepted nor refused: {verified}");
        }

        noncesUsed.AddRange([.. noncesHeld, .. noncesInDoubt]);
        foreach (var nonce in noncesUsed.Skip(all ? 0 : noncesTried))
            Assert.Equal("invalid_nonce", (await VerifyAsync(nonce)).Code);

        signInsAnswered.AddRange(signInsInDoubt);
        signInsInDoubt.Clear();
        noncesHeld.Clear();
        noncesInDoubt.Clear();
        (finishesTried, noncesTried) = (signInsAnswered.Count, noncesUsed.Count);
    }

    private Task<Answer> VerifyAsync(string nonce) => api.ManageAsync("authenticate/verify", $$"""{"nonce":"{{nonce}}"}""");

    private async Task OnceAsync(string path, string body)
    {
        var answer = await api.BrowseAsync(path, body);
        Assert.True(
            answer.Ok || answer.Code == "transaction_not_found", $"What was in doubt is neither done nor refused as used: {answer}");
    }

    private async Task RefusedAsync(string finish)
    {
        var answer = await api.BrowseAsync(SignInFinish, finish);
        Assert.True(answer.Code == "transaction_not_found", $"A sign-in that was answered is not refused as used: {answer}");
    }

    private async Task<Handshake> StartAsync(string path, string transaction)
    {
        var started = (await api.BrowseAsync(path, $$"""{"transaction_id":"{{transaction}}"}""")).Expect();
        var handshake = started.Body.GetProperty("handshake");
        return new Handshake(transaction, handshake.GetProperty("id").GetString()!, handshake.GetProperty("challenge").GetRawText());
    }

    private sealed record Handshake(string Transaction, string Id, string Options)
    {
        public string Finish(string response) =>
            $$"""{"transaction_id":"{{Transaction}}","handshake_id":"{{Id}}","handshake_response":{{response}}}""";
    }
}
