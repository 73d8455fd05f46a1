using System.Text.Json.Serialization;
using OpenPassage.Server.Http;

namespace OpenPassage.Server.Ready.Keys;

/// <summary>The JSON of readiness keys, under the same rules as <see cref="Wire"/>.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    MaxDepth = Wire.MaxDepth,
    AllowDuplicateProperties = false,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    Converters = [typeof(WireDate)])]
[JsonSerializable(typeof(CreateReadinessKeyRequest))]
[JsonSerializable(typeof(ManagedReadinessKey))]
[JsonSerializable(typeof(ReadinessKeyList))]
internal sealed partial class ReadinessKeysWire : JsonSerializerContext;
