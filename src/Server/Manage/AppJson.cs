using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using OpenPassage.Server.Apps;
using OpenPassage.Server.Settings;

namespace OpenPassage.Server.Manage;

/// <summary>The JSON of apps, made of the list of their settings, under the rules of <see cref="ManageWire"/>.</summary>
internal sealed class AppJson : IJsonTypeInfoResolver
{
    private AppJson()
    {
    }

    public static IJsonTypeInfoResolver Resolver { get; } = JsonTypeInfoResolver.Combine(new AppJson(), SettingValues.Default);

    private static JsonSerializerOptions Options { get; } = new(ManageWire.Default.Options)
    {
        TypeInfoResolver = JsonTypeInfoResolver.Combine(Resolver, ManageWire.Default),
    };

    public static JsonTypeInfo<T> Of<T>() => (JsonTypeInfo<T>)Options.GetTypeInfo(typeof(T));

    public JsonTypeInfo? GetTypeInfo(Type type, JsonSerializerOptions options)
    {
        if (type == typeof(ManagedApp))
            return ManagedApp.ToJson(options);
        if (type == typeof(AppList))
            return AppList.ToJson(options);
        if (type == typeof(List<ManagedApp>))
            return SettingsJson.List<ManagedApp>(options);
        if (type == typeof(CreateAppRequest))
            return CreateAppRequest.ToJson(options);
        return type == typeof(UpdateAppRequest)
            ? UpdateAppRequest.ToJson(options)
            : AppSettings.All.Select(setting => setting.JsonOf(type, options)).FirstOrDefault(info => info is not null);
    }
}
