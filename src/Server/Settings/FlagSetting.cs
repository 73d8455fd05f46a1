using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Extensions.Configuration;

namespace OpenPassage.Server.Settings;

/// <summary>True or false.</summary>
internal sealed class FlagSetting<T> : Setting<T>
    where T : class
{
    public required Func<T, bool> Get { get; init; }

    public required Action<T, bool> Set { get; init; }

    /// <summary>What it is where nothing is said.</summary>
    public bool Unsaid { get; init; }

    public override SettingKind Kind => SettingKind.Flag;

    public override void Configure(IConfiguration section, T holder, Action<Complaint> wrong)
    {
        if (section[Name] is not { } text)
            return;
        if (bool.TryParse(text, out var flag))
            Set(holder, flag);
        else
            wrong(new(new SettingPath(Name), $"is '{text}' and should be true or false."));
    }

    public override void Keep(T from, T to) => Set(to, Get(from));

    public override JsonPropertyInfo Json<TBody>(JsonSerializerOptions json, SettingsBody<TBody, T> body)
        => body.Read is null
            ? body.Member<bool?>(json, this, holder => Get(holder), (holder, flag) => Set(holder, flag!.Value))
            : body.Member<bool>(json, this, Get, Set);

    protected override IEnumerable<Complaint> BrokenParts(T holder, SettingPath path, OpenPassageOptions server) => [];

    protected override IReadOnlyList<string> Read(T holder) => [Get(holder) ? "true" : "false"];

    protected override void Write(T holder, IReadOnlyList<string> texts)
        => Set(holder, texts is [{ Length: > 0 } text] ? text == "true" : Unsaid);
}
