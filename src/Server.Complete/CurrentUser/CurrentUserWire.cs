using System.Text.Json.Serialization;
using OpenPassage.Server.Http;

namespace OpenPassage.Server.Complete.CurrentUser;

/// <summary>The JSON of what people do with their own account, under the same rules as <see cref="Wire"/>.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    MaxDepth = Wire.MaxDepth,
    AllowDuplicateProperties = false,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    Converters = [typeof(WireDate)])]
[JsonSerializable(typeof(CurrentUserFound))]
[JsonSerializable(typeof(OwnDeviceList))]
[JsonSerializable(typeof(OwnDeviceFound))]
[JsonSerializable(typeof(OwnDeviceRevoked))]
[JsonSerializable(typeof(AdviseOwnDeviceRequest))]
[JsonSerializable(typeof(StartOwnDeviceRequest))]
[JsonSerializable(typeof(FinishOwnDeviceRequest))]
[JsonSerializable(typeof(RenameOwnDeviceRequest))]
[JsonSerializable(typeof(UpdateOwnMetadataRequest))]
[JsonSerializable(typeof(ChangeEmailRequest))]
[JsonSerializable(typeof(ChangePhoneRequest))]
[JsonSerializable(typeof(OwnMetadata))]
[JsonSerializable(typeof(OwnSessionList))]
internal sealed partial class CurrentUserWire : JsonSerializerContext;
