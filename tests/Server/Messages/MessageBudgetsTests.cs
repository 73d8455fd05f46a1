using Microsoft.Extensions.DependencyInjection;
using OpenPassage.Server.Complete.Accounts;
using OpenPassage.Server.Complete.Messages;
using OpenPassage.Server.Tests.Complete;

namespace OpenPassage.Server.Tests.Messages;

/// <summary>How many messages an app sends in an hour.</summary>
public class MessageBudgetsTests(MessageBudgetsTests.Site site) : IClassFixture<MessageBudgetsTests.Site>
{
    private MessageBudgets Budgets => site.Services.GetRequiredService<MessageBudgets>();

    [Fact]
    public void The_defaults_allow_a_thousand_and_more()
    {
        var options = new OpenPassageCompleteOptions();

        Assert.True(options.Mail.MostPerHour >= 1000);
        Assert.True(options.Sms.MostPerHour >= 1000);
    }

    [Fact]
    public async Task What_is_more_than_an_app_may_send_is_refused_until_the_hour_is_over_and_told_once()
    {
        await site.WriteAsync(Enumerable.Range(0, 8).Select(one => site.Notice($"person-{one}@shop.example")));
        site.Clock.Advance(TimeSpan.FromMinutes(30));

        // Those that were written by whichever node, and those that this node has admitted since.
        List<bool> allowed = [];
        for (var one = 0; one < 4; one++)
            allowed.Add(await AllowsAsync());
        Assert.Equal([true, true, false, false], allowed);
        Assert.True(await Budgets.AllowsAsync(site.App(CompleteSite.OtherAppId), Identifiers.Email, default));
        Assert.True(await Budgets.AllowsAsync(site.App(), Identifiers.Phone, default));
        const string Told = "App shop has sent 10 messages by email within an hour";
        Assert.Single(site.Log.Split('\n'), line => line.Contains(Told, StringComparison.Ordinal));

        site.Clock.Advance(TimeSpan.FromMinutes(31));
        Assert.True(await AllowsAsync());
    }

    private ValueTask<bool> AllowsAsync() => Budgets.AllowsAsync(site.App(), Identifiers.Email, default);

    public sealed class Site : CompleteSite
    {
        protected override IEnumerable<string> Settings => [.. base.Settings, "--OpenPassage:Mail:MostPerHour=10"];
    }
}
