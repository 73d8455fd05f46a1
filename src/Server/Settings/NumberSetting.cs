using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Extensions.Configuration;

namespace OpenPassage.Server.Settings;

/// <summary>A whole number between two others.</summary>
internal sealed class NumberSetting<T> : Setting<T>
    where T : class
{
    public required Func<T, int> Get { get; init; }

    public required Action<T, int> Set { get; init; }

    /// <summary>What it is where nothing is said.</summary>
    public required int Unsaid { get; init; }

    /// <summary>The largest; the smallest is 0.</summary>
    public required int Most { get; init; }

    public override SettingKind Kind => SettingKind.Number;

    private string Predicate => $"should be a whole number from 0 to {Most}.";

    public override void Configure(IConfiguration section, T holder, Action<Complaint> wrong)
    {
        if (section[Name] is not { } text)
            return;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            Set(holder, number);
        else
            wrong(new(new SettingPath(Name), $"is '{text}' and {Predicate}"));
    }

    public override void Keep(T from, T to) => Set(to, Get(from));

    public override JsonPropertyInfo Json<TBody>(JsonSerializerOptions json, SettingsBody<TBody, T> body)
        => body.Read is null
            ? body.Member<long?>(
                json, this, holder => Get(holder), (holder, number) => Set(holder, (int)number!.Value),
                unreadable: number => number < 0 || number > Most ? $"{Member} {Predicate}" : null)
            : body.Member<long>(json, this, holder => Get(holder), (holder, number) => Set(holder, (int)number));

    protected override IEnumerable<Complaint> BrokenParts(T holder, SettingPath path, OpenPassageOptions server)
        => Get(holder) is var number && (number < 0 || number > Most) ? [new(path, $"is '{number}' and {Predicate}")] : [];

    protected override IReadOnlyList<string> Read(T holder) => [Get(holder).ToString(CultureInfo.InvariantCulture)];

    // What is no number becomes one that is not allowed, and is so refused.
    protected override void Write(T holder, IReadOnlyList<string> texts)
        => Set(holder, texts is not [{ Length: > 0 } text] ? Unsaid
            : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : -1);
}
