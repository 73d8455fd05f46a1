using System.Text.Json;

namespace OpenPassage.Server.Settings;

/// <summary>Which setting, and which part of it.</summary>
/// <param name="Text">As the configuration writes it, such as <c>AndroidApps:0:Package</c>.</param>
internal readonly record struct SettingPath(string Text)
{
    /// <summary>As JSON names it, such as <c>android_apps[0].package</c>.</summary>
    public string Member => string.Concat(Text.Split(':').Select((part, i) =>
        char.IsAsciiDigit(part[0]) ? $"[{part}]" : (i == 0 ? "" : ".") + JsonNamingPolicy.SnakeCaseLower.ConvertName(part)));

    public SettingPath In(string name) => new(Text.Length == 0 ? name : $"{Text}:{name}");

    public SettingPath At(int index) => new($"{Text}:{index}");
}

/// <summary>What is wrong with a setting.</summary>
/// <param name="Path">Which one.</param>
/// <param name="Predicate">The rest of a sentence that begins with its name.</param>
internal sealed record Complaint(SettingPath Path, string Predicate)
{
    /// <summary>For an app that is managed: the member is named as the wire names it.</summary>
    public string OnTheWire => Path.Member + Rest;

    private string Rest => Predicate[0] == ',' ? Predicate : $" {Predicate}";

    /// <summary>The same of what holds the setting.</summary>
    public Complaint Below(SettingPath path) => this with { Path = path.In(Path.Text) };

    /// <summary>For an app that is declared.</summary>
    /// <param name="place">Where in the configuration, such as <c>Apps:0</c>.</param>
    public string Declared(string place) => $"{OpenPassageOptions.Section}:{place}:{Path.Text}{Rest}";
}
