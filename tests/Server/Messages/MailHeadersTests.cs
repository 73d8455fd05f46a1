using MimeKit;

namespace OpenPassage.Server.Tests.Messages;

/// <summary>What receivers see of mails to hostile addresses from apps of hostile names.</summary>
public sealed class MailHeadersTests
{
    [Fact]
    public void There_are_200_hostile_addresses_and_names_and_of_the_addresses_few_are_any()
    {
        Assert.True(HostileMail.Addresses.Count + HostileMail.Names.Count >= 200);
        Assert.InRange(HostileMail.Taken.Count, 4, 20);
    }

    [Fact]
    public async Task As_written_each_has_one_receiver_and_no_header_of_theirs()
    {
        var letters = HostileMail.NewLetters();
        List<(string To, byte[] Bytes)> mails = [];
        foreach (var (id, app, message) in HostileMail.All)
        {
            using var bytes = new MemoryStream();
            using var letter = await letters.WriteAsync(app, id, message);
            await letter.WriteToAsync(
                new FormatOptions { NewLineFormat = NewLineFormat.Dos }, bytes, TestContext.Current.CancellationToken);
            mails.Add((message.To.Value, bytes.ToArray()));
        }

        await AssertHarmlessAsync(mails);
    }

    [Fact]
    public async Task As_a_mail_server_takes_them_too()
    {
        await using var server = new MailServer();

        await HostileMail.SendAsync(server.Port);

        var expected = HostileMail.All.ToDictionary(one => one.Id, one => one.Message.To.Value, StringComparer.Ordinal);
        Assert.Equal(expected, server.Mails.ToDictionary(mail => mail.Id.Split('@')[0], mail => mail.To, StringComparer.Ordinal));
        Assert.All(server.Mails, mail => Assert.Equal(MailSite.Sender, mail.Sender));
        await AssertHarmlessAsync([.. server.Mails.Select(mail => (mail.To, mail.Bytes))]);
    }

    private static async Task AssertHarmlessAsync(List<(string To, byte[] Bytes)> mails)
    {
        var read = await HostileMail.ReadAsync(mails.Select(mail => mail.Bytes));
        Assert.Equal(mails.Count, read.Count);
        foreach (var ((to, bytes), mail) in mails.Zip(read))
            HostileMail.AssertHarmless(to, bytes, mail);
    }
}
