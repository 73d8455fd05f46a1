using System.Globalization;
using System.Text.Json.Serialization;

namespace OpenPassage.WebAuthn.Metadata;

/// <summary>The members of a blob's payload that are read, of many. Any of them may be null.</summary>
internal sealed record MetadataPayload(string? LegalHeader, long? No, string? NextUpdate, MetadataPayloadEntry?[]? Entries)
{
    /// <summary>An ISO 8601 date; null when it is not one.</summary>
    public static DateOnly? ReadDate(string? text) =>
        DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date) ? date : null;
}

internal sealed record MetadataPayloadEntry(
    string? Aaguid,
    string?[]? AttestationCertificateKeyIdentifiers,
    MetadataPayloadStatement? MetadataStatement,
    MetadataPayloadStatus?[]? StatusReports);

internal sealed record MetadataPayloadStatement(
    string? Description, string? Icon, string?[]? AttestationTypes, string?[]? AttestationRootCertificates);

internal sealed record MetadataPayloadStatus(string? Status, string? EffectiveDate, string? Certificate, string? BatchCertificate);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(MetadataPayload))]
internal sealed partial class MetadataJson : JsonSerializerContext;
