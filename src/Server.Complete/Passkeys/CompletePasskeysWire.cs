using System.Text.Json.Serialization;
using OpenPassage.Server.Http;

namespace OpenPassage.Server.Complete.Passkeys;

/// <summary>The JSON of sign-up and sign-in, under the same rules as <see cref="Wire"/>.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    MaxDepth = Wire.MaxDepth,
    AllowDuplicateProperties = false,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    Converters = [typeof(WireDate)])]
[JsonSerializable(typeof(StartSignUpRequest))]
[JsonSerializable(typeof(StartedForUser))]
[JsonSerializable(typeof(FinishSignUpRequest))]
[JsonSerializable(typeof(StartLoginRequest))]
[JsonSerializable(typeof(FinishLoginRequest))]
[JsonSerializable(typeof(LoginFinished))]
internal sealed partial class CompletePasskeysWire : JsonSerializerContext;
