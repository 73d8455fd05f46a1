using Microsoft.Extensions.DependencyInjection;
using OpenPassage.Server.Complete.Messages;
using OpenPassage.Server.Tests.Complete;

namespace OpenPassage.Server.Tests.Messages;

/// <summary>Without a mail server, mail is kept as files.</summary>
public sealed class MailFilesTests(CompleteSite site) : IClassFixture<CompleteSite>
{
    [Fact]
    public async Task Mail_is_kept_for_the_owner_only_and_can_be_read()
    {
        await site.WriteAsync(site.Code("first@shop.example"));
        await site.WaitForRowsAsync(rows => rows.All(row => row.State == "sent"));
        site.Clock.Advance(TimeSpan.FromMinutes(1));
        await site.WriteAsync(site.Code("second@shop.example", "de"));
        await site.WaitForRowsAsync(rows => rows.Count == 2 && rows.All(row => row.State == "sent"));

        var kept = site.Services.GetRequiredService<MailFiles>().Newest(10);

        Assert.Equal(["second@shop.example", "first@shop.example"], kept.Select(mail => mail.To));
        Assert.Equal("Ihr Code für The shop", kept[0].Subject);
        Assert.Equal((await site.RowsAsync()).Select(row => row.Id), kept.Select(mail => mail.MessageId));
        Assert.Equal(
            "first@shop.example",
            Assert.Single(site.Services.GetRequiredService<MailFiles>().Newest(1, id => id == kept[1].MessageId)).To);
        Assert.Contains("123456", kept[0].Text, StringComparison.Ordinal);
        var directory = Path.Combine(site.DataDirectory, "messages");
        Assert.Equal(kept.Select(mail => mail.File).Order(), Directory.EnumerateFiles(directory).Select(Path.GetFileName).Order());
        if (!OperatingSystem.IsWindows())
        {
            const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            Assert.Equal(Owner | UnixFileMode.UserExecute, File.GetUnixFileMode(directory));
            foreach (var file in Directory.EnumerateFiles(directory))
                Assert.Equal(Owner, File.GetUnixFileMode(file));
        }

        Assert.Contains("There is no mail server (OpenPassage:Mail:Smtp:Host)", site.Log, StringComparison.Ordinal);
        Assert.DoesNotContain("123456", site.Log, StringComparison.Ordinal);
    }
}
