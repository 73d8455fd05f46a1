using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Extensions.Configuration;

namespace OpenPassage.Server.Settings;

/// <summary>What a setting holds, and so how a form and a command ask for it.</summary>
internal enum SettingKind
{
    Text,
    Word,
    Flag,
    Span,
    Number,
    Texts,
    Records,
}

/// <summary>One of the words that a setting allows.</summary>
/// <param name="Word">As it is written everywhere.</param>
/// <param name="Label">As a form shows it.</param>
internal sealed record SettingWord(string Word, string Label)
{
    public static implicit operator SettingWord(string word) => new(word, word);

    public static implicit operator SettingWord((string Word, string Label) word) => new(word.Word, word.Label);
}

/// <summary>A part of the form; one that is within another is folded.</summary>
internal sealed record SettingSection(string Title, SettingSection? Within = null);

/// <summary>What a setting is called and what is said of it, wherever it is shown.</summary>
internal abstract class Setting
{
    /// <summary>In the configuration, such as <c>CounterPolicy</c>; in JSON, <c>counter_policy</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The option of a command, without its dashes. Of what has parts, each has its own.</summary>
    public string Option { get; init; } = "";

    /// <summary>In a form.</summary>
    public string Label { get; init; } = "";

    /// <summary>One short sentence, for a form and a command.</summary>
    public string Help { get; init; } = "";

    /// <summary>How an item of a list is written on the command line, where that says more than the help.</summary>
    public string Example { get; init; } = "";

    /// <summary>In the guide, as Markdown.</summary>
    public string Meaning { get; init; } = "";

    /// <summary>The default as the guide writes it.</summary>
    public string Default { get; init; } = "none";

    /// <summary>What is shown where nothing is set.</summary>
    public string None { get => field ?? Default.Replace("`", "", StringComparison.Ordinal); init; }

    public SettingSection? Section { get; init; }

    /// <summary>The only words that are allowed; empty: any.</summary>
    public IReadOnlyList<SettingWord> Words { get; init; } = [];

    /// <summary>Whether it may be left out or taken away; empty is then none.</summary>
    public bool IsOptional { get; init; }

    /// <summary>Whether what it is a part of is nothing without it.</summary>
    public bool IsRequired { get; init; }

    public abstract SettingKind Kind { get; }

    /// <summary>In JSON.</summary>
    public virtual string Member => new SettingPath(Name).Member;

    /// <summary>Where the guide says it is set: the first in full, the others by how they differ.</summary>
    public virtual IReadOnlyList<string> Places => [Name];

    /// <summary>What is wrong with a word that is none of the allowed.</summary>
    protected string? NoWord(string text)
    {
        if (Words.Count == 0 || Words.Any(word => word.Word == text))
            return null;
        var words = Words.Count > 4
            ? $"one of {string.Join(", ", Words.Select(word => word.Word))}"
            : $"{string.Join(", ", Words.SkipLast(1).Select(word => word.Word))} or {Words[^1].Word}";
        return $"is '{text}' and should be {words}{(IsOptional ? ", or left out" : "")}.";
    }
}

/// <summary>
/// One setting of what <typeparamref name="T"/> holds: how each surface reads and writes it. It is declared once, in a product's list,
/// and the configuration, the API, the console, the command line, the audit, the database and the guide all read that list.
/// </summary>
internal abstract class Setting<T> : Setting
    where T : class
{
    /// <summary>What is wrong with it where every part of it is good by itself: a predicate, or null.</summary>
    public Func<T, OpenPassageOptions, string?>? Rule { get; init; }

    /// <summary>As texts, for forms and commands; what has parts is a field each.</summary>
    public virtual IEnumerable<SettingField<T>> Fields => [new(this, new SettingPath(Name), Read, Write)];

    /// <summary>Reads the configuration; what is absent stays.</summary>
    /// <param name="section">Of what holds it.</param>
    /// <param name="holder">Gets it.</param>
    /// <param name="wrong">Told what cannot be read.</param>
    public abstract void Configure(IConfiguration section, T holder, Action<Complaint> wrong);

    /// <summary>Takes it over from another, as it is to be kept.</summary>
    public abstract void Keep(T from, T to);

    /// <summary>Its member in JSON.</summary>
    public abstract JsonPropertyInfo Json<TBody>(JsonSerializerOptions json, SettingsBody<TBody, T> body)
        where TBody : class;

    /// <summary>The JSON of a type that only this setting has; null: it is none of them.</summary>
    public virtual JsonTypeInfo? JsonOf(Type type, JsonSerializerOptions json) => null;

    /// <summary>What no rule is asked about: a sentence, or null.</summary>
    public virtual string? Unreadable(T holder) => null;

    /// <summary>Every rule that is broken.</summary>
    public IEnumerable<Complaint> Broken(T holder, SettingPath at, OpenPassageOptions server)
    {
        var path = at.In(Name);
        var parts = BrokenParts(holder, path, server).ToList();
        return parts is [] && Rule?.Invoke(holder, server) is { } predicate ? [new(path, predicate)] : parts;
    }

    protected abstract IEnumerable<Complaint> BrokenParts(T holder, SettingPath path, OpenPassageOptions server);

    protected virtual IReadOnlyList<string> Read(T holder) => [];

    protected virtual void Write(T holder, IReadOnlyList<string> texts)
    {
    }
}

/// <summary>A setting, or a part of one, as texts.</summary>
/// <param name="About">What it is called.</param>
/// <param name="Path">Where it is.</param>
/// <param name="Read">Its value: none, one, or a list's.</param>
/// <param name="Write">Sets it; none: the default.</param>
internal sealed record SettingField<T>(
    Setting About, SettingPath Path, Func<T, IReadOnlyList<string>> Read, Action<T, IReadOnlyList<string>> Write)
    where T : class
{
    /// <summary>The same for what holds its holder.</summary>
    public SettingField<TOuter> In<TOuter>(string name, Func<TOuter, T> part)
        where TOuter : class
        => new(About, new SettingPath(name).In(Path.Text), outer => Read(part(outer)), (outer, texts) => Write(part(outer), texts));
}
