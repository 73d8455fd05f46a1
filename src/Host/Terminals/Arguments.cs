using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace OpenPassage.Host.Terminals;

/// <summary>Options that several commands have.</summary>
internal static class Arguments
{
    public static Option<string> App() => new("--app") { Description = "The app's id.", Required = true };

    public static Option<string?> Text(string name, string description) => new(name) { Description = description };

    public static Option<string[]> Texts(string name, string description)
        => new(name) { Description = description, AllowMultipleArgumentsPerToken = false };

    public static Option<bool> Flag(string name, string description) => new(name) { Description = description };

    public static Option<int> Limit() => new("--limit") { Description = "The maximum number to list.", DefaultValueFactory = _ => 50 };

    /// <summary>Such as <c>90d</c>, <c>12h</c>, <c>30m</c> or <c>45s</c>.</summary>
    public static Option<TimeSpan?> Span(string name, string description) => new(name) { Description = description, CustomParser = ToSpan };

    /// <summary>A date or a time in UTC.</summary>
    public static Option<DateTimeOffset?> Time(string name, string description)
        => new(name) { Description = description, CustomParser = ToTime };

    /// <summary>Only these words.</summary>
    public static Option<string?> Word(string name, string description, params string[] words)
    {
        var option = Text(name, $"{description}: {string.Join(", ", words)}.");
        option.AcceptOnlyFromAmong(words);
        return option;
    }

    private static TimeSpan? ToSpan(ArgumentResult argument)
    {
        var text = argument.Tokens.Single().Value;
        if (text.Length > 1
            && int.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            TimeSpan? span = text[^1] switch
            {
                'd' when number < 100_000 => TimeSpan.FromDays(number),
                'h' => TimeSpan.FromHours(number),
                'm' => TimeSpan.FromMinutes(number),
                's' => TimeSpan.FromSeconds(number),
                _ => null,
            };
            if (span is not null)
                return span;
        }

        argument.AddError($"'{text}' is no span of time such as 90d, 12h, 30m or 45s.");
        return null;
    }

    private static DateTimeOffset? ToTime(ArgumentResult argument)
    {
        var text = argument.Tokens.Single().Value;
        if (DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time))
            return time;
        argument.AddError($"'{text}' is not a time such as 2026-01-02 or 2026-01-02T15:04:05Z.");
        return null;
    }
}
