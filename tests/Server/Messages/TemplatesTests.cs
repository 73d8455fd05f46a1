using System.Text.RegularExpressions;
using Microsoft.Extensions.Options;
using OpenPassage.Server.Apps;
using OpenPassage.Server.Complete.Messages;

namespace OpenPassage.Server.Tests.Messages;

/// <summary>What messages say, in every language.</summary>
public sealed partial class TemplatesTests : IDisposable
{
    private const string Link = "https://www.shop.example/login?psg_magic_link=AbCdEfGhIjKlMnOpQrStUvWx-yZ01234567890&x=1";
    private const string Chrome
        = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36";

    private static readonly DateTimeOffset Asked = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("openpassage-tests-");

    public static TheoryData<string, string> All =>
        [.. from language in Languages.All from kind in MessageKinds.All select (language, kind.ToWord())];

    public void Dispose() => directory.Delete(recursive: true);

    [Theory]
    [MemberData(nameof(All))]
    public async Task A_message_says_what_it_does_and_who_asked_in_every_language(string language, string word)
    {
        var kind = MessageKinds.Parse(word)!.Value;
        var message = Example(kind, language);

        var mail = await New().WriteAsync(App("Kaffee & Kuchen <3"), message);

        foreach (var text in (string[])[mail.Subject, mail.Text, mail.Html])
        {
            Assert.DoesNotContain("{{", text, StringComparison.Ordinal);
            Assert.DoesNotContain("  ,", text, StringComparison.Ordinal);
        }

        Assert.Contains("Kaffee & Kuchen <3", mail.Subject, StringComparison.Ordinal);
        Assert.Contains("Kaffee & Kuchen <3", mail.Text, StringComparison.Ordinal);
        Assert.Contains("Kaffee &amp; Kuchen &lt;3", mail.Html, StringComparison.Ordinal);
        Assert.DoesNotContain("<3", mail.Html, StringComparison.Ordinal);
        Assert.Contains($"<html lang=\"{language}\" dir=\"ltr\">", mail.Html, StringComparison.Ordinal);
        foreach (var said in (string?[])[message.Code, message.Link, "Chrome", "Windows", "2026-03-01 12:00 UTC"])
        {
            Assert.Contains(said ?? "", mail.Text, StringComparison.Ordinal);
            Assert.Contains((said ?? "").Replace("&", "&amp;", StringComparison.Ordinal), mail.Html, StringComparison.Ordinal);
        }

        // Nothing but the link leads anywhere, and nothing is loaded from elsewhere.
        Assert.All(Addresses().Matches(mail.Html), address => Assert.StartsWith(Link.Replace("&", "&amp;"), address.Value));
        Assert.DoesNotContain("src=", mail.Html, StringComparison.Ordinal);
        Assert.DoesNotMatch("\n\n\n", mail.Text);
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task A_text_message_is_short_and_leads_with_what_matters(string language, string word)
    {
        var message = Example(MessageKinds.Parse(word)!.Value, language);

        var text = await New().WriteSmsAsync(App("Kaffee & Kuchen"), message);

        Assert.NotNull(text);
        Assert.InRange(text.Length, 1, 160);
        Assert.Contains(message.Code ?? message.Link ?? "Kaffee & Kuchen", text, StringComparison.Ordinal);
        // Browsers fill in a code that is bound to their page's host.
        if (message.Code is { } code)
            Assert.EndsWith($"\n@www.shop.example #{code}", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_text_message_that_is_too_long_is_the_code_or_link_alone()
    {
        var name = new string('x', 64);

        Assert.Equal(Link, await New().WriteSmsAsync(App(name), Example(MessageKind.SignInLink, "en")));
        Assert.Null(await New().WriteSmsAsync(
            App(name), Example(MessageKind.SignInLink, "en") with { Link = $"https://www.shop.example/{new string('y', 160)}" }));
    }

    [Theory]
    [InlineData("en", 1, "1 minute")]
    [InlineData("en", 5, "5 minutes")]
    [InlineData("pl", 1, "1 minutę")]
    [InlineData("pl", 3, "3 minuty")]
    [InlineData("pl", 5, "5 minut")]
    [InlineData("pl", 12, "12 minut")]
    [InlineData("pl", 22, "22 minuty")]
    [InlineData("fr", 1, "1 minute")]
    [InlineData("de", 60, "60 Minuten")]
    [InlineData("de", 180, "3 Stunden")]
    [InlineData("it", 4320, "3 giorni")]
    [InlineData("zh", 5, "5 分钟")]
    [InlineData("es", 0.5, "30 segundos")]
    public async Task Spans_of_time_are_said_as_the_language_does(string language, double minutes, string said)
    {
        var message = Example(MessageKind.SignInCode, language) with { ValidFor = TimeSpan.FromMinutes(minutes) };
        var mail = await New().WriteAsync(App("Shop"), message);

        Assert.Contains(said, mail.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("<b>Evil</b> Browser/1.0 {{ code }}\r\nBcc: a@b.example")]
    [InlineData("")]
    [InlineData(null)]
    public async Task Nothing_that_a_stranger_sends_stands_in_a_message(string? agent)
    {
        var mail = await New().WriteAsync(App("Shop"), Example(MessageKind.SignInCode, "en") with { UserAgent = agent });

        Assert.DoesNotContain("Evil", mail.Text + mail.Html, StringComparison.Ordinal);
        Assert.DoesNotContain("Browser", mail.Text, StringComparison.Ordinal);
        Assert.Contains("2026-03-01 12:00 UTC", mail.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_name_with_line_breaks_and_turned_letters_stays_on_one_line()
    {
        var mail = await New().WriteAsync(App("Shop\r\nBcc: a@b.example\u202Eelpmaxe"), Example(MessageKind.SignInCode, "en"));

        Assert.Equal("Your code for Shop  Bcc: a@b.exampleelpmaxe", mail.Subject);
    }

    [Fact]
    public async Task An_operators_directory_replaces_sentences_and_layouts_one_by_one()
    {
        await WriteAsync("de.json", """{ "sign_in_code.subject": "Moin, hier ist der Code für {{ app }}", "dir": "rtl" }""");
        await WriteAsync("no_account.txt.liquid", "Own: {{ intro }}");
        await WriteAsync("test.fr.html.liquid", "<p>{{ app }}</p>{{ password }}");
        var templates = New(directory.FullName);

        var code = await templates.WriteAsync(App("Shop"), Example(MessageKind.SignInCode, "de"));
        Assert.Equal("Moin, hier ist der Code für Shop", code.Subject);
        Assert.Contains("Mit diesem Code melden Sie sich", code.Text, StringComparison.Ordinal);
        Assert.Contains("dir=\"rtl\"", code.Html, StringComparison.Ordinal);
        var notice = await templates.WriteAsync(App("Shop"), Example(MessageKind.NoAccount, "en"));
        Assert.StartsWith("Own: Someone", notice.Text, StringComparison.Ordinal);
        Assert.Equal("<p>A&amp;B</p>", (await templates.WriteAsync(App("A&B"), Example(MessageKind.Test, "fr"))).Html);
        var test = await templates.WriteAsync(App("A&B"), Example(MessageKind.Test, "en"));
        Assert.Contains("<!DOCTYPE html>", test.Html, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("en.json", "{ \"test.subject\": 1 }")]
    [InlineData("en.json", "no JSON")]
    [InlineData("en.json", "{ \"test.subject\": \"{% if %}\" }")]
    [InlineData("mail.html.liquid", "{% for %}")]
    public async Task A_wrong_one_stops_the_start_and_is_named(string file, string content)
    {
        await WriteAsync(file, content);

        var stopped = Assert.Throws<OptionsValidationException>(() => New(directory.FullName));
        Assert.StartsWith("OpenPassage:Mail:Templates has ", stopped.Message, StringComparison.Ordinal);
        Assert.Contains(file, stopped.Message, StringComparison.Ordinal);
    }

    /// <summary>One of each kind, with all that it may hold.</summary>
    internal static Message Example(MessageKind kind, string language) => new(kind, Messaging.Email("person@shop.example"), language)
    {
        Code = kind is MessageKind.SignInCode or MessageKind.SignUpCode ? "012345" : null,
        Link = kind is MessageKind.SignInLink or MessageKind.SignUpLink or MessageKind.VerifyLink or MessageKind.IdentifierChanged
            or MessageKind.OtherIdentifierChanged
            ? Link
            : null,
        ValidFor = kind is MessageKind.NoAccount or MessageKind.IdentifierInUse or MessageKind.Test
            ? TimeSpan.Zero
            : TimeSpan.FromMinutes(5),
        UserAgent = Chrome,
        AskedAt = Asked,
    };

    internal static App App(string name)
    {
        var settings = new AppOptions { Id = "shop", Name = name };
        settings.Origins.Add("https://www.shop.example");
        return new()
        {
            Id = new("shop"),
            Name = name,
            RelyingParty = new("shop.example", name, ["https://www.shop.example"]),
            Origins = ["https://www.shop.example"],
            Settings = settings,
        };
    }

    internal static Templates New(string? directory = null)
    {
        var options = new OpenPassageCompleteOptions();
        options.Mail.Templates = directory;
        return new(Options.Create(options));
    }

    private Task WriteAsync(string file, string content) => File.WriteAllTextAsync(Path.Combine(directory.FullName, file), content);

    [GeneratedRegex("https?:[^\"<]*", RegexOptions.None, 1000)]
    private static partial Regex Addresses();
}
