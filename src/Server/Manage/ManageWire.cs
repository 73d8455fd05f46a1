using System.Text.Json.Serialization;
using OpenPassage.Server.Http;

namespace OpenPassage.Server.Manage;

/// <summary>The JSON of management, under the same rules as <see cref="Wire"/>; that of apps is <see cref="AppJson"/>.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    MaxDepth = Wire.MaxDepth,
    AllowDuplicateProperties = false,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    Converters = [typeof(WireDate)])]
[JsonSerializable(typeof(Done))]
[JsonSerializable(typeof(ManagedKey))]
[JsonSerializable(typeof(KeyList))]
[JsonSerializable(typeof(KeyMade))]
[JsonSerializable(typeof(CreateApiKeyRequest))]
[JsonSerializable(typeof(RotateApiKeyRequest))]
[JsonSerializable(typeof(AuditPage))]
[JsonSerializable(typeof(UsersFound))]
[JsonSerializable(typeof(UserShown))]
[JsonSerializable(typeof(UpdateUserRequest))]
[JsonSerializable(typeof(UserDevicesRevoked))]
[JsonSerializable(typeof(EventsFound))]
[JsonSerializable(typeof(ManagedEvent))]
[JsonSerializable(typeof(AppStatistics))]
internal sealed partial class ManageWire : JsonSerializerContext;
