using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;

namespace OpenPassage.Server.Http;

/// <summary>
/// The JSON of the wire. The server's own options, whatever the application it runs in has set for itself: snake_case, absent
/// and null are the same in requests, unknown members are ignored, a member that comes twice is refused. Each room has a context of its
/// own under the same rules; here is what all of them need.
/// </summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    MaxDepth = MaxDepth,
    AllowDuplicateProperties = false,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    Converters = [typeof(WireDate)])]
[JsonSerializable(typeof(Error))]
internal sealed partial class Wire : JsonSerializerContext
{
    /// <summary>How deep a request's JSON may nest: a browser's response needs 5.</summary>
    public const int MaxDepth = 16;

    public static Task WriteAsync<T>(HttpResponse response, T body, JsonTypeInfo<T> type)
    {
        var utf8 = JsonSerializer.SerializeToUtf8Bytes(body, type);
        response.ContentType = "application/json";
        response.ContentLength = utf8.Length;
        return response.Body.WriteAsync(utf8, response.HttpContext.RequestAborted).AsTask();
    }
}

/// <summary>RFC 3339 in UTC with six decimals; the zero time, which means never, stands without.</summary>
internal sealed class WireDate : JsonConverter<DateTimeOffset>
{
    private const string SixDecimals = "yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'";

    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        => reader.GetDateTimeOffset();

    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value == default
            ? "0001-01-01T00:00:00Z"
            : value.UtcDateTime.ToString(SixDecimals, CultureInfo.InvariantCulture));
}
