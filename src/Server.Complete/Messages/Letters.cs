using System.Globalization;
using System.Text;
using MimeKit;
using MimeKit.Text;
using Microsoft.Extensions.Options;
using OpenPassage.Server.Apps;

namespace OpenPassage.Server.Complete.Messages;

/// <summary>Messages as mail: headers, a text, and the same as HTML.</summary>
internal sealed class Letters(Templates templates, IOptions<OpenPassageCompleteOptions> options)
{
    // With the first letter, not with the server: it reads a library in.
    private MailboxAddress? sender;

    private MailboxAddress Sender => sender ??= Smtp.SenderOf(options.Value.Mail.From) ?? new MailboxAddress("", "login@localhost");

    /// <param name="app">Whose message.</param>
    /// <param name="id">The message's own: its Message-ID is the same at every attempt, so that what arrives twice is shown once.</param>
    /// <param name="message">What it says.</param>
    public async ValueTask<MimeMessage> WriteAsync(App app, string id, Message message)
    {
        var written = await templates.WriteAsync(app, message);
        var letter = new MimeMessage
        {
            MessageId = $"{id}@{Sender.Domain}",
            Date = message.AskedAt.ToUniversalTime(),
            Subject = written.Subject,
            Body = new MultipartAlternative(Part(TextFormat.Plain, written.Text), Part(TextFormat.Html, written.Html)),
        };
        var name = Sender.Name is { Length: > 0 } own ? own : Plain.Line(app.Name);
        letter.From.Add(new MailboxAddress(Encoding.UTF8, name, Sender.Address));
        // No name: whoever signs up chooses what stands there.
        letter.To.Add(new MailboxAddress(null, message.To.Value));
        // RFC 3834 §5: nobody's absence is told to us.
        letter.Headers.Add("Auto-Submitted", "auto-generated");
        letter.Headers.Add("Content-Language", message.Language);
        return letter;
    }

    // As ASCII, with short lines: whatever the servers on the way can do, nobody changes it.
    private static TextPart Part(TextFormat format, string text)
        => new(format) { Text = text, ContentTransferEncoding = ContentEncoding.QuotedPrintable };
}

/// <summary>Names that operators have chosen, for places where they are no more than a piece of a line.</summary>
internal static class Plain
{
    private const int MostOfName = 64;

    /// <summary>On one line, without signs that are not seen or turn the direction of those behind them, and not too long.</summary>
    public static string Line(string name, int most = MostOfName)
    {
        var line = new StringBuilder(name.Length);
        foreach (var rune in name.EnumerateRunes())
        {
            if (line.Length >= most)
                break;
            var category = Rune.GetUnicodeCategory(rune);
            if (category is UnicodeCategory.Control or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator)
                line.Append(' ');
            // The two joiners belong to writing in many languages.
            else if (rune.Value is 0x200C or 0x200D
                || category is not (UnicodeCategory.Format or UnicodeCategory.OtherNotAssigned or UnicodeCategory.PrivateUse))
                line.Append(rune.ToString());
        }

        // What looks encoded would be decoded where it is shown (RFC 2047).
        return line.Replace("=?", "=").ToString().Trim();
    }
}
