using System.Text.Json.Serialization;

namespace OpenPassage.WebAuthn.Metadata;

/// <summary>The members of a blob's payload that are read, of many.</summary>
internal sealed record MetadataPayload(string? LegalHeader, long? No, string? NextUpdate, MetadataPayloadEntry[]? Entries);

internal sealed record MetadataPayloadEntry(
    string? Aaguid, string[]? AttestationCertificateKeyIdentifiers, MetadataPayloadStatement? MetadataStatement, MetadataPayloadStatus[]? StatusReports);

internal sealed record MetadataPayloadStatement(string? Description, string? Icon, string[]? AttestationTypes, string[]? AttestationRootCertificates);

internal sealed record MetadataPayloadStatus(string? Status, string? EffectiveDate, string? Certificate, string? BatchCertificate);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(MetadataPayload))]
internal sealed partial class MetadataJson : JsonSerializerContext;
