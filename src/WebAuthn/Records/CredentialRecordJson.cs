using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using OpenPassage.WebAuthn.Data;

namespace OpenPassage.WebAuthn.Records;

/// <summary>A credential record in JSON: how it is written, and how strictly it is read back.</summary>
internal sealed record CredentialRecordJson(
    int Version,
    string Id,
    string UserHandle,
    string PublicKey,
    uint SignCount,
    bool UvInitialized,
    bool? BackupEligible,
    bool BackupState,
    string[] Transports,
    Guid Aaguid,
    string? RpId,
    string? AttestationObject,
    string? AttestationClientData)
{
    private const int CurrentVersion = 1;
    private const int MaxKeyLength = 16 * 1024;

    // Bytes. An unknown name is refused anyway, but by an exception that repeats it many times over.
    private const int MaxNameLength = 64;

    public static byte[] Write(CredentialRecord record) => JsonSerializer.SerializeToUtf8Bytes(
        new CredentialRecordJson(
            CurrentVersion,
            record.Id.ToString(),
            record.UserHandle.ToString(),
            Base64Url.EncodeToString(record.PublicKey.Span),
            record.SignCount,
            record.UvInitialized,
            record.BackupEligible,
            record.BackupState,
            [.. record.Transports],
            record.Aaguid,
            record.RpId,
            record.AttestationObject is { } attestationObject ? Base64Url.EncodeToString(attestationObject.Span) : null,
            record.AttestationClientData is { } clientData ? Base64Url.EncodeToString(clientData.Span) : null),
        CredentialRecordJsonContext.Default.CredentialRecordJson);

    public static bool TryRead(ReadOnlySpan<byte> utf8Json, [NotNullWhen(true)] out CredentialRecord? record)
    {
        record = null;
        try
        {
            if (!HasShortNames(utf8Json))
                return false;
            record = JsonSerializer.Deserialize(utf8Json, CredentialRecordJsonContext.Default.CredentialRecordJson)?.ToRecord();
        }
        catch (JsonException)
        {
            return false;
        }
        return record is not null;
    }

    private static bool HasShortNames(ReadOnlySpan<byte> utf8Json)
    {
        var reader = new Utf8JsonReader(utf8Json);
        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.PropertyName && reader.ValueSpan.Length > MaxNameLength)
                return false;
        }

        return true;
    }

    private CredentialRecord? ToRecord()
    {
        if (Version != CurrentVersion || Array.Exists(Transports, transport => transport is null))
            return null;
        if (Decode(Id, CredentialId.MaxLength) is not { Length: > 0 } id)
            return null;
        if (Decode(UserHandle, WebAuthn.UserHandle.MaxLength) is not { Length: > 0 } handle)
            return null;
        if (Decode(PublicKey, MaxKeyLength) is not { Length: > 0 } publicKey)
            return null;
        var attestationObject = AttestationObject is null ? null : Decode(AttestationObject, Data.AttestationObject.MaxLength);
        var clientData = AttestationClientData is null ? null : Decode(AttestationClientData, ClientData.MaxLength);
        if (attestationObject is null != AttestationObject is null || clientData is null != AttestationClientData is null)
            return null;
        return new CredentialRecord
        {
            Id = CredentialId.Own(id),
            UserHandle = WebAuthn.UserHandle.Own(handle),
            PublicKey = publicKey,
            SignCount = SignCount,
            UvInitialized = UvInitialized,
            BackupEligible = BackupEligible,
            BackupState = BackupState,
            Transports = Transports,
            Aaguid = Aaguid,
            RpId = RpId,
            AttestationObject = attestationObject is null ? default(ReadOnlyMemory<byte>?) : attestationObject,
            AttestationClientData = clientData is null ? default(ReadOnlyMemory<byte>?) : clientData,
        };
    }

    // What is exported here is never padded.
    private static byte[]? Decode(string text, int maxLength) =>
        text.EndsWith('=') ? null : JsonInput.Decode(Encoding.UTF8.GetBytes(text), maxLength);
}

/// <summary>Source-generated and strict: every member once, none unknown, none null that may not be.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    AllowDuplicateProperties = false,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(CredentialRecordJson))]
internal sealed partial class CredentialRecordJsonContext : JsonSerializerContext;
