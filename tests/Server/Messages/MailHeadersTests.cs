using System.Diagnostics;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Options;
using MimeKit;
using OpenPassage.Server.Complete.Accounts;
using OpenPassage.Server.Complete.Messages;

namespace OpenPassage.Server.Tests.Messages;

/// <summary>
/// What receivers see of mails to hostile addresses from apps of hostile names, read by npm <c>mailparser</c> 3.14.2 as published.
/// </summary>
public sealed class MailHeadersTests
{
    private static readonly string[] Headers =
    [
        "message-id", "date", "subject", "from", "to", "auto-submitted", "content-language", "mime-version", "content-type",
    ];

    private static readonly string[] Breaks = ["\r\n", "\n", "\r", "\0", "\u2028", "\u0085", "%0d%0a", "=?utf-8?q?=0D=0A?=", "\t", "\v"];

    private static readonly string[] Injected =
    [
        "Bcc: victim@example.net", "Subject: Win", "X-Evil: 1", "Content-Type: text/html\r\n\r\n<b>x</b>",
        "\r\n.\r\nMAIL FROM:<a@b.example>",
    ];

    private static readonly string[] Odd =
    [
        "a@b.example,c@d.example", "a@b.example;c@d.example", "<a@b.example>", "A <a@b.example>", "\"a b\"@c.example", "\"a\\\"@c.example",
        "(comment)a@b.example", "a@[127.0.0.1]", "a@b.example>", "@a,@b:c@d.example", "group:a@b.example;", "a@b@c.example",
        "\u202Eelpmaxe@b.example", "xn--a@b.example", "a@еxample.com", "a@例え.jp", "o'neil+tag=1@b.example", "{{code}}@b.example",
        "%s%n@b.example", "a@b.example\u200B",
    ];

    [Fact]
    public async Task For_200_hostile_addresses_and_names_there_is_one_receiver_and_no_header_of_theirs()
    {
        var addresses = Breaks.SelectMany(line => Injected, (line, text) => $"person@b.example{line}{text}")
            .Concat(Breaks.SelectMany(line => Injected, (line, text) => $"per{line}{text}son@b.example"))
            .Concat(Odd)
            .ToList();
        var names = Breaks.SelectMany(line => Injected, (line, text) => $"Shop{line}{text}")
            .Concat(Odd)
            .Concat(
            [
                new string('x', 500), "\"", "\\", "<script>alert(1)</script>", "Ünïcode 商店 🛒", "=?utf-8?q?Shop?=", "{{ code }}",
                "a, b <c@d.example>", "\uFEFF", "a\u0301",
            ])
            .ToList();
        Assert.True(addresses.Count + names.Count >= 200, $"{addresses.Count} and {names.Count}");

        // Of hostile addresses few are any: those are taken as they are.
        var taken = addresses.Select(Identifiers.ParseEmail).OfType<AccountIdentifier>().ToList();
        Assert.InRange(taken.Count, 4, 20);
        var letters = NewLetters();
        List<(string To, string Name, byte[] Bytes)> mails = [];
        foreach (var (to, name) in names.Select((name, place) => (taken[place % taken.Count], name))
            .Concat(taken.Select(to => (to, "Shop"))))
        {
            var message = TemplatesTests.Example((MessageKind)(mails.Count % 8), Languages.All[mails.Count % 8]) with { To = to };
            using var bytes = new MemoryStream();
            using var letter = await letters.WriteAsync(TemplatesTests.App(name), $"id{mails.Count}", message);
            await letter.WriteToAsync(new FormatOptions { NewLineFormat = NewLineFormat.Dos }, bytes);
            mails.Add((to.Value, name, bytes.ToArray()));
        }

        var read = await ReadAsync(mails.Select(mail => mail.Bytes));

        Assert.Equal(mails.Count, read.Count);
        foreach (var ((to, name, bytes), mail) in mails.Zip(read))
        {
            Assert.Equal(Headers.Order(), mail["headers"]!.AsArray().Select(header => (string)header!).Order());
            Assert.Single(mail["to"]!.AsArray());
            // It shows domains decoded: compared is what stands there.
            Assert.Equal($"To: {to}", (string)mail["toLine"]!);
            Assert.Empty(mail["cc"]!.AsArray().Concat(mail["bcc"]!.AsArray()));
            var from = Assert.Single(mail["from"]!.AsArray())!;
            Assert.Equal("login@shop.example", (string)from["address"]!);
            Assert.DoesNotContain((string)from["name"]!, character => char.IsControl(character));
            Assert.Equal(0, (int)mail["attachments"]!);
            Assert.DoesNotContain((string)mail["subject"]!, character => char.IsControl(character));
            Assert.NotEmpty((string)mail["text"]!);
            Assert.DoesNotContain("<script", (string)mail["html"]!, StringComparison.OrdinalIgnoreCase);
            // Nothing that a server on the way could take for the end of the message, or would have to change.
            var text = System.Text.Encoding.Latin1.GetString(bytes);
            Assert.All(text.Split("\r\n"), line => Assert.InRange(line.Length, 0, 998));
            Assert.DoesNotContain(text, character => character > '\u007F');
            Assert.DoesNotMatch("(?<!\r)\n|\r(?!\n)", text);
        }
    }

    private static Letters NewLetters()
    {
        var options = new OpenPassageCompleteOptions();
        options.Mail.From = "login@shop.example";
        return new(TemplatesTests.New(), Options.Create(options));
    }

    private static async Task<IReadOnlyList<JsonNode>> ReadAsync(IEnumerable<byte[]> mails)
    {
        var tests = Path.Combine(RepositoryRoot.Find(), "tests");
        using var node = Process.Start(new ProcessStartInfo(
            "node", [Path.Combine(tests, "Server", "Messages", "mailparser.mjs"), Path.Combine(tests, "Browser", "package.json")])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        var answers = node.StandardOutput.ReadToEndAsync();
        foreach (var mail in mails)
            await node.StandardInput.WriteLineAsync(Convert.ToBase64String(mail));
        node.StandardInput.Close();
        await node.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(2));
        return [.. (await answers).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!)];
    }
}
