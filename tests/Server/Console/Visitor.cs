using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using OpenPassage.Authenticator;
using OpenPassage.OperatorConsole.Operators;
using OpenPassage.OperatorConsole.Sessions;

namespace OpenPassage.Server.Tests.OperatorConsole;

/// <summary>A browser at the console: its cookies, its authenticator, and the form token of the last page it saw.</summary>
/// <param name="server">Whose console.</param>
/// <param name="pathBase">The path of the site that the server stands below.</param>
/// <param name="consoleOrigin">The address that it has open.</param>
internal sealed partial class Visitor(ServerFixture server, string pathBase = "", string consoleOrigin = Visitor.ConsoleOrigin)
    : IDisposable
{
    public const string ConsoleOrigin = "http://localhost:8420";

    private readonly HttpClient http =
        new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = server.Address };

    private readonly string opened = consoleOrigin;

    public SoftwareAuthenticator Authenticator { get; init; } = new();

    /// <summary>What every change says it comes from; null: nothing.</summary>
    public string? Origin { get; set; } = consoleOrigin;

    /// <summary>As the browser would send it: name and value; null: none.</summary>
    public string? Cookie { get; set; }

    public string FormToken { get; set; } = "";

    /// <summary>Whether the token of the next page is taken over, as a person's browser does.</summary>
    public bool KeepsFormToken { get; set; }

    public string UserAgent { get; set; } = "Mozilla/5.0 (X11; Linux x86_64) Chrome/156.0";

    /// <summary>A visitor who is an operator now.</summary>
    public static async Task<Visitor> OperatorAsync(ServerFixture server, OperatorRole role, string? name = null)
    {
        var visitor = new Visitor(server);
        (await visitor.SetUpAsync(await InviteAsync(server, role, name ?? $"operator-{Guid.NewGuid():N}"))).Expect(200);
        (await visitor.GetAsync("/console/account")).Expect(200);
        return visitor;
    }

    public static async Task<string> InviteAsync(ServerFixture server, OperatorRole role, string? name) =>
        await server.Services.GetRequiredService<OperatorStore>()
            .InviteAsync(name, role, OpenPassage.Server.Audit.Actor.Command("tests"), CancellationToken.None);

    public async Task<Reply> GetAsync(string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, pathBase + path);
        return await SendAsync(request);
    }

    /// <summary>Sends a form of the console's.</summary>
    public async Task<Reply> PostAsync(string path, params (string Name, string Value)[] fields)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, pathBase + path);
        request.Content = new FormUrlEncodedContent(
            fields.Prepend(("form_token", FormToken)).Select(field => KeyValuePair.Create(field.Item1, field.Item2)));
        return await SendAsync(request);
    }

    /// <summary>Sends what the console's script sends.</summary>
    public async Task<Reply> SayAsync(string path, JsonObject body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, pathBase + path);
        request.Content = new StringContent(body.ToJsonString(), System.Text.Encoding.UTF8, "application/json");
        request.Headers.Add("Accept", "application/json");
        request.Headers.Add("X-Form-Token", FormToken);
        return await SendAsync(request);
    }

    public async Task<Reply> SetUpAsync(string token, string? name = null)
    {
        var started = await SayAsync("/console/setup/start", new JsonObject { ["token"] = token, ["name"] = name });
        return started.Status == 200 ? await FinishSetUpAsync(token, started) : started;
    }

    public Task<Reply> FinishSetUpAsync(string token, Reply started) => SayAsync("/console/setup/finish", new JsonObject
    {
        ["token"] = token,
        ["handshake"] = started["handshake"],
        ["response"] = Authenticator.Create(started.Text, opened).ToJsonObject(ResponseShape.Browser),
    });

    public async Task<Reply> SignInAsync(string? to = null)
    {
        var started = (await SayAsync("/console/sign-in/start", [])).Expect(200);
        return await SayAsync("/console/sign-in/finish", Finished(started, to));
    }

    public async Task<Reply> ConfirmAsync()
    {
        var started = (await SayAsync("/console/confirm/start", [])).Expect(200);
        return await SayAsync("/console/confirm/finish", Finished(started));
    }

    public JsonObject Finished(Reply started, string? to = null) => new()
    {
        ["handshake"] = started["handshake"],
        ["response"] = Authenticator.Get(started.Text, opened).ToJsonObject(ResponseShape.Browser),
        ["to"] = to,
    };

    public void Dispose() => http.Dispose();

    private async Task<Reply> SendAsync(HttpRequestMessage request)
    {
        if (Origin is not null && request.Method != HttpMethod.Get)
            request.Headers.Add("Origin", Origin);
        if (Cookie is not null)
            request.Headers.Add("Cookie", Cookie);
        request.Headers.TryAddWithoutValidation("User-Agent", UserAgent);
        var reply = await Reply.ReadAsync(await http.SendAsync(request));
        if (reply.Header("Set-Cookie") is { } set)
            Cookie = set.Split(';')[0];
        if (!KeepsFormToken && FormTokenInPage().Match(reply.Text) is { Success: true } found)
            FormToken = found.Groups["token"].Value;
        return reply;
    }

    [GeneratedRegex("<meta name=\"form-token\" content=\"(?<token>[^\"]+)\"", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex FormTokenInPage();
}
