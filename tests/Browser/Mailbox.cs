using System.Diagnostics;
using System.Text.RegularExpressions;

namespace OpenPassage.Browser.Tests;

/// <summary>What a server without a mail server has kept in its data directory instead of sending it.</summary>
internal sealed partial class Mailbox(string data)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>The six digits of the mail at this place among those to an address.</summary>
    public async Task<string> CodeAsync(string to, int place = 0) => Code().Match(await TextAsync(to, place)).Groups["code"].Value;

    /// <summary>The link of the mail at this place among those to an address.</summary>
    public async Task<Uri> LinkAsync(string to, int place = 0) => new(Link().Match(await TextAsync(to, place)).Value);

    /// <summary>What the mail at this place says, once it is there.</summary>
    public async Task<string> TextAsync(string to, int place = 0)
    {
        var since = Stopwatch.StartNew();
        for (; ; )
        {
            var mails = Of(to);
            if (mails.Count > place)
                return mails[place];
            Assert.True(since.Elapsed < Patience, $"{to} was sent {mails.Count} mails.");
            await Task.Delay(50);
        }
    }

    /// <summary>Oldest first: their texts without formatting.</summary>
    private List<string> Of(string to)
    {
        var folder = Path.Combine(data, "messages");
        if (!Directory.Exists(folder))
            return [];
        return
        [
            .. Directory.GetFiles(folder, "*.eml").Order(StringComparer.Ordinal).Select(File.ReadAllText)
                .Where(mail => mail.Contains($"\nTo: {to}", StringComparison.OrdinalIgnoreCase))
                .Select(mail => Plain(mail.Replace("\r", "", StringComparison.Ordinal))),
        ];
    }

    private static string Plain(string mail) => TextPart().Match(mail).Groups["text"].Value
        .Replace("=\n", "", StringComparison.Ordinal).Replace("=3D", "=", StringComparison.Ordinal);

    [GeneratedRegex("Content-Type: text/plain.*?\n\n(?<text>.*?)\n--=", RegexOptions.Singleline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex TextPart();

    [GeneratedRegex(@"^ +(?<code>\d{6})$", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Code();

    [GeneratedRegex(@"http\S+psg_(magic|verify)_link=\S+", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Link();
}
