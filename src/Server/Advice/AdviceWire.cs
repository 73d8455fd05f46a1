using System.Text.Json.Serialization;
using OpenPassage.Server.Http;

namespace OpenPassage.Server.Advice;

/// <summary>The JSON of advice, under the same rules as <see cref="Wire"/>.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    MaxDepth = Wire.MaxDepth,
    AllowDuplicateProperties = false,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    Converters = [typeof(WireDate)])]
[JsonSerializable(typeof(AdviseAuthenticationRequest))]
[JsonSerializable(typeof(SignInAdvised))]
[JsonSerializable(typeof(AdviseRegistrationRequest))]
[JsonSerializable(typeof(EnrolmentAdvised))]
internal sealed partial class AdviceWire : JsonSerializerContext;
