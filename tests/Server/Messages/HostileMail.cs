using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Options;
using OpenPassage.Server.Apps;
using OpenPassage.Server.Complete.Accounts;
using OpenPassage.Server.Complete.Messages;

namespace OpenPassage.Server.Tests.Messages;

/// <summary>
/// Addresses that strangers give and names that apps have, to slip something into a mail; and what a mail must be all the same.
/// </summary>
internal static class HostileMail
{
    /// <summary>Those that our mails have.</summary>
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
        "%s%n@b.example", "a@b.example\u200B", $"{new string('a', 64)}@{new string('b', 63)}.{new string('c', 63)}.{new string('d', 63)}",
        $"a@{string.Join('.', Enumerable.Repeat(new string('b', 62), 5))}.ex",
    ];

    public static IReadOnlyList<string> Addresses { get; } =
    [
        .. Breaks.SelectMany(line => Injected, (line, text) => $"person@b.example{line}{text}"),
        .. Breaks.SelectMany(line => Injected, (line, text) => $"per{line}{text}son@b.example"),
        .. Odd,
    ];

    public static IReadOnlyList<string> Names { get; } =
    [
        .. Breaks.SelectMany(line => Injected, (line, text) => $"Shop{line}{text}"),
        .. Odd,
        new('x', 500), "\"", "\\", "<script>alert(1)</script>", "Ünïcode 商店 🛒", "=?utf-8?q?Shop?=", "{{ code }}", "a, b <c@d.example>",
        "\uFEFF", "a\u0301",
    ];

    /// <summary>Of the addresses, those that are any: few.</summary>
    public static IReadOnlyList<AccountIdentifier> Taken { get; }
        = [.. Addresses.Select(Identifiers.ParseEmail).OfType<AccountIdentifier>()];

    /// <summary>A mail to each address that is one, and one of each name; of all kinds, and in all languages.</summary>
    public static IEnumerable<(string Id, App App, Message Message)> All
        => Names.Select((name, place) => (Name: name, To: Taken[place % Taken.Count])).Concat(Taken.Select(to => (Name: "Shop", To: to)))
            .Select((one, number) => (
                $"id{number}",
                TemplatesTests.App(one.Name),
                TemplatesTests.Example((MessageKind)(number % 8), Languages.All[number % 8]) with { To = one.To }));

    public static Letters NewLetters() => new(TemplatesTests.New(), Options.Create(OptionsFor(port: 0)));

    /// <summary>Those of a server that hands mail over at a port of this machine.</summary>
    public static OpenPassageCompleteOptions OptionsFor(int port)
    {
        var options = new OpenPassageCompleteOptions();
        options.Mail.From = MailSite.Sender;
        (options.Mail.Smtp.Host, options.Mail.Smtp.Port, options.Mail.Smtp.Security) = ("localhost", port, "none");
        return options;
    }

    /// <summary>Hands all of them over by SMTP.</summary>
    public static async Task SendAsync(int port)
    {
        using var carrier = new MailBySmtp(NewLetters(), Options.Create(OptionsFor(port)), TimeProvider.System);
        foreach (var (id, app, message) in All)
            Assert.Equal(HandOver.Sent, await carrier.CarryAsync(app, id, message, TestContext.Current.CancellationToken));
    }

    /// <summary>What npm <c>mailparser</c> 3.14.2, as published, makes of mails, in their order.</summary>
    public static async Task<IReadOnlyList<JsonNode>> ReadAsync(IEnumerable<byte[]> mails)
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

    /// <summary>One receiver, our headers and none besides but those of servers on the way, both bodies, and nothing executable.</summary>
    /// <param name="to">The receiver.</param>
    /// <param name="bytes">The mail.</param>
    /// <param name="read">What mailparser makes of it.</param>
    /// <param name="onTheWay">The headers that servers have added.</param>
    public static void AssertHarmless(string to, byte[] bytes, JsonNode read, params string[] onTheWay)
    {
        Assert.Equal(
            Headers.Concat(onTheWay).Order(StringComparer.Ordinal),
            read["headers"]!.AsArray().Select(header => (string)header!).Order(StringComparer.Ordinal));
        Assert.Single(read["to"]!.AsArray());
        // It shows domains decoded: compared is what stands there.
        Assert.Equal($"To: {to}", Unfolded((string)read["toLine"]!));
        Assert.Empty(read["cc"]!.AsArray().Concat(read["bcc"]!.AsArray()));
        var from = Assert.Single(read["from"]!.AsArray())!;
        Assert.Equal(MailSite.Sender, (string)from["address"]!);
        Assert.DoesNotContain((string)from["name"]!, character => char.IsControl(character));
        Assert.Equal(0, (int)read["attachments"]!);
        Assert.DoesNotContain((string)read["subject"]!, character => char.IsControl(character));
        Assert.NotEmpty((string)read["text"]!);
        Assert.NotEmpty((string)read["html"]!);
        Assert.DoesNotContain("<script", (string)read["html"]!, StringComparison.OrdinalIgnoreCase);
        // Nothing that a server on the way could take for the end of the message, or would have to change.
        var text = Encoding.Latin1.GetString(bytes);
        Assert.All(text.Split("\r\n"), line => Assert.InRange(line.Length, 0, 998));
        Assert.DoesNotContain(text, character => character > '\u007F');
        Assert.DoesNotMatch("(?<!\r)\n|\r(?!\n)", text);
    }

    private static string Unfolded(string header)
        => string.Join(' ', header.Split((char[])['\r', '\n', ' '], StringSplitOptions.RemoveEmptyEntries));
}
