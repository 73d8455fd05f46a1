using System.Text.Json.Serialization;
using OpenPassage.Server.Http;

namespace OpenPassage.Server.Complete.Accounts;

/// <summary>The JSON of accounts, under the same rules as <see cref="Wire"/>.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    MaxDepth = Wire.MaxDepth,
    AllowDuplicateProperties = false,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    Converters = [typeof(WireDate)])]
[JsonSerializable(typeof(PublicAppFound))]
[JsonSerializable(typeof(PublicUserFound))]
[JsonSerializable(typeof(SignUpRequest))]
[JsonSerializable(typeof(SignedUp))]
[JsonSerializable(typeof(string))]
[JsonSerializable(typeof(long))]
internal sealed partial class AccountsWire : JsonSerializerContext;
