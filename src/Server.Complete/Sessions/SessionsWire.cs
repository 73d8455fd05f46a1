using System.Text.Json.Serialization;
using OpenPassage.Server.Http;

namespace OpenPassage.Server.Complete.Sessions;

/// <summary>The JSON of sessions, under the same rules as <see cref="Wire"/>.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    MaxDepth = Wire.MaxDepth,
    AllowDuplicateProperties = false,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    Converters = [typeof(WireDate)])]
[JsonSerializable(typeof(RefreshRequest))]
[JsonSerializable(typeof(SignInAnswer))]
[JsonSerializable(typeof(Ended))]
[JsonSerializable(typeof(KeySet))]
[JsonSerializable(typeof(OpenIdConfiguration))]
internal sealed partial class SessionsWire : JsonSerializerContext;
