using SmtpServer.Protocol;

namespace OpenPassage.Server.Tests.Messages;

/// <summary>Receivers whose servers do not answer, while others do.</summary>
public class SlowReceiversTests(MailSite site) : IClassFixture<MailSite>
{
    [Fact]
    public async Task One_receiver_who_is_dead_slows_nobody()
    {
        const int OfDead = 700, OfOthers = 200;
        await using var dead = new Cancelling();
        var waiting = 0;
        site.Mail.Judge = async (address, _) =>
        {
            if (!address.EndsWith("@dead.example", StringComparison.Ordinal))
                return null;
            Interlocked.Increment(ref waiting);
            await Task.Delay(Timeout.Infinite, dead.Token).ContinueWith(_ => { }, TaskScheduler.Default);
            return new SmtpResponse((SmtpReplyCode)450, "later");
        };

        // More of them, before all others.
        await site.WriteAsync(Enumerable.Range(0, OfDead).Select(one => site.Notice($"person-{one}@dead.example")));
        await site.WriteAsync(Enumerable.Range(0, OfOthers).Select(one => site.Notice($"person-{one}@alive-{one % 5}.example")));

        var mails = await site.Mail.WaitForAsync(OfOthers);
        Assert.Equal(OfOthers, mails.Select(mail => mail.To).Distinct().Count());
        // A quarter of 16 connections is held, and no more.
        Assert.Equal(4, Volatile.Read(ref waiting));
    }

    /// <summary>Ends the waiting whatever becomes of the test.</summary>
    private sealed class Cancelling : IAsyncDisposable
    {
        private readonly CancellationTokenSource source = new();

        public CancellationToken Token => source.Token;

        public async ValueTask DisposeAsync()
        {
            await source.CancelAsync();
            source.Dispose();
        }
    }
}
