using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OpenPassage.Server.Complete.Messages;
using OpenPassage.Server.Tests.Complete;
using SmtpServer.Protocol;

namespace OpenPassage.Server.Tests.Messages;

/// <summary>Several nodes send from one outbox.</summary>
public class SeveralSendersTests : IAsyncLifetime, IOnPostgres
{
    private readonly MailServer mail = new();
    private TestDatabase database = null!;

    public async ValueTask InitializeAsync() => database = await TestDatabase.CreateAsync();

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await mail.DisposeAsync();
        await database.DisposeAsync();
    }

    [Fact]
    public async Task Three_nodes_send_every_message_once()
    {
        const int Messages = 600;
        Node[] nodes = [.. Enumerable.Range(0, 3).Select(_ => new Node(database.Setting, mail.Port))];
        try
        {
            foreach (var node in nodes)
                await node.InitializeAsync();

            await Task.WhenAll(nodes.Select((node, number) => node.WriteAsync(
                Enumerable.Range(0, Messages / 3).Select(one => node.Notice($"person-{number}-{one}@domain-{one % 7}.example")))));
            await nodes[0].WaitForRowsAsync(rows => rows.Count(row => row.State == "sent") == Messages);

            Assert.Equal(Messages, mail.Mails.Count);
            Assert.Equal(Messages, mail.Mails.Select(one => one.Id).Distinct().Count());
        }
        finally
        {
            foreach (var node in nodes)
                await node.DisposeAsync();
        }
    }

    /// <summary>Killed while it had the message: the server has the receiver's name, and has not taken the message yet.</summary>
    [Fact]
    public async Task What_a_node_had_that_was_killed_another_one_sends_when_its_lease_is_over()
    {
        var (begun, killed) = (new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously), new CancellationTokenSource());
        mail.JudgeContent = async _ =>
        {
            begun.TrySetResult();
            await Task.Delay(Timeout.Infinite, killed.Token).ContinueWith(_ => { }, TaskScheduler.Default);
            return new SmtpResponse(SmtpReplyCode.Aborted, "gone");
        };
        await using var writer = new Node(database.Setting, mail.Port) { Sends = false };
        // Processes go by the system's clock.
        writer.Clock.Advance(DateTimeOffset.UtcNow - writer.Clock.GetUtcNow());
        await writer.InitializeAsync();
        var first = new ServerProcess(database.Setting) { More = [.. new Node("", mail.Port).AllSettings] };
        await first.InitializeAsync();
        await writer.WriteAsync(writer.Notice("person@shop.example"));
        await begun.Task.WaitAsync(TimeSpan.FromMinutes(1));
        await first.DisposeAsync();
        await killed.CancelAsync();
        mail.JudgeContent = static _ => Task.FromResult<SmtpResponse?>(null);

        await using var second = new Node(database.Setting, mail.Port);
        second.Clock.Advance(DateTimeOffset.UtcNow - second.Clock.GetUtcNow());
        await second.InitializeAsync();
        var outbox = second.Services.GetRequiredService<Outbox>();
        outbox.Hurry();
        Assert.Equal("waiting", Assert.Single(await second.RowsAsync()).State);
        second.Clock.Advance(TimeSpan.FromSeconds(61));
        outbox.Hurry();

        await second.WaitForRowsAsync(rows => rows is [{ State: "sent" }]);
        Assert.Equal($"{(await second.RowsAsync())[0].Id}@shop.example", Assert.Single(mail.Mails).Id);
        killed.Dispose();
    }

    private sealed class Node : CompleteSite
    {
        private readonly int port;

        public Node(string database, int port)
        {
            SharedDatabase = database;
            this.port = port;
        }

        public bool Sends { get; init; } = true;

        public IEnumerable<string> AllSettings => Settings;

        protected override IEnumerable<string> Settings => [.. base.Settings, .. MailSite.ToMail(port)];

        protected override void Configure(WebApplicationBuilder builder)
        {
            if (Sends)
                return;
            foreach (var sending in builder.Services.Where(
                service => service.ServiceType == typeof(IHostedService) && service.ImplementationType == typeof(Sending)).ToList())
                builder.Services.Remove(sending);
        }
    }
}
