using System.Text;
using Microsoft.Extensions.DependencyInjection;
using MimeKit;
using OpenPassage.Server.Complete.Messages;
using OpenPassage.Server.Sql;
using OpenPassage.Server.Tests.Complete;
using OpenPassage.Server.Tests.Complete.Management;
using SmtpServer.Protocol;

namespace OpenPassage.Server.Tests.Messages;

/// <summary>A message from its row to its receiver.</summary>
public class OutboxTests(MailSite site) : IClassFixture<MailSite>
{
    private readonly string to = CompleteSite.NewEmail();

    private Outbox Outbox => site.Services.GetRequiredService<Outbox>();

    private Database Database => site.Services.GetRequiredService<Database>();

    [Fact]
    public async Task A_message_arrives_once_with_its_headers_and_both_bodies()
    {
        // Other tests have moved the clock, or have not.
        var asked = $"{site.Clock.GetUtcNow().ToString("yyyy-MM-dd HH:mm", System.Globalization.CultureInfo.InvariantCulture)} UTC";
        await site.WriteAsync(site.Code(to, "fr"));

        var mail = Assert.Single(await site.Mail.WaitForAsync(1, mail => mail.To == to));
        var message = mail.Message;
        Assert.Equal(MailSite.Sender, mail.Sender);
        Assert.Equal(("The shop", MailSite.Sender), message.From.Mailboxes.Select(from => (from.Name, from.Address)).Single());
        Assert.Equal(to, message.To.ToString());
        Assert.Equal("Votre code pour The shop", message.Subject);
        Assert.Equal(site.Clock.GetUtcNow().ToUnixTimeSeconds(), message.Date.ToUnixTimeSeconds());
        Assert.Equal("auto-generated", message.Headers["Auto-Submitted"]);
        Assert.Equal("fr", message.Body!.Headers["Content-Language"]);
        Assert.Matches("^[A-Za-z0-9]{24}@shop.example$", message.MessageId);
        Assert.DoesNotContain(message.Headers, header => header.Field.StartsWith("List-", StringComparison.OrdinalIgnoreCase));
        Assert.DoesNotContain("123456", message.Subject, StringComparison.Ordinal);
        var parts = Assert.IsType<MultipartAlternative>(message.Body).Cast<TextPart>().ToList();
        Assert.Equal(["text/plain", "text/html"], parts.Select(part => part.ContentType.MimeType));
        Assert.All(parts, part => Assert.All(["123456", "The shop", "Chrome", "macOS", asked, "5 minutes"],
            text => Assert.Contains(text, part.Text, StringComparison.Ordinal)));
        Assert.Contains("<html lang=\"fr\" dir=\"ltr\">", parts[1].Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_is_written_with_what_it_tells_of_or_not_at_all()
    {
        var statement = await Outbox.WritingAsync(
            site.App(), site.Code(to), "EXISTS (SELECT 1 FROM apps WHERE app_id = @app AND app_id = @wanted)",
            [Sql.Parameter.Text("app", CompleteSite.AppId), Sql.Parameter.Text("wanted", "another")], default);
        var written = await Database.WriteAsync([statement], default);

        Assert.Equal(0, written.By(statement));
        statement = await Outbox.WritingAsync(
            site.App(), site.Code(to), "EXISTS (SELECT 1 FROM apps WHERE app_id = @app AND app_id = @wanted)",
            [Sql.Parameter.Text("wanted", CompleteSite.AppId)], default);
        Assert.Equal(1, (await Database.WriteAsync([statement], default)).By(statement));
        // Nobody hurries: the loop finds it.
        Assert.Single(await site.Mail.WaitForAsync(1, mail => mail.To == to));
    }

    [Fact]
    public async Task Its_row_shows_neither_receiver_nor_code_and_once_sent_holds_them_no_more()
    {
        var gate = new TaskCompletionSource();
        site.Mail.Judge = async (address, _) =>
        {
            if (address == to)
                await gate.Task;
            return null;
        };
        await site.WriteAsync(site.Code(to) with { Code = "987650" });
        var row = site.Rows().Split('\n').Single(line
            => line.StartsWith("outbox:", StringComparison.Ordinal) && line.Contains("| waiting |", StringComparison.Ordinal));

        Assert.All(
            (string[])[to, to[..to.IndexOf('@', StringComparison.Ordinal)], "987650", Hex(to), Hex("987650")],
            secret => Assert.DoesNotContain(secret, row, StringComparison.OrdinalIgnoreCase));
        gate.SetResult();
        await site.Mail.WaitForAsync(1, mail => mail.To == to);
        var id = site.Mail.Mails.Single(mail => mail.To == to).Id.Split('@')[0];
        await site.WaitForRowsAsync(rows => rows.Any(one => one.Id == id && one.State == "sent"));
        var sealedLeft = await Database.ListAsync(
            new("SELECT sealed FROM outbox WHERE app_id = @app AND message_id = @id",
                Sql.Parameter.Text("app", CompleteSite.AppId), Sql.Parameter.Text("id", id)),
            found => found.IsNull(0),
            default);
        Assert.True(Assert.Single(sealedLeft));

        static string Hex(string text) => Convert.ToHexString(Encoding.UTF8.GetBytes(text));
    }

    [Fact]
    public async Task A_receiver_who_does_not_exist_ends_it_with_an_event_of_the_user()
    {
        var office = new Office(site);
        var user = await office.CreateAsync(to);
        site.Mail.Judge = (address, _) => Task.FromResult(
            address == to ? new SmtpResponse(SmtpReplyCode.MailboxUnavailable, $"<{to}> unknown") : null);

        await site.WriteAsync(site.Code(to) with { UserId = user });

        var row = (await site.WaitForRowsAsync(rows => rows.Any(one => one.State == "refused"))).Single(one => one.State == "refused");
        Assert.Equal("The mail server answered 550.", row.Error);
        Assert.Contains("message_given_up", await site.EventsAsync(user));
        Assert.DoesNotContain(to, site.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_cannot_be_sent_now_is_tried_again_with_growing_pauses()
    {
        var tries = 0;
        site.Mail.Judge = (address, _) =>
        {
            if (address != to)
                return Task.FromResult<SmtpResponse?>(null);
            return Task.FromResult(Interlocked.Increment(ref tries) < 4 ? new SmtpResponse((SmtpReplyCode)450, "later") : null);
        };

        await site.WriteAsync(site.Notice(to));
        for (var (wait, tried) = (10, 1); tried < 4; wait *= 2, tried++)
        {
            await site.WaitForRowsAsync(rows => rows.Any(row => row.Attempts == tried && row is { Kind: "no_account", State: "waiting" }));
            site.Clock.Advance(TimeSpan.FromSeconds(wait - 1));
            Outbox.Hurry();
            Assert.Equal(tried, Volatile.Read(ref tries));
            site.Clock.Advance(TimeSpan.FromSeconds(1));
            Outbox.Hurry();
        }

        var mail = Assert.Single(await site.Mail.WaitForAsync(1, mail => mail.To == to));
        Assert.Contains(await site.RowsAsync(), row => $"{row.Id}@shop.example" == mail.Id);
        Assert.Equal(4, tries);
    }

    [Fact]
    public async Task It_goes_with_its_user()
    {
        var office = new Office(site);
        var user = await office.CreateAsync(to);
        await site.WriteAsync(site.Code(to) with { UserId = user });
        await site.Mail.WaitForAsync(1, mail => mail.To == to);

        (await office.DeleteAsync(user)).Expect(200);

        Assert.Equal(0, await Database.NumberAsync(
            new("SELECT COUNT(*) FROM outbox WHERE user_id = @user", Sql.Parameter.Text("user", user)), default));
    }
}
