using System.Globalization;
using System.Text.Json;
using OpenPassage.Server.Advice;

namespace OpenPassage.Server.Tests.Advice;

/// <summary>The tables of cases in docs/guides/advice.md.</summary>
internal static class AdviceGuide
{
    private static readonly string Text = File.ReadAllText(Path.Combine(RepositoryRoot.Find(), "docs", "guides", "advice.md"));

    /// <summary>The rows of the table with these first columns.</summary>
    public static IReadOnlyList<string[]> Rows(string firstColumns)
    {
        var lines = Text.ReplaceLineEndings("\n").Split('\n').ToList();
        var at = lines.FindIndex(line => line.StartsWith($"| {firstColumns} |", StringComparison.Ordinal));
        Assert.True(at > 0, $"The guide has no table of {firstColumns}.");
        return
        [
            .. lines.Skip(at + 2).TakeWhile(line => line.StartsWith("| ", StringComparison.Ordinal))
                .Select(line => line[1..^1].Split('|').Select(cell => cell.Trim().Trim('`')).ToArray()),
        ];
    }

    public static bool? Flag(string cell) => cell switch
    {
        "yes" => true,
        "no" => false,
        "?" => null,
        _ => throw new ArgumentException($"The guide says {cell}.", nameof(cell)),
    };

    public static Visit Visit(PageCapabilities page, string browser)
        => browser.Split(" on ") is [var name, var system] ? new(page, system, name) : new(page, null, null);

    /// <summary>Null: nobody was named.</summary>
    public static IReadOnlyList<KnownPasskey>? Passkeys(string cell) => cell switch
    {
        "nobody named" => null,
        "none" => [],
        _ => [.. cell.Split("; ").Select(one => one.Split(", ").Aggregate(new KnownPasskey([]), With))],
    };

    public static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    /// <summary>The words of the wire.</summary>
    public static string Word<T>(T value) => JsonSerializer.SerializeToElement(value).GetString()!;

    private static KnownPasskey With(KnownPasskey passkey, string said) => said switch
    {
        "synced" => passkey with { Synced = true },
        "bound" => passkey with { Synced = false },
        "another provider" => passkey,
        "iCloud Keychain" => passkey with { Provider = PasskeyProvider.ICloudKeychain },
        "Google Password Manager" => passkey with { Provider = PasskeyProvider.GooglePasswordManager },
        "Microsoft Password Manager" => passkey with { Provider = PasskeyProvider.MicrosoftPasswordManager },
        "Windows Hello" => passkey with { Provider = PasskeyProvider.WindowsHello },
        "Chrome on Mac" => passkey with { Provider = PasskeyProvider.ChromeOnMac },
        ['b', 'y', ' ', .. var transports] => passkey with { Transports = transports.Split('+') },
        ['l', 'a', 's', 't', ' ', 'o', 'n', ' ', .. var system] => passkey with { LastSystem = system },
        _ => throw new ArgumentException($"The guide says {said}.", nameof(said)),
    };
}
