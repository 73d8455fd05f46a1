using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using OpenPassage.Server.Settings;

namespace OpenPassage.Server.Apps;

/// <summary>
/// The settings that an app can have: those of all rooms, each declared once. From it come their places in the configuration, members in
/// JSON, fields at the console, options of the command line, rows in the guide, and the rules that they keep. What a setting does is read
/// where it takes effect.
/// </summary>
/// <param name="all">In the order in which JSON has them.</param>
internal sealed class AppSettings(IEnumerable<Setting<AppOptions>> all)
{
    public IReadOnlyList<Setting<AppOptions>> All { get; } = [.. all];

    /// <summary>As fields of a form and options of a command.</summary>
    public IReadOnlyList<SettingField<AppOptions>> Fields => field ??= [.. All.SelectMany(setting => setting.Fields)];

    /// <summary>The settings of an app that keeps the rules, as they are kept.</summary>
    public AppOptions Kept(AppOptions app)
    {
        var kept = new AppOptions { Id = app.Id };
        foreach (var setting in All)
            setting.Keep(app, kept);
        return kept;
    }

    /// <summary>Every rule that is broken.</summary>
    /// <param name="app">The app as configured.</param>
    /// <param name="server">The settings that it is to live with.</param>
    public IEnumerable<Complaint> Broken(AppOptions app, OpenPassageOptions server)
        => AppRules.Broken(app).Concat(All.SelectMany(setting => setting.Broken(app, new SettingPath(""), server)));

    /// <summary>The JSON of a type that one of them alone has; null: it is none of them.</summary>
    public JsonTypeInfo? JsonOf(Type type, JsonSerializerOptions json)
        => All.Select(setting => setting.JsonOf(type, json)).FirstOrDefault(info => info is not null);
}
