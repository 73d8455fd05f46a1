using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using OpenPassage.Server.Apps;
using OpenPassage.Server.Settings;

namespace OpenPassage.Server.Manage;

/// <summary>The JSON of apps, made of the list of their settings, under the rules of <see cref="ManageWire"/>.</summary>
internal sealed class AppJson : IJsonTypeInfoResolver
{
    private readonly AppSettings settings;
    private readonly JsonSerializerOptions options;

    public AppJson(AppSettings settings)
    {
        this.settings = settings;
        options = new(ManageWire.Default.Options)
        {
            TypeInfoResolver = JsonTypeInfoResolver.Combine(this, SettingValues.Default, ManageWire.Default),
        };
    }

    public JsonTypeInfo<T> Of<T>() => (JsonTypeInfo<T>)options.GetTypeInfo(typeof(T));

    public JsonTypeInfo? GetTypeInfo(Type type, JsonSerializerOptions options)
    {
        if (type == typeof(ManagedApp))
            return ManagedApp.ToJson(options, settings);
        if (type == typeof(AppList))
            return AppList.ToJson(options);
        if (type == typeof(List<ManagedApp>))
            return SettingsJson.List<ManagedApp>(options);
        if (type == typeof(CreateAppRequest))
            return CreateAppRequest.ToJson(options, settings);
        return type == typeof(UpdateAppRequest) ? UpdateAppRequest.ToJson(options, settings) : settings.JsonOf(type, options);
    }
}
