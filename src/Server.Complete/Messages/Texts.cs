using System.Globalization;
using System.Text.Json;

namespace OpenPassage.Server.Complete.Messages;

/// <summary>The sentences of one language, by name.</summary>
internal sealed class Texts
{
    private readonly Dictionary<string, string> byName;

    private Texts(string language, Dictionary<string, string> byName)
    {
        Language = language;
        this.byName = byName;
    }

    public string Language { get; }

    /// <summary><c>ltr</c> or <c>rtl</c>.</summary>
    public string Direction => Find("dir") ?? "ltr";

    public IReadOnlyCollection<string> Names => byName.Keys;

    /// <summary>Null: this message has no such part.</summary>
    public string? Find(string name) => byName.GetValueOrDefault(name);

    /// <param name="language">The language.</param>
    /// <param name="json">An object of texts.</param>
    /// <param name="over">What replaces some of them; null: nothing does.</param>
    /// <exception cref="JsonException">One of them is no such object.</exception>
    public static Texts Read(string language, byte[] json, byte[]? over)
    {
        var texts = new Dictionary<string, string>(StringComparer.Ordinal);
        Add(texts, json);
        if (over is not null)
            Add(texts, over);
        return new(language, texts);
    }

    /// <summary>A time span as people say it, such as "5 minutes"; what is left over is left out.</summary>
    public string Say(TimeSpan span)
    {
        var (unit, number) = span switch
        {
            { TotalMinutes: < 1 } => ("seconds", (long)span.TotalSeconds),
            { TotalMinutes: < 120 } => ("minutes", (long)span.TotalMinutes),
            { TotalHours: < 72 } => ("hours", (long)span.TotalHours),
            _ => ("days", (long)span.TotalDays),
        };
        var form = Find($"{unit}.{FormOf(number)}") ?? Find($"{unit}.other") ?? "{{ n }}";
        return form.Replace("{{ n }}", number.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);
    }

    // The plural rules of CLDR for the languages that we have; others have one form but for one.
    private string FormOf(long number) => Language switch
    {
        "fr" or "pt" => number is 0 or 1 ? "one" : "other",
        "pl" => number == 1 ? "one" : number % 10 is >= 2 and <= 4 && number % 100 is not (>= 12 and <= 14) ? "few" : "other",
        _ => number == 1 ? "one" : "other",
    };

    private static void Add(Dictionary<string, string> texts, byte[] json)
    {
        using var read = JsonDocument.Parse(json);
        if (read.RootElement.ValueKind != JsonValueKind.Object)
            throw new JsonException("It should be an object of texts.");
        foreach (var text in read.RootElement.EnumerateObject())
        {
            texts[text.Name] = text.Value.ValueKind == JsonValueKind.String
                ? text.Value.GetString()!
                : throw new JsonException($"{text.Name} should be a text.");
        }
    }
}
