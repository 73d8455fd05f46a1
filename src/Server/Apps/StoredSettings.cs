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

    private readonly AppSettings settings;
    private readonly JsonTypeInfo<AppOptions> json;

    public StoredSettings(AppSettings settings)
    {
        this.settings = settings;
        var options = new JsonSerializerOptions { TypeInfoResolver = JsonTypeInfoResolver.Combine(this, SettingValues.Default) };
        json = (JsonTypeInfo<AppOptions>)options.GetTypeInfo(typeof(AppOptions));
    }

    /// <summary>Of an app that keeps the rules.</summary>
    public string Write(AppOptions app) => JsonSerializer.Serialize(settings.Kept(app), json);

    public AppOptions Read(string id, string text)
    {
        var app = JsonSerializer.Deserialize(text, json)!;
        app.Id = id;
        return app;
    }

    public JsonTypeInfo? GetTypeInfo(Type type, JsonSerializerOptions options)
        => type == typeof(AppOptions) ? SettingsJson.Object(options, Body, settings.All) : settings.JsonOf(type, options);
}
