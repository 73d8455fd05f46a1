using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace OpenPassage.Server.Settings;

/// <summary>How a body of JSON holds settings.</summary>
/// <param name="Read">What holds them; null: a request, which changes what it is not told of here.</param>
/// <param name="Change">Gets each member that is there: its name, and what it does to the settings.</param>
internal sealed record SettingsBody<TBody, T>(Func<TBody, T>? Read, Action<TBody, string, Action<T>> Change)
    where TBody : class
    where T : class
{
    /// <summary>Told of members that no rule could judge.</summary>
    public Action<TBody, string>? Complain { get; init; }

    /// <summary>Whether every member is there.</summary>
    public bool IsWhole { get; init; }

    /// <summary>A setting's member.</summary>
    /// <param name="json">The options that it is for.</param>
    /// <param name="setting">Which setting.</param>
    /// <param name="get">Its value.</param>
    /// <param name="set">Sets it to one that is not null.</param>
    /// <param name="isNullable">Whether it can be null, besides in a request.</param>
    /// <param name="unreadable">What is wrong with a value that no rule is asked about.</param>
    public JsonPropertyInfo Member<TValue>(
        JsonSerializerOptions json, Setting setting, Func<T, TValue?> get, Action<T, TValue> set, bool isNullable = false,
        Func<TValue, string?>? unreadable = null)
        => SettingsJson.Member<TBody, TValue>(
            json,
            setting.Member,
            // A list that cannot be read is not written either.
            body => Read is null ? default : get(Read(body)),
            (body, value) =>
            {
                if (value is null)
                    return;
                if (Complain is not null && unreadable?.Invoke(value) is { } complaint)
                    Complain(body, complaint);
                else
                    Change(body, setting.Name, holder => set(holder, value));
            },
            Read is null || isNullable,
            IsWhole || (Read is not null && setting.IsRequired));
}

/// <summary>The JSON of settings. Contracts are made of the list of settings, without reflection.</summary>
internal static class SettingsJson
{
    /// <summary>An object that holds settings.</summary>
    /// <param name="json">The options that it is for.</param>
    /// <param name="body">How it holds them.</param>
    /// <param name="settings">Which.</param>
    /// <param name="before">Members before them.</param>
    /// <param name="after">Members after them.</param>
    public static JsonTypeInfo<TBody> Object<TBody, T>(
        JsonSerializerOptions json, SettingsBody<TBody, T> body, IEnumerable<Setting<T>> settings,
        JsonPropertyInfo[]? before = null, JsonPropertyInfo[]? after = null)
        where TBody : class, new()
        where T : class
        => Object<TBody>(json, [.. before ?? [], .. settings.Select(setting => setting.Json(json, body)), .. after ?? []]);

    /// <summary>An object of these members.</summary>
    public static JsonTypeInfo<TBody> Object<TBody>(JsonSerializerOptions json, JsonPropertyInfo[] members)
        where TBody : class, new()
        => JsonMetadataServices.CreateObjectInfo(json, new JsonObjectInfoValues<TBody>
        {
            ObjectCreator = static () => new TBody(),
            PropertyMetadataInitializer = _ => members,
        });

    public static JsonTypeInfo<List<TItem>> List<TItem>(JsonSerializerOptions json)
        => JsonMetadataServices.CreateListInfo<List<TItem>, TItem>(
            json, new JsonCollectionInfoValues<List<TItem>> { ObjectCreator = static () => [] });

    public static JsonPropertyInfo Member<TBody, TValue>(
        JsonSerializerOptions json, string name, Func<TBody, TValue?> get, Action<TBody, TValue?> set, bool isNullable = false,
        bool isRequired = true)
        where TBody : class
    {
        var member = JsonMetadataServices.CreatePropertyInfo(json, new JsonPropertyInfoValues<TValue>
        {
            IsProperty = true,
            IsPublic = true,
            DeclaringType = typeof(TBody),
            PropertyName = name,
            JsonPropertyName = name,
            Getter = body => get((TBody)body),
            Setter = (body, value) => set((TBody)body, value),
        });
        member.IsGetNullable = member.IsSetNullable = isNullable;
        member.IsRequired = isRequired;
        return member;
    }
}
