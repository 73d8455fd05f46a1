using System.Text.Json.Serialization;
using OpenPassage.Server.Http;

namespace OpenPassage.Server.Flex;

/// <summary>The JSON of Flex, under the same rules as <see cref="Wire"/>.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    MaxDepth = Wire.MaxDepth,
    AllowDuplicateProperties = false,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    Converters = [typeof(WireDate)])]
[JsonSerializable(typeof(RegisterTransactionRequest))]
[JsonSerializable(typeof(AuthenticateTransactionRequest))]
[JsonSerializable(typeof(TransactionCreated))]
[JsonSerializable(typeof(StartRegistrationRequest))]
[JsonSerializable(typeof(StartedRegistration))]
[JsonSerializable(typeof(FinishRegistrationRequest))]
[JsonSerializable(typeof(StartAuthenticationRequest))]
[JsonSerializable(typeof(StartedAuthentication))]
[JsonSerializable(typeof(FinishAuthenticationRequest))]
[JsonSerializable(typeof(CeremonyFinished))]
[JsonSerializable(typeof(VerifyNonceRequest))]
[JsonSerializable(typeof(NonceVerified))]
[JsonSerializable(typeof(UserList))]
[JsonSerializable(typeof(UserFound))]
[JsonSerializable(typeof(DeviceList))]
[JsonSerializable(typeof(RenameDeviceRequest))]
[JsonSerializable(typeof(DeviceRenamed))]
[JsonSerializable(typeof(DeviceRevoked))]
internal sealed partial class FlexWire : JsonSerializerContext;
