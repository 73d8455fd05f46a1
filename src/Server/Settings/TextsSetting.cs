using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Extensions.Configuration;

namespace OpenPassage.Server.Settings;

/// <summary>A list of texts.</summary>
internal sealed class TextsSetting<T> : Setting<T>
    where T : class
{
    /// <summary>The most items of a list in a request.</summary>
    public const int Most = 100;

    public const string TooMany = "A list has at most 100 items, and none of them is null.";

    public required Func<T, IList<string>> List { get; init; }

    /// <summary>An item as it is kept; null: as it is.</summary>
    public Func<string, string>? Kept { get; init; }

    /// <summary>What is wrong with an item: a predicate, or null.</summary>
    public Func<string, T, string?>? Each { get; init; }

    public override SettingKind Kind => SettingKind.Texts;

    public override IReadOnlyList<string> Places => [$"{Name}:M"];

    public override void Configure(IConfiguration section, T holder, Action<Complaint> wrong)
    {
        foreach (var item in section.GetSection(Name).GetChildren())
            List(holder).Add(item.Value ?? "");
    }

    public override void Keep(T from, T to)
        => Put(to, [.. (Kept is null ? List(from) : List(from).Select(Kept)).Distinct(StringComparer.Ordinal)]);

    public override JsonPropertyInfo Json<TBody>(JsonSerializerOptions json, SettingsBody<TBody, T> body)
        => body.Member<List<string>>(
            json,
            this,
            holder => [.. List(holder)],
            Put,
            unreadable: items => items.Count > Most || items.Contains(null!) ? TooMany : null);

    public override string? Unreadable(T holder) => List(holder).Count > Most || List(holder).Contains(null!) ? TooMany : null;

    protected override IEnumerable<Complaint> BrokenParts(T holder, SettingPath path, OpenPassageOptions server)
    {
        var items = List(holder);
        for (var i = 0; i < items.Count; i++)
        {
            if ((NoWord(items[i]) ?? Each?.Invoke(items[i], holder)) is { } predicate)
                yield return new(path.At(i), predicate);
        }
    }

    protected override IReadOnlyList<string> Read(T holder) => [.. List(holder)];

    protected override void Write(T holder, IReadOnlyList<string> texts) => Put(holder, texts);

    private void Put(T holder, IReadOnlyList<string> items)
    {
        var list = List(holder);
        list.Clear();
        foreach (var item in items)
            list.Add(item);
    }
}
