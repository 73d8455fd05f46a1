using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;

namespace OpenPassage.Conformance;

/// <summary>A recorded case that cannot be put to the core; the message says which part of it and why.</summary>
internal sealed class InexpressibleException(string why) : Exception(why);

/// <summary>Reads members of a recorded case. What is not there, or is something else, is said by name.</summary>
internal static class Reading
{
    public static JsonElement Member(this JsonElement json, string name)
        => json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var value)
            ? value
            : throw new InexpressibleException($"{name} is missing");

    /// <summary>Null: it is not there, or null.</summary>
    public static string? MaybeText(this JsonElement json, string name)
        => json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null
            ? TextOf(value, name)
            : null;

    public static string Text(this JsonElement json, string name) => TextOf(json.Member(name), name);

    public static bool Flag(this JsonElement json, string name) => json.Member(name).ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => throw new InexpressibleException($"{name} is neither true nor false"),
    };

    public static string[] Texts(this JsonElement json, string name)
        => json.Member(name) is { ValueKind: JsonValueKind.Array } list
            ? [.. list.EnumerateArray().Select(text => TextOf(text, name))]
            : throw new InexpressibleException($"{name} is no list");

    public static byte[] Bytes(this JsonElement json, string name)
    {
        var text = json.Text(name);
        return Express(name, () => Base64Url.DecodeFromChars(text));
    }

    /// <summary>Makes a value of the core, which may not take what was recorded.</summary>
    public static T Express<T>(string what, Func<T> make)
    {
        try
        {
            return make();
        }
        catch (Exception wrong)
            when (wrong is ArgumentException or FormatException or CryptographicException
                or OverflowException or InvalidOperationException or JsonException)
        {
            throw new InexpressibleException($"{what}: {wrong.Message.ReplaceLineEndings(" ")}");
        }
    }

    private static string TextOf(JsonElement value, string name)
        => value.ValueKind == JsonValueKind.String
            ? Express(name, () => value.GetString()!)
            : throw new InexpressibleException($"{name} is no text");
}
