using OpenPassage.Server.Tests.Complete;

namespace OpenPassage.Server.Tests.Messages;

/// <summary>TLS and login at the mail server, and that there is no fallback to less.</summary>
public class SmtpLoginTests
{
    public static TheoryData<string> Good => ["starttls", "tls"];

    [Theory]
    [MemberData(nameof(Good))]
    public async Task Mail_goes_over_tls_with_a_login(string security)
    {
        await using var mail = new MailServer(security: security, demandsLogin: true);
        await using var site = new Site(mail.Port, security);
        await site.InitializeAsync();

        await site.WriteAsync(site.Code("person@shop.example"));

        var arrived = Assert.Single(await mail.WaitForAsync(1));
        Assert.True(arrived.OverTls);
        Assert.True(arrived.LoggedIn);
    }

    [Theory]
    [InlineData("none", "starttls", "does not offer STARTTLS")]
    [InlineData("none", "tls", "certificate was not accepted, or it does not speak TLS")]
    [InlineData("starttls", "starttls", "refused user and password", "--OpenPassage:Mail:Smtp:Password=wrong")]
    [InlineData("starttls", "starttls", "certificate was not accepted", "--OpenPassage:Mail:Smtp:CertificateRoot=")]
    public async Task Without_it_nothing_is_sent_and_the_outbox_says_why(string offered, string wanted, string why, string? setting = null)
    {
        await using var mail = new MailServer(security: offered);
        await using var site = new Site(mail.Port, wanted, setting);
        await site.InitializeAsync();

        await site.WriteAsync(site.Code("person@shop.example"));

        var row = (await site.WaitForRowsAsync(rows => rows is [{ Error.Length: > 0 }]))[0];
        Assert.Contains(why, row.Error, StringComparison.Ordinal);
        Assert.Equal(("waiting", 0L), (row.State, row.Attempts));
        Assert.Empty(mail.Mails);
        Assert.DoesNotContain(MailServer.Password, site.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Connections_are_used_again()
    {
        await using var mail = new MailServer();
        await using var site = new Site(mail.Port, "none");
        await site.InitializeAsync();

        for (var one = 0; one < 20; one++)
        {
            await site.WriteAsync(site.Notice($"person-{one}@shop.example"));
            await mail.WaitForAsync(one + 1);
        }

        Assert.InRange(mail.Connections, 1, 3);
    }

    private sealed class Site(int port, string security, string? setting = null) : CompleteSite
    {
        protected override IEnumerable<string> Settings =>
        [
            .. base.Settings,
            .. MailSite.ToMail(port),
            $"--OpenPassage:Mail:Smtp:Security={security}",
            $"--OpenPassage:Mail:Smtp:CertificateRoot={MailServer.CertificateFile}",
            .. security == "none"
                ? []
                : (string[])[$"--OpenPassage:Mail:Smtp:User={MailServer.User}", $"--OpenPassage:Mail:Smtp:Password={MailServer.Password}"],
            .. setting is null ? [] : (string[])[setting],
        ];
    }
}
