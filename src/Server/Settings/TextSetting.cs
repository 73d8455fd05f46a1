using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Extensions.Configuration;

namespace OpenPassage.Server.Settings;

/// <summary>A text, or one of a few words.</summary>
internal sealed class TextSetting<T> : Setting<T>
    where T : class
{
    public required Func<T, string?> Get { get; init; }

    public required Action<T, string?> Set { get; init; }

    /// <summary>As it is kept; null: as it is.</summary>
    public Func<T, string?>? Kept { get; init; }

    /// <summary>The word that stands where none is said.</summary>
    public string Unsaid { get; init; } = "";

    /// <summary>What is wrong with a text, whatever else is set: a predicate, or null.</summary>
    public Func<string, string?>? Each { get; init; }

    public override SettingKind Kind => Words.Count == 0 ? SettingKind.Text : SettingKind.Word;

    public override void Configure(IConfiguration section, T holder, Action<Complaint> wrong)
    {
        if (section[Name] is { } text)
            Put(holder, text);
    }

    public override void Keep(T from, T to) => Set(to, (Kept ?? Get)(from));

    public override JsonPropertyInfo Json<TBody>(JsonSerializerOptions json, SettingsBody<TBody, T> body)
        => body.Member<string>(json, this, Get, Put, IsOptional && Kept is null);

    protected override IEnumerable<Complaint> BrokenParts(T holder, SettingPath path, OpenPassageOptions server)
        => Get(holder) is { } text && (NoWord(text) ?? Each?.Invoke(text)) is { } predicate ? [new(path, predicate)] : [];

    protected override IReadOnlyList<string> Read(T holder) => Get(holder) is { Length: > 0 } text ? [text] : [];

    protected override void Write(T holder, IReadOnlyList<string> texts)
        => Put(holder, texts is [{ Length: > 0 } text] ? text : Unsaid);

    private void Put(T holder, string text) => Set(holder, IsOptional && text.Length == 0 ? null : text);
}
