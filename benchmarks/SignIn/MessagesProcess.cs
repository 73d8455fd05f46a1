using System.Diagnostics;
using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpenPassage.Server;
using OpenPassage.Server.Apps;
using OpenPassage.Server.Complete.Accounts;
using OpenPassage.Server.Complete.Messages;
using OpenPassage.Server.Sql;

namespace OpenPassage.Benchmarks.SignIn;

/// <summary>The server in a process of its own, with a door by which the benchmark puts messages into its outbox.</summary>
internal sealed class MessagesProcess : Contender
{
    private const string Agent =
        "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36";

    private readonly DirectoryInfo data = Directory.CreateTempSubdirectory("openpassage-bench-");
    private readonly HttpClient http;

    private MessagesProcess(string name)
        : base(name)
    {
        http = new() { BaseAddress = Address, Timeout = TimeSpan.FromMinutes(5) };
    }

    public static async Task<MessagesProcess> StartAsync(string name, string? database, string smtp, Uri sms)
    {
        var server = new MessagesProcess(name);
        string[] arguments = ["messages-server", server.Address.ToString(), server.data.FullName, database ?? "", smtp, sms.ToString()];
        var start = new ProcessStartInfo("dotnet", [typeof(MessagesProcess).Assembly.Location, .. arguments])
        {
            WorkingDirectory = server.data.FullName,
        };
        // As the server is run.
        start.Environment["DOTNET_gcServer"] = "1";
        await server.StartAsync(start);
        return server;
    }

    /// <summary>Puts messages into the outbox that are not due before <see cref="GoAsync"/>.</summary>
    /// <param name="count">How many.</param>
    /// <param name="to">Of their receivers: with <c>{0}</c> for a number, and <c>{1}</c> for one of 50.</param>
    public Task FillAsync(int count, string to) => PostAsync($"fill?count={count}&to={Uri.EscapeDataString(to)}");

    /// <summary>Makes them due.</summary>
    public Task GoAsync() => PostAsync("go");

    /// <summary>Writes one message, and says when it began to.</summary>
    public async Task<(string Id, long At)> OneAsync(string to)
    {
        var words = (await PostAsync($"one?to={Uri.EscapeDataString(to)}")).Split(' ');
        return (words[0], long.Parse(words[1], CultureInfo.InvariantCulture));
    }

    /// <summary>How many messages wait.</summary>
    public async Task<int> WaitingAsync() => int.Parse(await http.GetStringAsync("waiting"), CultureInfo.InvariantCulture);

    /// <summary>Removes all messages.</summary>
    public Task ClearAsync() => PostAsync("clear");

    /// <summary>That process.</summary>
    public static async Task ServeAsync(string address, string data, string database, string smtp, string sms)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.WebHost.UseUrls(address);
        builder.Services.AddOpenPassage(server =>
        {
            (server.DataDirectory, server.Database) = (data, database.Length > 0 ? database : server.Database);
            server.Apps.Add(new AppOptions { Id = AppId, Type = "complete", Name = "The shop", RpId = "localhost", Origins = { Origin } });
        });
        builder.Services.AddOpenPassageComplete(complete =>
        {
            complete.Mail.From = "login@shop.example";
            (complete.Mail.Smtp.Host, complete.Mail.Smtp.Port) = smtp.Split(':') is [var host, var port]
                ? (host, int.Parse(port, CultureInfo.InvariantCulture))
                : throw new ArgumentException("It should be HOST:PORT.", nameof(smtp));
            complete.Mail.Smtp.Security = "none";
            (complete.Sms.Url, complete.Sms.Body) = (sms, "To={{ to }}&From=%2B14155550100&Body={{ text }}");
            complete.Sms.Countries.Add("*");
        });
        var app = builder.Build();
        app.MapOpenPassage();
        app.MapOpenPassageHealth();
        var doors = new Doors(app.Services);
        app.MapPost("/fill", async (HttpContext call) => await doors.FillAsync(int.Parse(Of(call, "count")), Of(call, "to")));
        app.MapPost("/go", async () => await doors.GoAsync());
        app.MapPost("/one", async (HttpContext call) => await call.Response.WriteAsync(await doors.OneAsync(Of(call, "to"))));
        app.MapGet("/waiting", async (HttpContext call) => await call.Response.WriteAsync($"{await doors.WaitingAsync()}"));
        app.MapPost("/clear", async () => await doors.ClearAsync());
        await app.RunAsync();

        static string Of(HttpContext call, string name) => call.Request.Query[name].ToString();
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        http.Dispose();
        data.Delete(recursive: true);
    }

    private async Task<string> PostAsync(string path)
    {
        using var answer = await http.PostAsync(path, null);
        return await answer.EnsureSuccessStatusCode().Content.ReadAsStringAsync();
    }

    private sealed class Doors(IServiceProvider services)
    {
        private const int Together = 100;

        private readonly Database database = services.GetRequiredService<Database>();
        private readonly Outbox outbox = services.GetRequiredService<Outbox>();
        private int made;

        public async Task FillAsync(int count, string to)
        {
            for (var done = 0; done < count; done += Together)
            {
                List<Statement> statements = [];
                for (var one = done; one < Math.Min(count, done + Together); one++)
                    statements.Add(await WritingAsync(to));
                statements.Add(new("UPDATE outbox SET due_at = created_at + 86400000000 WHERE claim = '' AND due_at = created_at"));
                await database.WriteAsync([.. statements], default);
            }
        }

        public async Task GoAsync()
        {
            await database.WriteAsync([new("UPDATE outbox SET due_at = created_at WHERE due_at > until_at")], default);
            outbox.Hurry();
        }

        public async Task<string> OneAsync(string to)
        {
            var statement = await WritingAsync(to);
            var begun = Stopwatch.GetTimestamp();
            await database.WriteAsync([statement], default);
            outbox.Hurry();
            return $"{statement.Parameters.Single(parameter => parameter.Name == "message_id").Value} {begun}";
        }

        public ValueTask<long> WaitingAsync()
            => database.NumberAsync(new("SELECT COUNT(*) FROM outbox WHERE due_at > 0"), default);

        public async Task ClearAsync() => await database.WriteAsync([new("DELETE FROM outbox")], default);

        private ValueTask<Statement> WritingAsync(string to)
        {
            var number = Interlocked.Increment(ref made);
            var receiver = string.Format(CultureInfo.InvariantCulture, to, number, number % 50);
            var message = new Message(
                MessageKind.SignInCode, Identifiers.ParseEmail(receiver) ?? Identifiers.ParsePhone(receiver)!, Languages.All[number % 8])
            {
                Code = $"{number % 1_000_000:D6}",
                ValidFor = TimeSpan.FromMinutes(30),
                AskedAt = DateTimeOffset.UtcNow,
                UserAgent = Agent,
            };
            return outbox.WritingAsync(services.GetRequiredService<AppDirectory>().Find(AppId)!, message, "1 = 1", [], default);
        }
    }
}
