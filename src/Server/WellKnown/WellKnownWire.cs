using System.Text.Json.Serialization;
using OpenPassage.Server.Http;

namespace OpenPassage.Server.WellKnown;

/// <summary>The JSON of the documents of a domain, under the same rules as <see cref="Wire"/>.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    MaxDepth = Wire.MaxDepth,
    AllowDuplicateProperties = false,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    Converters = [typeof(WireDate)])]
[JsonSerializable(typeof(RelatedOriginsDocument))]
[JsonSerializable(typeof(PasskeyEndpointsDocument))]
[JsonSerializable(typeof(AssetLinks))]
[JsonSerializable(typeof(AppleAppSiteAssociation))]
internal sealed partial class WellKnownWire : JsonSerializerContext;
