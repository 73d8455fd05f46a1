using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace OpenPassage.Server.Settings;

/// <summary>Reads settings by hand: a value that is no number or no time span gets a sentence too.</summary>
/// <param name="section">The section <c>OpenPassage</c>.</param>
/// <param name="wrong">Gets each sentence, and what is wrong counts as absent; null: the first is thrown.</param>
internal sealed class SettingsReader(IConfiguration section, ICollection<string>? wrong = null)
{
    [return: NotNullIfNotNull(nameof(unset))]
    public string? Text(string setting, string? unset) => section[setting] ?? unset;

    // An empty one is none, as an environment variable without a value means it.
    public string? File(string setting, string? unset) => section[setting] is { Length: > 0 } path ? path : unset;

    public void Add(string setting, IList<string> list)
    {
        foreach (var item in section.GetSection(setting).GetChildren())
            list.Add(item.Value ?? "");
    }

    public TimeSpan Lifetime(string setting, TimeSpan unset)
    {
        if (section[setting] is not { } text)
            return unset;
        if (TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var lifetime))
            return lifetime;
        Wrong(setting, $"is '{text}' and should be hours:minutes:seconds, such as 00:05:00.");
        return unset;
    }

    public bool Flag(string setting, bool unset)
    {
        if (section[setting] is not { } text)
            return unset;
        if (bool.TryParse(text, out var flag))
            return flag;
        Wrong(setting, $"is '{text}' and should be true or false.");
        return unset;
    }

    public int Limit(string setting, int unset)
    {
        if (section[setting] is not { } text)
            return unset;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var limit))
            return limit;
        Wrong(setting, $"is '{text}' and should be a number, or 0 for no limit.");
        return unset;
    }

    /// <summary>Tells what is wrong with a setting, or stops the start with it.</summary>
    public void Wrong(string setting, string predicate)
    {
        if (wrong is null)
            throw WrongSetting.Make(setting, predicate);
        wrong.Add(WrongSetting.Sentence(setting, predicate));
    }
}
