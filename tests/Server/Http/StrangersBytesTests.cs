using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Reflection;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using System.Text.RegularExpressions;
using OpenPassage.Host.Serving;
using OpenPassage.Authenticator;
using OpenPassage.OperatorConsole.Admission;
using OpenPassage.OperatorConsole.Sessions;
using OpenPassage.Server.Admission;
using OpenPassage.Server.Http;
using OpenPassage.Server.Tests.OperatorConsole;
using OpenPassage.Server.Tests.Ready;

namespace OpenPassage.Server.Tests.Http;

/// <summary>
/// Threat 23, from the route table: whatever bytes a stranger or a holder of a key sends, in whichever place, the answer is a
/// refusal that somebody can read, and the log has no stack.
/// </summary>
public partial class StrangersBytesTests(QuietServer server) : OwnServerTests(server), IClassFixture<QuietServer>, IDisposable
{
    private const string Json = "application/json";
    private const string Form = "application/x-www-form-urlencoded";

    private static readonly string[] ConsoleQueries =
        ["app", "user", "type", "outcome", "rejection", "from", "to", "after", "chart", "format", "q", "range", "show", "done"];

    private static readonly string[] SmallFields =
        ["form_token", "name", "id", "role", "confirm", "enrolment", "expires", "seconds", "session", "status", "scopes"];

    private static readonly string[] AppFields = [.. ServedRooms.Settings.Fields.Select(field => field.Path.Member)];

    private readonly HttpClient http = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        RequestHeaderEncodingSelector = (_, _) => Encoding.UTF8,
    });

    private readonly ConcurrentBag<string> broken = [];

    // What lets a report in is no API key.
    private readonly Lazy<Task<string>> readinessKey = new(async () => (await Reporter.NewAsync(server)).Key.Key);

    // The log is that of all tests of the class.
    private readonly int logged = server.Logged;
    private int sent;

    private RouteTable Routes => new(Server.Services);

    public void Dispose()
    {
        GC.SuppressFinalize(this);
        http.Dispose();
    }

    /// <summary>One call.</summary>
    private sealed record Call(string Method, string Path, string What)
    {
        public byte[]? Body { get; init; }

        public string? Type { get; init; } = Json;

        /// <summary>Null: a stranger's.</summary>
        public string? Key { get; init; }

        /// <summary>Null: not to the console.</summary>
        public Visitor? Visitor { get; init; }

        public IEnumerable<(string Name, string Value)> Headers { get; init; } = [];
    }

    /// <summary>Sends many, some at a time: most of the way of each is waiting.</summary>
    private Task SendAsync(IEnumerable<Call> calls) =>
        Parallel.ForEachAsync(calls, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (call, _) => await SendAsync(call));

    /// <summary>Sends it, and remembers what must not have come of it.</summary>
    private async Task SendAsync(Call call)
    {
        using var request = new HttpRequestMessage(new HttpMethod(call.Method), AddressOf(call.Path));
        if (call.Body is not null)
        {
            request.Content = new ByteArrayContent(call.Body);
            if (call.Type is not null)
                request.Content.Headers.TryAddWithoutValidation("Content-Type", call.Type);
        }

        if (call.Path.StartsWith("/v1/analytics/", StringComparison.Ordinal))
            request.Headers.Add("X-API-KEY", await readinessKey.Value);
        if (call.Key is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", call.Key);
        if (call.Visitor is { } visitor)
        {
            request.Headers.Add("Origin", Visitor.ConsoleOrigin);
            request.Headers.Add("X-Form-Token", visitor.FormToken);
            request.Headers.Add("Accept", Json);
            if (visitor.Cookie is not null)
                request.Headers.Add("Cookie", visitor.Cookie);
        }

        foreach (var (name, value) in call.Headers)
        {
            if (name == "Content-Type")
                request.Content?.Headers.Remove(name);
            else
                request.Headers.Remove(name);
            if (!request.Headers.TryAddWithoutValidation(name, value))
                request.Content?.Headers.TryAddWithoutValidation(name, value);
        }

        Interlocked.Increment(ref sent);
        try
        {
            using var answer = await http.SendAsync(request);
            if ((int)answer.StatusCode >= 500)
                broken.Add($"{call.Method} {Short(call.What)}: {(int)answer.StatusCode}");
        }
        catch (HttpRequestException e)
        {
            broken.Add($"{call.Method} {Short(call.What)}: {e.Message} {e.InnerException?.Message}");
        }
    }

    private Uri AddressOf(string path) =>
        new(
            $"{Server.Address.GetLeftPart(UriPartial.Authority)}{path}",
            new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });

    private static string Short(string what) => what[..Math.Min(140, what.Length)];

    private void NothingBroke(int least)
    {
        Assert.True(sent >= least, $"{sent} requests");
        var kinds = broken.GroupBy(text => text.Split(':')[0]).Select(group => group.First()).Take(40);
        Assert.True(broken.IsEmpty, $"{broken.Count} of {sent}:\n{string.Join('\n', kinds)}");
        Assert.DoesNotMatch(Stack(), Server.LogSince(logged));
    }

    /// <summary>A key that opens the route: strangers come less far.</summary>
    private static string KeyOf(Route route, TestApp app) =>
        route.Audience == Audience.Server || route.Pattern.Contains("/manage/", StringComparison.Ordinal)
            ? ServerFixture.AdminKey
            : app.ApiKey;

    private static bool TakesBody(Route route) => route.Methods is ["POST"] or ["PATCH"];

    /// <summary>Such a step would leave the next ones nothing to break.</summary>
    private static bool EndsSession(Route route) =>
        route.Pattern.Contains("sign-out", StringComparison.Ordinal) || route.Pattern.Contains("end-session", StringComparison.Ordinal);

    private static Call To(Route route, TestApp app, string what, Visitor visitor, string? path = null) =>
        new(route.Methods[0], path ?? route.Path(app.Id), $"{route} {what}")
        {
            Body = TakesBody(route) ? "{}"u8.ToArray() : null,
            Key = KeyOf(route, app),
            Visitor = route.IsConsole && !EndsSession(route) ? visitor : null,
        };

    [Fact]
    public async Task In_a_path()
    {
        var app = await Manager.AppAsync();
        using var admin = await Visitor.OperatorAsync(Server, OperatorRole.Admin);
        foreach (var route in Routes.All)
        {
            await SendAsync(route.Parameters.SelectMany(_ => HostileBytes.Worst, (parameter, value) => To(
                route, app, $"{parameter}={value}", admin,
                route.Path(name => name == parameter ? value : name == "app_id" ? app.Id : "nothing"))));
        }

        string[] places = ["/", "//", "/v1/", "/v1/apps/", "/console/", "/.well-known/", "/health/", "/openpassage/"];
        await SendAsync(HostileBytes.Encoded.SelectMany(_ => places, (value, place) => new Call("GET", place + value, place)));

        NothingBroke(800);
    }

    [Fact]
    public async Task In_a_query()
    {
        var app = await Manager.AppAsync();
        using var admin = await Visitor.OperatorAsync(Server, OperatorRole.Admin);
        var many = string.Join('&', Enumerable.Range(0, 500).Select(number => $"a{number}=1"));
        foreach (var route in Routes.All.Where(route => route.Takes(HttpMethod.Get)))
        {
            var described = route.Endpoint.Metadata.OfType<QueryParametersMetadata>().SelectMany(query => query.Parameters);
            var names = route.IsConsole ? ConsoleQueries : [.. described.Select(parameter => parameter.Name), "other"];
            var values = route.IsConsole ? HostileBytes.Worst : HostileBytes.Encoded;
            string[] whole = ["", "=", "&&", "%00=%00", "%ED%A0%80=1", many, "page=1&page=2", "app=a&app=b"];
            await SendAsync(names.SelectMany(_ => values, (name, value) => $"{name}={value}").Concat(whole)
                .Select(query => To(route, app, query, admin, $"{route.Path(app.Id)}?{query}")));
        }

        NothingBroke(2000);
    }

    [Fact]
    public async Task In_a_header()
    {
        // By itself what decides whether a call is let in; the rest at once.
        string[][] together = [["Authorization"], ["Cookie"], ["Origin"], ["Content-Type"], HostileBytes.OtherHeaderNames];
        var app = await Manager.AppAsync();
        using var admin = await Visitor.OperatorAsync(Server, OperatorRole.Admin);
        foreach (var route in Routes.All)
        {
            var isForm = TakesBody(route) && route.Entry is Entry.Viewer or Entry.Admin;
            await SendAsync(HostileBytes.Headers.SelectMany(_ => together, (value, names) =>
            {
                var call = To(route, app, $"{names[0]}={value}", admin) with { Headers = [.. names.Select(name => (name, value))] };
                return isForm ? call with { Body = "name=x"u8.ToArray(), Type = Form } : call;
            }));
        }

        NothingBroke(2500);
    }

    [Fact]
    public async Task In_the_members_of_a_body()
    {
        foreach (var route in Routes.All.Where(route => !route.IsConsole && TakesBody(route)))
        {
            if (route.Endpoint.Metadata.OfType<RequestBodyMetadata>().LastOrDefault() is not { Type: var type })
                continue;
            var app = await Manager.AppAsync();
            // A body of which the host's rooms say more is described by the host.
            const BindingFlags Static = BindingFlags.Public | BindingFlags.Static;
            var json = (JsonTypeInfo)(type.GetProperty("Json", Static)?.GetValue(null)
                ?? type.GetMethod("JsonIn", Static)!.Invoke(null, [Server.Services])!);
            await SendAsync(HostileBytes.BodiesOf(json, Good).Select(
                body => new Call(route.Methods[0], route.Path(app.Id), $"{route} {body}")
                {
                    Body = Encoding.UTF8.GetBytes(body), Key = KeyOf(route, app),
                }));
        }

        NothingBroke(1500);

        static string Good(JsonPropertyInfo member) => member.Name switch
        {
            "rp_id" => "\"example.com\"",
            "origins" => "[\"https://example.com\"]",
            "role" => "\"admin\"",
            _ when member.PropertyType == typeof(string) => "\"x\"",
            _ when member.PropertyType.IsAssignableTo(typeof(System.Collections.IEnumerable)) => "[]",
            _ => "{}",
        };
    }

    [Fact]
    public async Task As_a_whole_body()
    {
        string[] types = [Json, Form, "multipart/form-data; boundary=x", "multipart/form-data; boundary=\"\\ud800"];
        using var admin = await Visitor.OperatorAsync(Server, OperatorRole.Admin);
        foreach (var route in Routes.All.Where(route => TakesBody(route) || route.Methods is ["DELETE"]))
        {
            var app = await Manager.AppAsync();
            await SendAsync(HostileBytes.Bodies.SelectMany(
                _ => route.IsConsole ? types : [Json],
                (body, type) => To(route, app, $"{type} {body.Length} bytes", admin) with { Body = body, Type = type }));
        }

        NothingBroke(2000);
    }

    [Fact]
    public async Task In_a_form()
    {
        var names = 0;
        foreach (var route in Routes.All.Where(route => route.IsConsole && route.Methods is ["POST"]))
        {
            using var admin = await Visitor.OperatorAsync(Server, OperatorRole.Admin);
            var app = await Manager.AppAsync();
            var isOfApp = route.Pattern.EndsWith("/new", StringComparison.Ordinal)
                || route.Pattern.EndsWith("/settings", StringComparison.Ordinal);
            string[] fields = EndsSession(route) ? ["session"] : isOfApp ? [.. SmallFields, .. AppFields] : SmallFields;
            await SendAsync(fields.SelectMany(_ => HostileBytes.Worst, (field, value) =>
            {
                var good = Good(app).Append(("form_token", admin.FormToken)).Where(one => one.Item1 != field);
                // The app is needed for the next value.
                if (route.Pattern.EndsWith("/delete", StringComparison.Ordinal))
                    good = good.Where(one => one.Item1 != "confirm");
                var form = string.Join(
                    '&', good.Select(one => $"{one.Item1}={Uri.EscapeDataString(one.Item2)}").Append($"{field}={value}"));
                return new Call("POST", route.Path(app.Id), $"{route} {field}={value}")
                {
                    Body = Encoding.ASCII.GetBytes(form), Type = Form, Visitor = admin,
                };
            }));
        }

        NothingBroke(1500);

        IEnumerable<(string, string)> Good(TestApp app) =>
        [
            ("name", $"x{names++}"), ("rp_id", "example.com"), ("origins", "https://example.com"),
            ("role", "viewer"), ("user_verification", "required"),
            ("attestation", "none"), ("scopes", "admin"), ("confirm", app.Id),
        ];
    }

    [Fact]
    public async Task In_every_place_of_what_the_consoles_script_sends()
    {
        using var stranger = new Visitor(Server);
        using var admin = await Visitor.OperatorAsync(Server, OperatorRole.Admin);
        var app = await Manager.AppAsync();
        var signIn = admin.Finished((await admin.SayAsync("/console/sign-in/start", [])).Expect(200), "/console");
        var confirm = admin.Finished((await admin.SayAsync("/console/confirm/start", [])).Expect(200));
        var invited = await Visitor.InviteAsync(Server, OperatorRole.Viewer, $"invited-{Guid.NewGuid():N}");
        var setup = (await stranger.SayAsync("/console/setup/start", new JsonObject { ["token"] = invited })).Expect(200);
        JsonObject made = new()
        {
            ["token"] = invited,
            ["handshake"] = setup["handshake"],
            ["response"] = new SoftwareAuthenticator().Create(setup.Text, Visitor.ConsoleOrigin).ToJsonObject(ResponseShape.Browser),
        };
        (string Path, JsonObject Body, Visitor By)[] steps =
        [
            ("sign-in/start", new() { ["x"] = "x" }, stranger),
            ("sign-in/finish", signIn, stranger),
            ("setup/invitation", new() { ["token"] = "x" }, stranger),
            ("setup/start", new() { ["token"] = invited, ["name"] = "x" }, stranger),
            ("setup/finish", made, stranger),
            ("confirm/finish", confirm, admin),
            ("account/passkeys/finish", made, admin),
            ($"apps/{app.Id}/try/start", new() { ["ceremony"] = "register" }, admin),
            ($"apps/{app.Id}/try/finish", new() { ["nonce"] = "x" }, admin),
        ];
        foreach (var (path, body, by) in steps)
        {
            await SendAsync(HostileBytes.Bent(body).Select(
                bent => new Call("POST", $"/console/{path}", $"{path} {bent}") { Body = Encoding.UTF8.GetBytes(bent), Visitor = by }));
        }

        NothingBroke(1500);
    }

    [Fact]
    public async Task In_every_place_of_what_a_page_sends()
    {
        var authentication = (await Page.StartAuthenticationAsync(await AuthenticateTransactionAsync(await RegisteredAsync()))).Expect(200);
        (string Flow, JsonObject Body)[] finishes =
        [
            ("register", await NewPasskeyAsync()),
            ("authenticate", new()
            {
                ["handshake_id"] = (string)authentication.Json["handshake"]!["id"]!,
                ["signals"] = true,
                ["handshake_response"] = Page.Answer(authentication),
            }),
        ];
        foreach (var (flow, body) in finishes)
        {
            var path = $"/v1/apps/{App.Id}/{flow}/transactions/webauthn/finish";
            await SendAsync(HostileBytes.Bent(body).Concat(WithBentClientData(body))
                .Select(bent => new Call("POST", path, $"{flow} {bent}") { Body = Encoding.UTF8.GetBytes(bent) }));
        }

        NothingBroke(500);
    }

    private async Task<JsonObject> NewPasskeyAsync()
    {
        var transaction = await RegisterTransactionAsync(NewUser());
        var started = (await Page.StartRegistrationAsync(transaction)).Expect(200);
        return new()
        {
            ["handshake_id"] = (string)started.Json["handshake"]!["id"]!,
            ["transaction_id"] = transaction,
            ["handshake_response"] = new SoftwareAuthenticator()
                .Create(Page.OptionsOf(started), App.Origin)
                .ToJsonObject(ResponseShape.Browser),
        };
    }

    /// <summary>What the browser signed is JSON inside the JSON.</summary>
    private static IEnumerable<string> WithBentClientData(JsonObject body)
    {
        var text = (string)body["handshake_response"]!["response"]!["clientDataJSON"]!;
        foreach (var bent in HostileBytes.Bent(JsonNode.Parse(Base64Url.DecodeFromChars(text))!.AsObject()))
        {
            var other = Base64Url.EncodeToString(Encoding.UTF8.GetBytes(bent));
            yield return body.ToJsonString().Replace(text, other, StringComparison.Ordinal);
        }
    }

    /// <summary>What a browser calls itself is kept: cut where a character is two, it must still be a text to a database.</summary>
    [Fact]
    public async Task A_browsers_name_that_is_cut_in_the_middle_of_a_character_signs_in_all_the_same()
    {
        foreach (var length in (int[])[510, 511, 512])
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, AddressOf("/v1/apps/acme/register/transactions/webauthn/finish"));
            request.Content = new StringContent((await NewPasskeyAsync()).ToJsonString(), Encoding.UTF8, Json);
            request.Headers.Add("Origin", App.Origin);
            request.Headers.TryAddWithoutValidation("User-Agent", new string('a', length) + "\U0001F600\U0001F600");
            (await Reply.ReadAsync(await http.SendAsync(request))).Expect(200);
        }

        Assert.DoesNotMatch(Stack(), Server.LogSince(logged));
    }

    // A line of a level that somebody reads, with a stack below it.
    [GeneratedRegex(
        @"^(Warning|Error|Critical): [^\n]*(\n(?!(Trace|Debug|Information|Warning|Error|Critical): )[^\n]*)*?\n   at ",
        RegexOptions.Multiline | RegexOptions.ExplicitCapture,
        10_000)]
    private static partial Regex Stack();
}
