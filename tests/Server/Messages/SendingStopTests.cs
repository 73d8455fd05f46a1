using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OpenPassage.Server.Complete.Messages;
using SmtpServer.Protocol;

namespace OpenPassage.Server.Tests.Messages;

/// <summary>A server that stops while it sends.</summary>
public sealed class SendingStopTests(MailSite site) : IClassFixture<MailSite>
{
    [Fact]
    public async Task What_is_under_way_is_ended_and_the_rest_is_left_to_others()
    {
        var (begun, gate) = (0, new TaskCompletionSource<SmtpResponse?>(TaskCreationOptions.RunContinuationsAsynchronously));
        site.Mail.Judge = (_, _) =>
        {
            Interlocked.Increment(ref begun);
            return gate.Task;
        };
        // A quarter of 16 connections for one domain: four are under way, and four wait.
        await site.WriteAsync(Enumerable.Range(0, 8).Select(one => site.Notice($"person-{one}@shop.example")));
        var sending = site.Services.GetServices<IHostedService>().OfType<Sending>().Single();
        while (Volatile.Read(ref begun) < 4 || sending.InHand < 8)
            await Task.Delay(10, TestContext.Current.CancellationToken);

        var stopping = sending.StopAsync(CancellationToken.None);
        Assert.False(stopping.IsCompleted);
        gate.SetResult(null);
        await stopping;

        var rows = await site.RowsAsync();
        Assert.Equal((4, 4), (rows.Count(row => row.State == "sent"), rows.Count(row => row.State == "waiting")));
        Assert.Equal(4, site.Mail.Mails.Count);
        // Any node may have them at once.
        var rest = await site.Services.GetRequiredService<OutboxRows>().ClaimAsync(10, TimeSpan.FromMinutes(1), [], [], default);
        Assert.Equal(4, rest.Count);
    }
}
