using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OpenPassage.Server.Complete.Messages;
using OpenPassage.Server.Tests.Complete;
using OpenPassage.Server.Tests.Complete.Management;

namespace OpenPassage.Server.Tests.Messages;

/// <summary>The mail server is down for an hour of the clock.</summary>
public class OutageTests : IAsyncLifetime
{
    private readonly int port = Ports.Free();
    private Site site = null!;

    public async ValueTask InitializeAsync()
    {
        site = new(port);
        await site.InitializeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await site.DisposeAsync();
    }

    [Fact]
    public async Task After_it_every_message_arrives_once_and_codes_that_have_expired_are_given_up_with_an_event()
    {
        const int Messages = 120;
        var user = await new Office(site).CreateAsync(CompleteSite.NewEmail());
        await site.WriteAsync(site.Code("late@shop.example") with { UserId = user });
        for (var minute = 0; minute < 60; minute++)
        {
            await site.WriteAsync(Enumerable.Range(0, Messages / 60).Select(one => site.Notice($"person-{minute}-{one}@shop.example")));
            site.Clock.Advance(TimeSpan.FromMinutes(1));
            await PassAsync();
        }

        var rows = await site.WaitForRowsAsync(rows => rows.Any(row => row.State == "given_up"));
        Assert.Equal(["sign_in_code"], rows.Where(row => row.State != "waiting").Select(row => row.Kind));
        Assert.Contains("No message goes out by email now", site.Log, StringComparison.Ordinal);
        Assert.Contains("message_given_up", await site.EventsAsync(user));

        await using var mail = new MailServer(port);
        for (var tries = 0; tries < 5 && (await site.RowsAsync()).Any(row => row.State == "waiting"); tries++)
        {
            // As long as the longest pause is, and a lease.
            site.Clock.Advance(TimeSpan.FromMinutes(1));
            await PassAsync();
        }

        var mails = await mail.WaitForAsync(Messages);
        Assert.Equal(Messages, mails.Select(one => one.To).Distinct().Count());
        Assert.Equal(Messages, mails.Count);
        Assert.DoesNotContain("late@", site.Log, StringComparison.Ordinal);
    }

    // The clock must not move while a message is under way: its lease would be over.
    private async Task PassAsync()
    {
        site.Services.GetRequiredService<Outbox>().Hurry();
        var sending = site.Services.GetServices<IHostedService>().OfType<Sending>().Single();
        for (var quiet = 0; quiet < 3; quiet = sending.InHand == 0 ? quiet + 1 : 0)
            await Task.Delay(10);
    }

    private sealed class Site(int port) : CompleteSite
    {
        protected override IEnumerable<string> Settings => [.. base.Settings, .. MailSite.ToMail(port)];
    }
}
