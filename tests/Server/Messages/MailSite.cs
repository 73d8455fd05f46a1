using Microsoft.Extensions.DependencyInjection;
using OpenPassage.Server.Apps;
using OpenPassage.Server.Complete.Accounts;
using OpenPassage.Server.Complete.Messages;
using OpenPassage.Server.Events;
using OpenPassage.Server.Sql;
using OpenPassage.Server.Tests.Complete;

namespace OpenPassage.Server.Tests.Messages;

/// <summary>A server with a Complete app and a mail server of its own.</summary>
public class MailSite : CompleteSite
{
    public const string Sender = "login@shop.example";

    internal MailServer Mail { get; } = new();

    protected override IEnumerable<string> Settings => [.. base.Settings, .. MailSettings];

    protected virtual IEnumerable<string> MailSettings => ToMail(Mail.Port);

    public static string[] ToMail(int port) =>
    [
        $"--OpenPassage:Mail:From={Sender}",
        "--OpenPassage:Mail:Smtp:Host=localhost",
        $"--OpenPassage:Mail:Smtp:Port={port}",
        "--OpenPassage:Mail:Smtp:Security=none",
    ];

    public override async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await base.DisposeAsync();
        await Mail.DisposeAsync();
    }
}

/// <summary>What tests ask of a server about messages.</summary>
internal static class Messaging
{
    public static AccountIdentifier Email(string address)
        => Identifiers.ParseEmail(address) ?? throw new ArgumentException("It is no address.", nameof(address));

    public static AccountIdentifier Phone(string number)
        => Identifiers.ParsePhone(number) ?? throw new ArgumentException("It is no number.", nameof(number));

    public static App App(this ServerFixture server, string id = CompleteSite.AppId)
        => server.Services.GetRequiredService<AppDirectory>().Find(id)!;

    public static Message Code(this ServerFixture server, string to, string language = "en")
        => new(MessageKind.SignInCode, Email(to), language)
    {
        Code = "123456",
        ValidFor = TimeSpan.FromMinutes(5),
        AskedAt = server.Clock.GetUtcNow(),
        UserAgent = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36",
    };

    /// <summary>One that is good for a day.</summary>
    public static Message Notice(this ServerFixture server, string to)
        => new(MessageKind.NoAccount, Email(to), "en") { AskedAt = server.Clock.GetUtcNow() };

    /// <summary>Writes messages, each in a transaction of its own, and wakes the sender.</summary>
    public static async Task WriteAsync(this ServerFixture server, params IEnumerable<Message> messages)
    {
        var (outbox, database) = (server.Services.GetRequiredService<Outbox>(), server.Services.GetRequiredService<Database>());
        foreach (var message in messages)
            await database.WriteAsync([await outbox.WritingAsync(server.App(), message, "1 = 1", [], default)], default);
        outbox.Hurry();
    }

    public static Task<IReadOnlyList<OutboxRow>> RowsAsync(this ServerFixture server)
        => server.Services.GetRequiredService<OutboxRows>().ListAsync(server.App().Id, state: null, after: null, 10_000, default).AsTask();

    /// <summary>The kinds of a user's events.</summary>
    public static async Task<IEnumerable<string>> EventsAsync(this ServerFixture server, string user)
        => (await server.Services.GetRequiredService<EventStore>().RecentAsync(new(CompleteSite.AppId), user, 10, default))
            .Select(one => one.Type);

    /// <summary>Waits until the outbox's newest messages are as they should be.</summary>
    public static async Task<IReadOnlyList<OutboxRow>> WaitForRowsAsync(
        this ServerFixture server, Func<IReadOnlyList<OutboxRow>, bool> when)
    {
        for (var tries = 0; tries < 3000; tries++)
        {
            var rows = await server.RowsAsync();
            if (when(rows))
                return rows;
            await Task.Delay(20);
        }

        throw new TimeoutException(string.Join('\n', await server.RowsAsync()));
    }
}
