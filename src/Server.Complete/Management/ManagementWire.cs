using System.Text.Json.Serialization;
using OpenPassage.Server.Http;

namespace OpenPassage.Server.Complete.Management;

/// <summary>The JSON of management, under the same rules as <see cref="Wire"/>.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    MaxDepth = Wire.MaxDepth,
    AllowDuplicateProperties = false,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    Converters = [typeof(WireDate)])]
[JsonSerializable(typeof(CreateAccountRequest))]
[JsonSerializable(typeof(CreateMagicLinkRequest))]
[JsonSerializable(typeof(MagicLinkCreated))]
[JsonSerializable(typeof(AccountCreated))]
[JsonSerializable(typeof(UpdateAccountRequest))]
[JsonSerializable(typeof(AuditedAccount))]
[JsonSerializable(typeof(CompleteAppFound))]
[JsonSerializable(typeof(UserSessionList))]
[JsonSerializable(typeof(UserSessionsRevoked))]
[JsonSerializable(typeof(SigningKeyList))]
[JsonSerializable(typeof(RotateSigningKeyRequest))]
[JsonSerializable(typeof(SigningKeyRotated))]
[JsonSerializable(typeof(MessagesFound))]
[JsonSerializable(typeof(SendTestMessageRequest))]
[JsonSerializable(typeof(TestMessageSent))]
[JsonSerializable(typeof(AuditedTest))]
[JsonSerializable(typeof(MessagePreview))]
[JsonSerializable(typeof(string))]
[JsonSerializable(typeof(long))]
internal sealed partial class ManagementWire : JsonSerializerContext;
