using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace OpenPassage.Server.Complete.Accounts;

/// <summary>What an account may say of its user, and who may say it: the app's fields. No clock, no database.</summary>
internal static class MetadataSchema
{
    /// <summary>The longest text of a field, in characters.</summary>
    public const int MaxLength = 512;

    /// <summary>Writes a change into what is known.</summary>
    /// <param name="fields">The app's.</param>
    /// <param name="known">A JSON object, or null.</param>
    /// <param name="change">What is to be: a field that is null goes, one that is absent stays.</param>
    /// <param name="mayChange">Which fields the caller may change.</param>
    /// <returns>The whole as JSON, null when nothing is left; or a sentence that says what is wrong with the change.</returns>
    public static (string? Json, string? Complaint) Merge(
        IEnumerable<MetadataFieldOptions> fields, string? known, JsonElement change, Func<MetadataFieldOptions, bool> mayChange)
    {
        if (change.ValueKind is JsonValueKind.Null or JsonValueKind.Undefined)
            return (known, null);
        if (change.ValueKind != JsonValueKind.Object)
            return (null, "user_metadata is not a JSON object.");
        var byName = fields.ToDictionary(field => field.Name, StringComparer.Ordinal);
        var merged = known is null ? [] : JsonNode.Parse(known)!.AsObject();
        foreach (var member in change.EnumerateObject())
        {
            if (!byName.TryGetValue(member.Name, out var field))
                return (null, "user_metadata has a field that this app does not have.");
            if (!mayChange(field))
                return (null, $"user_metadata.{field.Name} cannot be set here.");
            if (member.Value.ValueKind == JsonValueKind.Null)
            {
                merged.Remove(field.Name);
                continue;
            }

            if (Read(field.Type, member.Value) is not { } value)
                return (null, $"user_metadata.{field.Name} is not {Describe(field.Type)}.");
            merged[field.Name] = value;
        }

        return (merged.Count == 0 ? null : merged.ToJsonString(), null);
    }

    /// <summary>As it is kept; null: it is none of this type.</summary>
    private static JsonValue? Read(string type, JsonElement value) => type switch
    {
        "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False ? JsonValue.Create(value.GetBoolean()) : null,
        "integer" => value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number) ? JsonValue.Create(number) : null,
        _ when value.ValueKind != JsonValueKind.String => null,
        "date" => DateOnly.TryParseExact(value.GetString(), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date)
            ? JsonValue.Create(date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture))
            : null,
        "email" => Identifiers.ParseEmail(value.GetString()!) is { } email ? JsonValue.Create(email.Value) : null,
        "phone" => Identifiers.ParsePhone(value.GetString()!) is { } phone ? JsonValue.Create(phone.Value) : null,
        _ => value.GetString() is { Length: <= MaxLength } text && !text.Contains('\0', StringComparison.Ordinal)
            ? JsonValue.Create(text)
            : null,
    };

    private static string Describe(string type) => type switch
    {
        "boolean" => "true or false",
        "integer" => "a whole number",
        "date" => "a date such as 2006-01-02",
        "email" => "an email address",
        "phone" => "a phone number such as +14155550123",
        _ => $"a text of at most {MaxLength} characters",
    };
}
