using System.Text.Json.Serialization;
using OpenPassage.Server.Http;

namespace OpenPassage.Server.Complete.Codes;

/// <summary>The JSON of codes, under the same rules as <see cref="Wire"/>.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    MaxDepth = Wire.MaxDepth,
    AllowDuplicateProperties = false,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    Converters = [typeof(WireDate)])]
[JsonSerializable(typeof(SendCodeRequest))]
[JsonSerializable(typeof(LoginCodeSent))]
[JsonSerializable(typeof(SignUpCodeSent))]
[JsonSerializable(typeof(ActivateCodeRequest))]
internal sealed partial class CodesWire : JsonSerializerContext;
