using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Extensions.Configuration;

namespace OpenPassage.Server.Settings;

/// <summary>A span of time, in whole seconds everywhere but in the configuration; 0 is none.</summary>
internal sealed class SpanSetting<T> : Setting<T>
    where T : class
{
    /// <summary>What it is where nothing is said; null: none.</summary>
    public TimeSpan? Unsaid { get; init; }

    /// <summary>Whether 0 is a span like others; else it is none.</summary>
    public bool HasZero { get; init; }

    /// <summary>The longest.</summary>
    public TimeSpan Most { get; init; } = TimeSpan.FromDays(1);

    public required Func<T, TimeSpan?> Get { get; init; }

    public required Action<T, TimeSpan?> Set { get; init; }

    public override SettingKind Kind => SettingKind.Span;

    public override string Member => $"{base.Member}_seconds";

    public override void Configure(IConfiguration section, T holder, Action<Complaint> wrong)
    {
        if (section[Name] is not { } text)
            return;
        if (TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var span))
            Set(holder, span);
        else
            wrong(new(new SettingPath(Name), $"is '{text}' and should be hours:minutes:seconds, such as 00:05:00."));
    }

    public override void Keep(T from, T to) => Set(to, Get(from) is { } span ? TimeSpan.FromSeconds((long)span.TotalSeconds) : null);

    public override JsonPropertyInfo Json<TBody>(JsonSerializerOptions json, SettingsBody<TBody, T> body)
        => body.Member<long?>(
            json,
            this,
            holder => (long?)Get(holder)?.TotalSeconds,
            (holder, seconds) => Put(holder, seconds!.Value),
            isNullable: true,
            seconds => seconds < 0 || seconds > (long)Most.TotalSeconds ? $"{Member} is a number of seconds, or 0 for {None}." : null);

    protected override IEnumerable<Complaint> BrokenParts(T holder, SettingPath path, OpenPassageOptions server) => [];

    protected override IReadOnlyList<string> Read(T holder)
        => Get(holder) is { } span ? [((long)span.TotalSeconds).ToString(CultureInfo.InvariantCulture)] : [];

    protected override void Write(T holder, IReadOnlyList<string> texts)
    {
        // What is no number becomes a span that no rule lets pass, and is so refused.
        if (texts is not [{ Length: > 0 } text])
            Set(holder, Unsaid);
        else if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds))
            Put(holder, seconds);
        else
            Set(holder, TimeSpan.Zero);
    }

    private void Put(T holder, long seconds) => Set(holder, seconds == 0 && !HasZero ? Unsaid : TimeSpan.FromSeconds(seconds));
}
