using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Npgsql;
using OpenPassage.Server.Complete.Messages;
using OpenPassage.Server.Tests.Complete;
using SmtpServer.Protocol;

namespace OpenPassage.Server.Tests.Messages;

/// <summary>Several nodes send from one outbox.</summary>
public partial class SeveralSendersTests : IAsyncLifetime, IOnPostgres
{
    private const string Waiting = "SELECT pid FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()";

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
        await using var writer = await StartWriterAsync();
        var first = await StartProcessAsync();
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

    /// <summary>
    /// Killed when the mail server has taken the message and the row does not say so yet. SMTP has no way to tell the two apart, so the
    /// message goes once more; its Message-ID and all its bytes are the same, and mailboxes show it once.
    /// </summary>
    [Fact]
    public async Task What_a_node_has_handed_over_and_not_erased_when_it_is_killed_goes_once_more_as_the_same_message()
    {
        var (begun, locked) = (new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously),
            new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        mail.JudgeContent = async _ =>
        {
            begun.TrySetResult();
            await locked.Task;
            return null;
        };
        await using var writer = await StartWriterAsync();
        var first = await StartProcessAsync();
        await writer.WriteAsync(writer.Code("person@shop.example"));
        await begun.Task.WaitAsync(TimeSpan.FromMinutes(1));
        await using (var connection = new NpgsqlConnection(database.Setting))
        {
            // The row cannot be changed while the server dies, and what waited to change it dies too.
            await connection.OpenAsync();
            await using var transaction = await connection.BeginTransactionAsync();
            await RunAsync("SELECT message_id FROM outbox FOR UPDATE");
            locked.SetResult();
            await mail.WaitForAsync(1);
            while (await RunAsync(Waiting) == 0)
                await Task.Delay(10);
            await first.DisposeAsync();
            await RunAsync($"SELECT pg_terminate_backend(pid) FROM ({Waiting}) AS waiting");
            await transaction.RollbackAsync();

            async Task<int> RunAsync(string sql)
            {
#pragma warning disable CA2100 // The text is ours.
                await using var command = new NpgsqlCommand(sql, connection);
#pragma warning restore CA2100
                await using var reader = await command.ExecuteReaderAsync();
                var rows = 0;
                while (await reader.ReadAsync())
                    rows++;
                return rows;
            }
        }

        Assert.Equal("waiting", Assert.Single(await writer.RowsAsync()).State);
        await using var second = await StartLaterAsync(TimeSpan.FromSeconds(61));

        await second.WaitForRowsAsync(rows => rows is [{ State: "sent" }]);
        Assert.Equal(2, mail.Mails.Count);
        Assert.Equal($"{(await second.RowsAsync())[0].Id}@shop.example", Assert.Single(mail.Mails.Select(one => one.Id).Distinct()));
        Assert.Single(mail.Mails.Select(one => WithoutBoundary(one.Bytes)).Distinct());
    }

    [Fact]
    public async Task Of_three_nodes_that_are_killed_at_work_nothing_is_lost_and_what_comes_twice_is_the_same_message()
    {
        const int Messages = 600;
        await using var writer = await StartWriterAsync();
        var nodes = new List<ServerProcess>();
        for (var node = 0; node < 3; node++)
            nodes.Add(await StartProcessAsync());
        await writer.WriteAsync(
            Enumerable.Range(0, Messages).Select(one => writer.Notice($"person-{one}@domain-{one % 7}.example")));
        // One after the other, each at work.
        foreach (var (node, number) in nodes.Select((node, number) => (node, number)))
        {
            await mail.WaitForAsync(Messages * (number + 1) / 5);
            await node.DisposeAsync();
        }

        await using var last = await StartLaterAsync(TimeSpan.FromSeconds(61));
        await last.WaitForRowsAsync(rows => rows.Count(row => row.State == "sent") == Messages);

        var times = mail.Mails.GroupBy(one => one.To).ToList();
        Assert.Equal(Messages, times.Count);
        // No more than the killed ones had under way, and the same each time.
        Assert.All(times, one => Assert.InRange(one.Count(), 1, 2));
        Assert.All(times, one => Assert.Single(one.Select(copy => copy.Id).Distinct()));
    }

    [Fact]
    public async Task After_an_hour_without_a_mail_server_three_nodes_have_sent_every_message_once()
    {
        const int Messages = 180;
        var port = Ports.Free();
        Node[] nodes = [.. Enumerable.Range(0, 3).Select(_ => new Node(database.Setting, port))];
        try
        {
            foreach (var node in nodes)
                await node.InitializeAsync();
            for (var minute = 0; minute < 60; minute++)
            {
                var writer = nodes[minute % 3];
                await writer.WriteAsync(Enumerable.Range(0, Messages / 60).Select(one
                    => writer.Notice($"person-{minute}-{one}@domain-{one}.example")));
                await PassAsync(nodes);
            }

            Assert.All(await nodes[0].RowsAsync(), row => Assert.Equal("waiting", row.State));
            await using var back = new MailServer(port);
            for (var tries = 0; tries < 5 && (await nodes[0].RowsAsync()).Any(row => row.State == "waiting"); tries++)
                await PassAsync(nodes);

            var mails = await back.WaitForAsync(Messages);
            Assert.Equal(Messages, mails.Count);
            Assert.Equal(Messages, mails.Select(one => one.To).Distinct().Count());
        }
        finally
        {
            foreach (var node in nodes)
                await node.DisposeAsync();
        }
    }

    // A minute, on all nodes. The clock must not move while a message is under way: its lease would be over.
    private static async Task PassAsync(Node[] nodes)
    {
        await SettleAsync();
        foreach (var node in nodes)
            node.Clock.Advance(TimeSpan.FromMinutes(1));
        foreach (var node in nodes)
            node.Services.GetRequiredService<Outbox>().Hurry();
        await SettleAsync();

        async Task SettleAsync()
        {
            for (var quiet = 0; quiet < 3; quiet = nodes.All(node => node.InHand == 0) ? quiet + 1 : 0)
                await Task.Delay(10);
        }
    }

    private async Task<Node> StartWriterAsync()
    {
        var writer = new Node(database.Setting, mail.Port) { Sends = false };
        // Processes go by the system's clock.
        writer.Clock.Advance(DateTimeOffset.UtcNow - writer.Clock.GetUtcNow());
        await writer.InitializeAsync();
        return writer;
    }

    private async Task<ServerProcess> StartProcessAsync()
    {
        var process = new ServerProcess(database.Setting) { More = [.. new Node("", mail.Port).AllSettings] };
        await process.InitializeAsync();
        return process;
    }

    private async Task<Node> StartLaterAsync(TimeSpan later)
    {
        var node = new Node(database.Setting, mail.Port);
        node.Clock.Advance(DateTimeOffset.UtcNow + later - node.Clock.GetUtcNow());
        await node.InitializeAsync();
        node.Services.GetRequiredService<Outbox>().Hurry();
        return node;
    }

    // What separates the parts of a mail is chosen anew each time.
    private static string WithoutBoundary(byte[] mail)
        => Boundary().Replace(System.Text.Encoding.Latin1.GetString(mail), "");

    [GeneratedRegex("=-[A-Za-z0-9+/=]+", RegexOptions.None, 1000)]
    private static partial Regex Boundary();

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

        public int InHand => Services.GetServices<IHostedService>().OfType<Sending>().Single().InHand;

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
