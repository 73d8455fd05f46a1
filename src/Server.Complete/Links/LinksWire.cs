using System.Text.Json.Serialization;
using OpenPassage.Server.Http;

namespace OpenPassage.Server.Complete.Links;

/// <summary>The JSON of links, under the same rules as <see cref="Wire"/>.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    MaxDepth = Wire.MaxDepth,
    AllowDuplicateProperties = false,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    Converters = [typeof(WireDate)])]
[JsonSerializable(typeof(SendLinkRequest))]
[JsonSerializable(typeof(LinkSent))]
[JsonSerializable(typeof(ActivateLinkRequest))]
[JsonSerializable(typeof(LinkStatusRequest))]
internal sealed partial class LinksWire : JsonSerializerContext;
