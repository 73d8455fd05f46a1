using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;
using OpenPassage.Server.Complete.Messages;
using OpenPassage.Server.Complete.Settings;
using OpenPassage.Server.Tests.Guides;

namespace OpenPassage.Server.Tests.Messages;

/// <summary>What docs/guides/messages.md shows works.</summary>
public sealed class MessagesGuideTests
{
    private const string Guide = "docs/guides/messages.md";

    [Fact]
    public void Every_block_of_settings_is_right()
    {
        var blocks = Blocks("env");

        Assert.Equal(3, blocks.Count);
        foreach (var block in blocks)
        {
            var settings = block.Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Select(line => line.Split('=', 2))
                .Select(pair => KeyValuePair.Create(pair[0].Replace("__", ":", StringComparison.Ordinal), (string?)pair[1]));
            var (options, wrong) = (new OpenPassageCompleteOptions(), new List<string>());
            new ServerSettings(new ConfigurationBuilder().AddInMemoryCollection(settings).Build().GetSection("OpenPassage"), wrong)
                .Configure(options);

            Assert.Equal([], wrong.Concat(ServerSettings.Broken(options)));
            Assert.True(options.Mail.Smtp.Host.Length > 0 || options.Sms.IsOn);
        }
    }

    [Fact]
    public async Task Its_sentences_and_template_are_used()
    {
        var directory = Directory.CreateTempSubdirectory("openpassage-tests-");
        try
        {
            await File.WriteAllTextAsync(Path.Combine(directory.FullName, "en.json"), Assert.Single(Blocks("json")));
            await File.WriteAllTextAsync(Path.Combine(directory.FullName, "sign_in_code.html.liquid"), Assert.Single(Blocks("liquid")));
            var templates = TemplatesTests.New(directory.FullName);
            var (app, message) = (TemplatesTests.App("Shop"), TemplatesTests.Example(MessageKind.SignInCode, "en"));

            var mail = await templates.WriteAsync(app, message);
            Assert.Equal("Your sign-in code for Shop", mail.Subject);
            Assert.Contains("<p><strong>012345</strong></p>", mail.Html, StringComparison.Ordinal);
            Assert.StartsWith("Shop: 012345. Valid for 5 minutes.", await templates.WriteSmsAsync(app, message), StringComparison.Ordinal);
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    [Fact]
    public void It_names_every_kind_of_message()
        => Assert.All(MessageKinds.All, kind => Assert.Contains($"`{kind.ToWord()}`", GuidesTests.Read(Guide), StringComparison.Ordinal));

    private static List<string> Blocks(string language) =>
    [
        .. Regex.Matches(
            GuidesTests.Read(Guide), $@"^(?<indent> *)```{language}\n(?<text>.*?)\n *```$",
            RegexOptions.Singleline | RegexOptions.Multiline | RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1))
            .Select(block => Flush(block.Groups["text"].Value, block.Groups["indent"].Length)),
    ];

    private static string Flush(string text, int indent)
        => string.Join('\n', text.Split('\n').Select(line => line[Math.Min(line.Length, indent)..]));
}
