using OpenPassage.Authenticator;
using OpenPassage.Proof.Tests.Processes;

namespace OpenPassage.Proof.Tests.Crowds;

/// <summary>
/// Somebody with an account and one passkey of a Complete app, and the sessions that the server has answered. A call is written down
/// before it is sent, as <see cref="Person"/> does.
/// </summary>
internal sealed class Member(Api api, string name) : IPerson
{
    private const string SignUpFinish = "register/webauthn/finish";
    private const string SignInFinish = "login/webauthn/finish";

    private readonly SoftwareAuthenticator authenticator = new() { Algorithm = Alg.ES256, SignCountStep = 0 };
    private readonly List<string> signInsInDoubt = [], signInsAnswered = [];
    private readonly List<Session> sessions = [];
    private string? signUpInDoubt;
    private int finishesTried;

    public string Name { get; } = $"{name}@proof.example";

    public bool Registered { get; private set; }

    public int SignIns { get; private set; }

    public int Refreshes { get; private set; }

    public int InDoubt => signInsInDoubt.Count + sessions.Count(session => session.InDoubt) + (signUpInDoubt is null ? 0 : 1);

    /// <summary>Signs up, which is a sign-in too.</summary>
    public async Task RegisterAsync()
    {
        var identifier = $$"""{"identifier":"{{Name}}"}""";
        (await api.BrowseAsync("users", identifier)).Expect();
        var handshake = await StartAsync("register/webauthn/start", identifier);
        signUpInDoubt = handshake.Finish(authenticator.Create(handshake.Options, ServerProcess.Origin).ToJson());
        var finished = await api.BrowseAsync(SignUpFinish, signUpInDoubt);
        sessions.Add(new Session(RefreshTokenOf(finished.Expect())));
        signUpInDoubt = null;
        Registered = true;
        SignIns++;
    }

    public Task GoOnAsync(int turn) => turn % 3 == 0 || sessions.Count == 0 ? SignInAsync() : RefreshAsync(sessions[turn % sessions.Count]);

    /// <summary>The sessions that the server has answered, by their newest tokens.</summary>
    public IReadOnlyList<string> RefreshTokens => [.. sessions.Select(session => session.Newest)];

    /// <summary>Shows a refresh token, to whichever server.</summary>
    public static Task<Answer> RefreshAsync(Api at, string token) => at.BrowseAsync("tokens", $$"""{"refresh_token":"{{token}}"}""");

    /// <summary>The token that a sign-in or a refresh has answered.</summary>
    public static string RefreshTokenOf(Answer answer) => answer.Body.GetProperty("auth_result").GetProperty("refresh_token").GetString()!;

    public async Task SettleAsync(bool all)
    {
        if (signUpInDoubt is { } signUp)
        {
            await OnceAsync(SignUpFinish, signUp, "transaction_not_found", "user_not_active");
            signUpInDoubt = null;
            Registered = true;
            SignIns++;
        }

        foreach (var finish in signInsInDoubt)
        {
            await OnceAsync(SignInFinish, finish, "webauthn_login_failed");
            SignIns++;
        }

        foreach (var finish in signInsAnswered.Skip(all ? 0 : finishesTried))
        {
            var answer = await api.BrowseAsync(SignInFinish, finish);
            Assert.True(answer.Code == "webauthn_login_failed", $"A sign-in that was answered is not refused as used: {answer}");
        }

        foreach (var session in sessions.Where(session => all || session.IsNew))
            await SettleAsync(session);

        signInsAnswered.AddRange(signInsInDoubt);
        signInsInDoubt.Clear();
        finishesTried = signInsAnswered.Count;
    }

    private async Task SignInAsync()
    {
        var handshake = await StartAsync("login/webauthn/start", $$"""{"identifier":"{{Name}}"}""");
        var finish = handshake.Finish(authenticator.Get(handshake.Options, ServerProcess.Origin).ToJson());
        signInsInDoubt.Add(finish);
        sessions.Add(new Session(RefreshTokenOf((await api.BrowseAsync(SignInFinish, finish)).Expect())));
        signInsInDoubt.Remove(finish);
        signInsAnswered.Add(finish);
        SignIns++;
    }

    private async Task RefreshAsync(Session session)
    {
        (session.InDoubt, session.IsNew) = (true, true);
        var next = RefreshTokenOf((await RefreshAsync(api, session.Newest)).Expect());
        (session.Previous, session.Newest) = (session.Newest, next);
        session.InDoubt = false;
        Refreshes++;
    }

    // The session goes on: what was answered is kept, what is in doubt has happened once or not at all, and either way the token that
    // the page holds gets a successor.
    private async Task SettleAsync(Session session)
    {
        if (!session.InDoubt && session.Previous is { } previous)
        {
            var again = await RefreshAsync(api, previous);
            Assert.True(again.Ok, $"A page that asks once more is signed out: {again}");
            Assert.Equal(session.Newest, RefreshTokenOf(again));
        }

        var next = await RefreshAsync(api, session.Newest);
        Assert.True(next.Ok, $"A session that was answered is lost: {next}");
        (session.Previous, session.Newest) = (null, RefreshTokenOf(next));
        (session.InDoubt, session.IsNew) = (false, false);
    }

    private async Task OnceAsync(string path, string body, params string[] used)
    {
        var answer = await api.BrowseAsync(path, body);
        Assert.True(
            answer.Ok || used.Contains(answer.Code), $"What was in doubt is neither done nor refused as used: {answer}");
    }

    private async Task<Handshake> StartAsync(string path, string body)
    {
        var started = (await api.BrowseAsync(path, body)).Expect().Body;
        var handshake = started.GetProperty("handshake");
        return new Handshake(
            started.GetProperty("user").GetProperty("id").GetString()!, handshake.GetProperty("id").GetString()!,
            handshake.GetProperty("challenge").GetRawText());
    }

    private sealed class Session(string newest)
    {
        /// <summary>The token before, whose successor is <see cref="Newest"/>.</summary>
        public string? Previous { get; set; }

        public string Newest { get; set; } = newest;

        /// <summary>A refresh has been sent, and no answer has arrived.</summary>
        public bool InDoubt { get; set; }

        /// <summary>It has been used since it was settled.</summary>
        public bool IsNew { get; set; } = true;
    }

    private sealed record Handshake(string UserId, string Id, string Options)
    {
        public string Finish(string response) =>
            $$"""{"user_id":"{{UserId}}","handshake_id":"{{Id}}","handshake_response":{{response}}}""";
    }
}
