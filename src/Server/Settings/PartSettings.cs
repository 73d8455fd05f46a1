using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Extensions.Configuration;

namespace OpenPassage.Server.Settings;

/// <summary>Settings that belong together: an object in JSON, which is replaced as a whole; a field each in forms and commands.</summary>
internal sealed class PartSetting<T, TPart> : Setting<T>
    where T : class
    where TPart : class, new()
{
    private static readonly SettingsBody<TPart, TPart> Body = new(static part => part, static (part, _, change) => change(part));

    public required Func<T, TPart> Part { get; init; }

    public required IReadOnlyList<Setting<TPart>> Parts { get; init; }

    public override SettingKind Kind => SettingKind.Records;

    public override IReadOnlyList<string> Places
        => [.. Parts.SelectMany(part => part.Places).Select((place, i) => i == 0 ? $"{Name}:{place}" : $":{place}")];

    public override IEnumerable<SettingField<T>> Fields => Parts.SelectMany(part => part.Fields).Select(one => one.In(Name, Part));

    public override void Configure(IConfiguration section, T holder, Action<Complaint> wrong)
    {
        foreach (var part in Parts)
            part.Configure(section.GetSection(Name), Part(holder), complaint => wrong(complaint.Below(new(Name))));
    }

    public override void Keep(T from, T to) => Put(to, Part(from));

    public override JsonPropertyInfo Json<TBody>(JsonSerializerOptions json, SettingsBody<TBody, T> body)
        => body.Member<TPart>(json, this, Part, Put, unreadable: Unreadable);

    public override JsonTypeInfo? JsonOf(Type type, JsonSerializerOptions json)
        => type == typeof(TPart)
            ? SettingsJson.Object(json, Body, Parts)
            : Parts.Select(part => part.JsonOf(type, json)).FirstOrDefault(info => info is not null);

    protected override IEnumerable<Complaint> BrokenParts(T holder, SettingPath path, OpenPassageOptions server)
        => Parts.SelectMany(part => part.Broken(Part(holder), path, server));

    private string? Unreadable(TPart part) => Parts.Select(one => one.Unreadable(part)).FirstOrDefault(complaint => complaint is not null);

    private void Put(T holder, TPart value)
    {
        foreach (var part in Parts)
            part.Keep(value, Part(holder));
    }
}

/// <summary>A list of objects; in forms and commands each is one text, whose words are what it holds.</summary>
internal sealed class RecordsSetting<T, TItem> : Setting<T>
    where T : class
    where TItem : class, new()
{
    private static readonly SettingsBody<TItem, TItem> Body = new(static item => item, static (item, _, change) => change(item));

    public required Func<T, IList<TItem>> List { get; init; }

    public required IReadOnlyList<Setting<TItem>> Parts { get; init; }

    /// <summary>An item as words (<see cref="RecordWords"/>); the first one names it.</summary>
    public required Func<TItem, IEnumerable<string>> ToWords { get; init; }

    public required Func<string[], TItem> OfWords { get; init; }

    public override SettingKind Kind => SettingKind.Records;

    public override IReadOnlyList<string> Places
        => [.. Parts.SelectMany(part => part.Places).Select(place => place.Replace(":M", ":K", StringComparison.Ordinal))
            .Select((place, i) => i == 0 ? $"{Name}:M:{place}" : $":{place}")];

    public override void Configure(IConfiguration section, T holder, Action<Complaint> wrong)
    {
        foreach (var child in section.GetSection(Name).GetChildren())
        {
            var item = new TItem();
            foreach (var part in Parts)
                part.Configure(child, item, complaint => wrong(complaint.Below(new($"{Name}:{child.Key}"))));
            List(holder).Add(item);
        }
    }

    public override void Keep(T from, T to) => Put(to, [.. List(from).Select(Kept)]);

    public override JsonPropertyInfo Json<TBody>(JsonSerializerOptions json, SettingsBody<TBody, T> body)
        => body.Member<List<TItem>>(json, this, holder => [.. List(holder)], Put, unreadable: Unreadable);

    public override JsonTypeInfo? JsonOf(Type type, JsonSerializerOptions json)
    {
        if (type == typeof(List<TItem>))
            return SettingsJson.List<TItem>(json);
        return type == typeof(TItem)
            ? SettingsJson.Object(json, Body, Parts)
            : Parts.Select(part => part.JsonOf(type, json)).FirstOrDefault(info => info is not null);
    }

    protected override IEnumerable<Complaint> BrokenParts(T holder, SettingPath path, OpenPassageOptions server)
        => List(holder).SelectMany((item, i) => Parts.SelectMany(part => part.Broken(item, path.At(i), server)));

    protected override IReadOnlyList<string> Read(T holder) => [.. List(holder).Select(item => RecordWords.Join(' ', ToWords(item)))];

    protected override void Write(T holder, IReadOnlyList<string> texts)
        => Put(holder, [.. texts.Select(text => OfWords(RecordWords.Split(text)))]);

    private string? Unreadable(List<TItem> items)
        => items.Count > TextsSetting<T>.Most || items.Any(item => item is null)
            ? TextsSetting<T>.TooMany
            : items.SelectMany(item => Parts.Select(part => part.Unreadable(item))).FirstOrDefault(complaint => complaint is not null);

    private TItem Kept(TItem item)
    {
        var kept = new TItem();
        foreach (var part in Parts)
            part.Keep(item, kept);
        return kept;
    }

    private void Put(T holder, IReadOnlyList<TItem> items)
    {
        var list = List(holder);
        list.Clear();
        foreach (var item in items)
            list.Add(item);
    }
}
