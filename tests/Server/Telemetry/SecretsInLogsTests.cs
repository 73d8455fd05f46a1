using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpenPassage.Server.Sql;

namespace OpenPassage.Server.Tests.Telemetry;

/// <summary>Every operation, good and bad, with every logger at Trace: nothing secret that went over the wire is written down.</summary>
public class SecretsInLogsTests(SecretsInLogsTests.Fixture server) : OwnServerTests(server), IClassFixture<SecretsInLogsTests.Fixture>
{
    [Fact]
    public async Task Nothing_secret_is_in_any_log_line_or_span()
    {
        await DriveAsync();

        var (lines, secrets) = (server.Lines, server.Secrets);
        // Else the rest would prove nothing.
        Assert.Contains(lines, line => line.StartsWith("Trace ", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.Contains("FinishAuthentication", StringComparison.Ordinal));
        Assert.Contains(
            lines, line => line.StartsWith("Error ", StringComparison.Ordinal) && line.Contains("events", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.StartsWith("Span FinishRegistration ", StringComparison.Ordinal));
        string[] kinds =
        [
            "transaction_id", "nonce", "challenge", "handshake", "rawId", "clientDataJSON", "authenticatorData", "signature", "userHandle",
            "attestationObject", "external_id", "user", "key",
        ];
        Assert.Equal([], kinds.Except(secrets.Values));

        var told = secrets
            .SelectMany(secret => lines.Where(line => line.Contains(secret.Key, StringComparison.Ordinal))
                .Take(1)
                .Select(line => $"{secret.Value}: {line}"))
            .ToList();
        Assert.True(told.Count == 0, string.Join('\n', told));
    }

    private async Task DriveAsync()
    {
        var name = "external-" + Guid.NewGuid().ToString("N");

        // Good: everything once, and a revocation.
        await RegisteredAsync(name);
        var authenticated = (await Page.AuthenticateAsync(await AuthenticateTransactionAsync(name))).Expect(200);
        (await Backend.VerifyNonceAsync(authenticated["nonce"]!)).Expect(200);
        (await Page.AuthenticateAsync()).Expect(200);
        var user = await Backend.UserIdAsync(name);
        (await Backend.GetUserAsync(user)).Expect(200);
        var devices = (await Backend.ListDevicesAsync(user)).Expect(200);

        // Bad: spent, bent, cut off, for somebody else, of somebody unknown.
        (await Backend.VerifyNonceAsync(authenticated["nonce"]!)).Expect(401);
        (await OtherBackend.VerifyNonceAsync(authenticated["nonce"]!)).Expect(401);
        (await Backend.PostAsync("authenticate/verify", $$"""{"nonce":"{{authenticated["nonce"]}}" """)).Expect(400);
        (await Backend.PostAsync("authenticate/verify", $$"""{"nonce":"{{authenticated["nonce"]}}","nonce":"twice"}""")).Expect(400);
        var spent = await RegisterTransactionAsync(name);
        (await new Page(Server, App).RegisterAsync(spent)).Expect(200);
        (await Page.StartRegistrationAsync(spent)).Expect(404);
        (await Page.AuthenticateAsync(spent)).Expect(404);
        (await Page.AuthenticateAsync(
            bend: ceremony => ceremony.BendSignature = signature => [.. signature[..^1], (byte)~signature[^1]])).Expect(401);
        (await new Page(Server, App).RegisterAsync(
            await RegisterTransactionAsync(name), ceremony => ceremony.BendAttestationObjectBytes = bytes => bytes[..^1])).Expect(401);
        (await new Backend(Server, App) { ApiKey = OtherApp.ApiKey }.ListUsersAsync($"?identifier={name}")).Expect(401);
        (await Backend.CreateAuthenticateTransactionAsync("external-nobody-of-that-name")).Expect(404);
        (await Backend.GetUserAsync("nobody")).Expect(404);
        (await Backend.PostAsync("transactions/register", $$"""{"external_id":"{{name}}","passkey_display_name":7}""")).Expect(400);
        (await Backend.RevokeDeviceAsync(user, (string)devices.Json["devices"]![0]!["id"]!)).Expect(200);
        await SendRawAsync($"GET /v1/apps/acme/users?identifier={name} HTTP/1.1\r\nHost: x\r\nAuthorization Bearer {App.ApiKey}\r\n\r\n");
        await SendRawAsync($"GET /v1/apps/acme/users?identifier={name} {App.ApiKey}\r\n\r\n");

        // Worse: the database fails under it.
        var laptop = new Page(Server, App);
        await RegisteredAsync("external-" + Guid.NewGuid().ToString("N"), laptop);
        await Server.Services.GetRequiredService<Database>()
            .WriteAsync([new Statement("DROP TABLE events") { OneOff = true }], CancellationToken.None);
        (await Backend.GetUserAsync(user)).Expect(500);
        (await laptop.AuthenticateAsync()).Expect(500);
        (await new Page(Server, App).RegisterAsync(await RegisterTransactionAsync(name))).Expect(500);
    }

    // What no HTTP client sends.
    private async Task SendRawAsync(string request)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(Server.Address.Host, Server.Address.Port);
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(request));
        using var reader = new StreamReader(client.GetStream());
        Assert.StartsWith("HTTP/1.1 400", await reader.ReadToEndAsync().WaitAsync(TimeSpan.FromSeconds(10)), StringComparison.Ordinal);
    }

    /// <summary>Remembers what goes over the wire and all that is logged: messages, their values, scopes, exceptions, spans.</summary>
    public sealed class Fixture : ServerFixture
    {
        private static readonly string[] Named =
            [
                "transaction_id", "nonce", "challenge", "rawId", "clientDataJSON", "authenticatorData", "signature", "userHandle",
                "attestationObject", "external_id",
            ];

        private readonly ConcurrentQueue<string> lines = new();
        private readonly ConcurrentDictionary<string, string> secrets = new();
        private ActivityListener? spans;

        public IReadOnlyCollection<string> Lines => lines;

        /// <summary>Each with what it is.</summary>
        public IReadOnlyDictionary<string, string> Secrets => secrets;

        protected override IEnumerable<string> Settings =>
        [
            "--Logging:LogLevel:Default=Trace",
            "--Logging:LogLevel:Microsoft.AspNetCore=Trace",
            "--Logging:LogLevel:Microsoft.Extensions.Hosting.Internal.Host=Trace",
            // An operator who asks one logger for everything gets everything but what it must not say.
            "--Logging:LogLevel:Microsoft.AspNetCore.Hosting.Diagnostics=Trace",
            "--Logging:LogLevel:Microsoft.AspNetCore.Server.Kestrel.BadRequests=Trace",
        ];

        public override async ValueTask InitializeAsync()
        {
            spans = new ActivityListener
            {
                ShouldListenTo = source => source.Name == OpenPassageServer.TelemetryName,
                Sample = (ref _) => ActivitySamplingResult.AllDataAndRecorded,
                ActivityStopped = span => lines.Enqueue(
                    $"Span {span.OperationName} {string.Join(' ', span.TagObjects.Select(tag => $"{tag.Key}={tag.Value}"))}"),
            };
            ActivitySource.AddActivityListener(spans);
            await base.InitializeAsync();
            Http.Dispose();
            Http = new HttpClient(new Recorder(secrets)) { BaseAddress = Address };
            secrets[App.ApiKey] = "key";
            secrets[OtherApp.ApiKey] = "key";
        }

        public override async ValueTask DisposeAsync()
        {
            await base.DisposeAsync();
            spans?.Dispose();
        }

        protected override void Configure(WebApplicationBuilder builder) => builder.Logging.AddProvider(new Everything(lines));

        private sealed class Everything(ConcurrentQueue<string> lines) : ILoggerProvider, ILogger
        {
            private readonly LoggerExternalScopeProvider scopes = new();

            public ILogger CreateLogger(string categoryName) => this;

            public IDisposable? BeginScope<TState>(TState state)
                where TState : notnull => scopes.Push(state);

            public bool IsEnabled(LogLevel logLevel) => true;

            public void Log<TState>(
                LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
            {
                var line = new StringBuilder($"{logLevel} {formatter(state, exception)} {exception}");
                if (state is IEnumerable<KeyValuePair<string, object?>> values)
                    line.AppendJoin(' ', values.Select(value => value.Value));
                scopes.ForEachScope((scope, text) => text.Append(' ').Append(scope), line);
                lines.Enqueue(line.ToString());
            }

            public void Dispose()
            {
            }
        }

        private sealed class Recorder(ConcurrentDictionary<string, string> secrets) : DelegatingHandler(new SocketsHttpHandler())
        {
            protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
            {
                await RecordAsync(request.Content);
                var response = await base.SendAsync(request, cancellationToken);
                await RecordAsync(response.Content);
                return response;
            }

            private async Task RecordAsync(HttpContent? content)
            {
                if (content is null)
                    return;
                try
                {
                    Record(JsonNode.Parse(await content.ReadAsStringAsync()), "", "");
                }
                catch (Exception e) when (e is JsonException or ArgumentException)
                {
                    // A body that is bent on purpose; what it holds went over the wire before.
                }
            }

            private void Record(JsonNode? node, string name, string parent)
            {
                if (node is JsonObject members)
                {
                    foreach (var (member, value) in members)
                        Record(value, member, member == "id" ? name : parent);
                }
                else if (node is JsonArray items)
                {
                    foreach (var item in items)
                        Record(item, name, parent);
                }
                else if (node is JsonValue value && value.TryGetValue<string>(out var text) && text.Length >= 8)
                {
                    if (Named.Contains(name))
                        secrets[text] = name;
                    // handshake.id, the handle in user.id, and credential ids, but not the ids of users and devices in the management API.
                    else if (name == "id" && parent is "handshake" or "handshake_response" or "excludeCredentials" or "allowCredentials")
                        secrets[text] = parent;
                    else if (name == "id" && parent == "user" && IsHandle(node))
                        secrets[text] = parent;
                }
            }

            private static bool IsHandle(JsonNode node) => node.Parent?["displayName"] is not null;
        }
    }
}
