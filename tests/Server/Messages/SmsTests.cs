using System.Collections.Concurrent;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpenPassage.Server.Complete.Accounts;
using OpenPassage.Server.Complete.Messages;
using OpenPassage.Server.Tests.Complete;

namespace OpenPassage.Server.Tests.Messages;

/// <summary>Text messages, through a provider that answers as Twilio does.</summary>
public sealed class SmsTests : IAsyncLifetime
{
    private const string Number = "+4915123456789";

    private readonly Provider provider = new();

    public async ValueTask InitializeAsync() => await provider.StartAsync();

    public async ValueTask DisposeAsync() => await provider.DisposeAsync();

    [Fact]
    public async Task Twilio_gets_its_form_with_login_number_and_text()
    {
        await using var site = await StartAsync(Twilio);

        await site.WriteAsync(Code(site, Number));
        await site.WaitForRowsAsync(rows => rows is [{ State: "sent" }]);

        var request = Assert.Single(provider.Requests);
        Assert.Equal("/2010-04-01/Accounts/AC0123/Messages.json", request.Path);
        Assert.Equal($"Basic {Convert.ToBase64String("AC0123:twilio-secret"u8)}", request.Authorization);
        Assert.StartsWith("application/x-www-form-urlencoded", request.Type, StringComparison.Ordinal);
        var form = QueryHelpers.ParseQuery(request.Body);
        Assert.Equal((Number, "+14155550100"), ((string?)form["To"], (string?)form["From"]));
        Assert.Equal(
            "123456 ist Ihr Code für The shop. Er gilt 5 Minuten. Geben Sie ihn nie weiter.\n\n@www.shop.example #123456", form["Body"]);
        Assert.All(
            (string[])["123456", Number, "twilio-secret"], secret => Assert.DoesNotContain(secret, site.Log, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Any_provider_gets_its_own_request_with_text_written_as_its_type_demands()
    {
        await using var site = await StartAsync(
            $"--OpenPassage:Sms:Url={provider.Address}send",
            """--OpenPassage:Sms:Body={"to":"{{ to }}","from":"{{ from }}","text":"{{ text }}"}""",
            "--OpenPassage:Sms:Headers:X-Key=provider-secret",
            "--OpenPassage:Sms:From=\"Shop\"",
            "--OpenPassage:Sms:Countries:0=*");

        await site.WriteAsync(Code(site, Number));
        await site.WaitForRowsAsync(rows => rows is [{ State: "sent" }]);

        var request = Assert.Single(provider.Requests);
        Assert.Equal(("/send", "application/json", "provider-secret"), (request.Path, request.Type, request.Key));
        var body = JsonNode.Parse(request.Body)!;
        Assert.Equal((Number, "\"Shop\""), ((string?)body["to"], (string?)body["from"]));
        Assert.Contains("Ihr Code für The shop", (string?)body["text"], StringComparison.Ordinal);
        Assert.Equal((await site.RowsAsync())[0].Id, request.Idempotency);
    }

    [Fact]
    public async Task Premium_numbers_and_those_of_other_countries_get_none()
    {
        await using var site = await StartAsync(Twilio);
        var outbox = site.Services.GetRequiredService<Outbox>();

        // Premium rate, shared cost, another country.
        string[] refused = ["+499001234567", "+491801234567", "+33612345678"];
        Assert.All(refused, number => Assert.NotNull(outbox.WhyNot(Messaging.Phone(number))));
        Assert.Null(outbox.WhyNot(Messaging.Phone(Number)));
        Assert.Null(outbox.WhyNot(Messaging.Email("person@shop.example")));
        // Nor where whoever wrote it has not asked.
        await site.WriteAsync(refused.Select(number => Code(site, number)));
        await site.WaitForRowsAsync(rows => rows.Count == 3 && rows.All(row => row.State == "refused"));
        Assert.Empty(provider.Requests);
    }

    [Theory]
    [InlineData(400, "refused", "The provider answered 400 with the code 21211.")]
    [InlineData(429, "waiting", "The provider answered 429 with the code 21211.")]
    [InlineData(500, "waiting", "The provider answered 500 with the code 21211.")]
    [InlineData(401, "waiting", "The provider answered 401 with the code 21211. Check OpenPassage:Sms.")]
    [InlineData(302, "waiting", "The provider answered 302. Check OpenPassage:Sms:Url.")]
    public async Task What_it_answers_decides_what_becomes_of_the_message(int status, string state, string error)
    {
        provider.Answer = status;
        await using var site = await StartAsync(Twilio);

        await site.WriteAsync(Code(site, Number));

        var row = (await site.WaitForRowsAsync(rows => rows is [{ Error.Length: > 0 }]))[0];
        Assert.Equal((state, error), (row.State, row.Error));
        // Its sentence has the number in it.
        Assert.DoesNotContain(Number, site.Log, StringComparison.Ordinal);
        Assert.Single(provider.Requests);
    }

    [Fact]
    public async Task Without_a_provider_there_are_none()
    {
        await using var site = await StartAsync();
        var outbox = site.Services.GetRequiredService<Outbox>();

        Assert.False(outbox.Reaches(Identifiers.Phone));
        Assert.True(outbox.Reaches(Identifiers.Email));
        Assert.Equal("This server sends no text messages. Use an email address.", outbox.WhyNot(Messaging.Phone(Number)));
    }

    private string[] Twilio =>
    [
        "--OpenPassage:Sms:Twilio:AccountSid=AC0123",
        "--OpenPassage:Sms:Twilio:AuthToken=twilio-secret",
        $"--OpenPassage:Sms:Url={provider.Address}2010-04-01/Accounts/AC0123/Messages.json",
        "--OpenPassage:Sms:From=+14155550100",
        "--OpenPassage:Sms:Countries:0=DE",
    ];

    private static Message Code(ServerFixture site, string number)
        => site.Code("person@shop.example", "de") with { To = Messaging.Phone(number) };

    private static async Task<Site> StartAsync(params string[] settings)
    {
        var site = new Site(settings);
        await site.InitializeAsync();
        return site;
    }

    private sealed class Site(string[] settings) : CompleteSite
    {
        protected override IEnumerable<string> Settings => [.. base.Settings, .. settings];
    }

    private sealed record Asked(string Path, string Type, string Authorization, string Key, string Idempotency, string Body);

    private sealed class Provider : IAsyncDisposable
    {
        private readonly WebApplication server;

        public Provider()
        {
            var builder = WebApplication.CreateSlimBuilder(["--urls=http://127.0.0.1:0"]);
            builder.Logging.ClearProviders();
            server = builder.Build();
            server.MapPost("{**path}", AnswerAsync);
        }

        public int Answer { get; set; } = 201;

        public ConcurrentQueue<Asked> Requests { get; } = new();

        public string Address => server.Urls.Single() + "/";

        public Task StartAsync() => server.StartAsync();

        public ValueTask DisposeAsync() => server.DisposeAsync();

        private async Task AnswerAsync(HttpContext context)
        {
            var request = context.Request;
            using var reader = new StreamReader(request.Body, Encoding.UTF8);
            Requests.Enqueue(new(
                request.Path, request.ContentType ?? "", request.Headers.Authorization.ToString(), request.Headers["X-Key"].ToString(),
                request.Headers["Idempotency-Key"].ToString(), await reader.ReadToEndAsync()));
            context.Response.StatusCode = Answer;
            if (Answer == 302)
                context.Response.Headers.Location = "/elsewhere";
            else if (Answer == 201)
                await context.Response.WriteAsJsonAsync(new JsonObject { ["sid"] = "SM0123", ["status"] = "queued" });
            else
                await context.Response.WriteAsJsonAsync(new JsonObject
                {
                    ["code"] = 21211, ["message"] = $"The 'To' number {Number} is not a valid phone number.", ["status"] = Answer,
                });
        }
    }
}
