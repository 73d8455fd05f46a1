using System.Text.Json.Nodes;
using MimeKit;
using OpenPassage.Server.Tests.Complete;
using OpenPassage.Server.Tests.Complete.Codes;

namespace OpenPassage.Server.Tests.Messages;

/// <summary>Mail through Debian's Postfix into Debian's Dovecot, read by IMAP and by npm <c>mailparser</c>: <c>./test mail</c>.</summary>
public sealed class DebianMailTests : IAsyncLifetime
{
    // The last three are Postfix's for one delivery into a mailbox.
    private static readonly string[] OnTheWay = ["received", "return-path", "x-original-to", "delivered-to"];

    private DebianMail mail = null!;

    public async ValueTask InitializeAsync()
    {
        Assert.SkipWhen(DebianMail.Missing is not null, DebianMail.Missing ?? "");
        mail = await DebianMail.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (mail is not null)
            await mail.DisposeAsync();
    }

    [Fact(Explicit = true, Timeout = 300_000)]
    public async Task Whoever_asks_for_a_code_gets_one_mail_with_our_headers_and_both_bodies_and_200_hostile_texts_add_nothing()
    {
        await using var site = new Site(mail.Port);
        await site.InitializeAsync();
        var visitor = new Visitor(site);
        List<string> asked = [CompleteSite.NewEmail()];
        (await visitor.RegisterAsync(asked[0])).Expect(201);
        foreach (var address in HostileMail.Addresses)
        {
            var reply = await visitor.RegisterAsync(address);
            if (reply.Status == 201)
                asked.Add(address);
            else
                Assert.Contains(reply.Status, (int[])[400, 409, 429]);
        }

        // Of those that name the same mailbox the first one was sent something.
        Assert.InRange(asked.Count, 5, HostileMail.Taken.Count + 1);
        await site.WaitForRowsAsync(rows => rows.Count == asked.Count && rows.All(row => row.State == "sent"));
        await HostileMail.SendAsync(mail.Port);

        var mails = await mail.WaitForAsync(asked.Count + HostileMail.All.Count());

        Assert.Equal(asked.Count + HostileMail.All.Count(), mails.Count);
        Assert.Equal(mails.Count, mails.Select(Read).Select(message => message.MessageId).Distinct().Count());
        var read = await HostileMail.ReadAsync(mails);
        foreach (var (bytes, node) in mails.Zip(read))
            HostileMail.AssertHarmless(Read(bytes).Headers["Delivered-To"]!, bytes, node, OnTheWay);
        AssertCode(asked[0], Assert.Single(mails.Zip(read), both => (string)both.Second["toLine"]! == $"To: {asked[0]}"));
    }

    private static void AssertCode(string to, (byte[] Bytes, JsonNode Read) mail)
    {
        var message = Read(mail.Bytes);
        Assert.Equal($"<{MailSite.Sender}>", message.Headers["Return-Path"]);
        Assert.Equal(to, message.To.ToString());
        Assert.Equal("The shop", message.From.Mailboxes.Single().Name);
        Assert.Equal("auto-generated", message.Headers["Auto-Submitted"]);
        Assert.Matches("^[A-Za-z0-9]{24}@shop.example$", message.MessageId);
        Assert.Matches("[0-9]{6}", (string)mail.Read["text"]!);
        Assert.Matches("[0-9]{6}", (string)mail.Read["html"]!);
        Assert.Equal(["text/plain", "text/html"], message.BodyParts.Select(part => part.ContentType.MimeType));
    }

    private static MimeMessage Read(byte[] bytes) => MimeMessage.Load(new MemoryStream(bytes));

    private sealed class Site(int port) : CompleteSite
    {
        protected override IEnumerable<string> AppSettings => ["Methods:Otp=true"];

        protected override IEnumerable<string> Settings => [.. base.Settings, .. MailSite.ToMail(port)];
    }
}
