using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using OpenPassage.Server.Settings;

namespace OpenPassage.Server.Apps;

/// <summary>
/// An app's settings as one JSON text, with the members that the wire has. What is absent has its default, and what a newer program
/// has added is passed over.
/// </summary>
internal sealed class StoredSettings : IJsonTypeInfoResolver
{
    private static readonly SettingsBody<AppOptions, AppOptions> Body = new(static app => app, static (app, _, change) => change(app));

    private static readonly JsonSerializerOptions Options = new()
    {
        TypeInfoResolver = JsonTypeInfoResolver.Combine(new StoredSettings(), SettingValues.Default),
    };

    private static readonly JsonTypeInfo<AppOptions> Json = (JsonTypeInfo<AppOptions>)Options.GetTypeInfo(typeof(AppOptions));

    private StoredSettings()
    {
    }

    /// <summary>Of an app that keeps the rules.</summary>
    public static string Write(AppOptions app) => JsonSerializer.Serialize(AppSettings.Kept(app), Json);

    public static AppOptions Read(string id, string json)
    {
        var app = JsonSerializer.Deserialize(json, Json)!;
        app.Id = id;
        return app;
    }

    public JsonTypeInfo? GetTypeInfo(Type type, JsonSerializerOptions options)
        => type == typeof(AppOptions)
            ? SettingsJson.Object(options, Body, AppSettings.All)
            : AppSettings.All.Select(setting => setting.JsonOf(type, options)).FirstOrDefault(info => info is not null);
}
