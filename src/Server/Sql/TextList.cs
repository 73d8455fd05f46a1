using System.Text.Json;
using System.Text.Json.Serialization;

namespace OpenPassage.Server.Sql;

/// <summary>Several texts in one column, as a JSON array.</summary>
internal static class TextList
{
    public static string ToColumn(IEnumerable<string> texts) => JsonSerializer.Serialize([.. texts], TextListJson.Default.StringArray);

    public static string[] FromColumn(string json) => JsonSerializer.Deserialize(json, TextListJson.Default.StringArray) ?? [];
}

[JsonSerializable(typeof(string[]))]
internal sealed partial class TextListJson : JsonSerializerContext;
