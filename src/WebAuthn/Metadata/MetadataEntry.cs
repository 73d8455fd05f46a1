using OpenPassage.WebAuthn.Attestation;

namespace OpenPassage.WebAuthn.Metadata;

/// <summary>What FIDO says about one authenticator model (MDS 3, §3.1.1).</summary>
public sealed class MetadataEntry
{
    private readonly Lazy<TrustAnchors> anchors;
    private readonly Lazy<string?> icon;

    private MetadataEntry(MetadataPayloadEntry entry)
    {
        var statement = entry.MetadataStatement;
        Aaguid = Guid.TryParseExact(entry.Aaguid, "D", out var aaguid) && aaguid != Guid.Empty ? aaguid : null;
        KeyIdentifiers = [.. (entry.AttestationCertificateKeyIdentifiers ?? []).OfType<string>()];
        Description = statement?.Description ?? "";
        AttestationTypes = [.. (statement?.AttestationTypes ?? []).OfType<string>()];
        StatusReports = [.. (entry.StatusReports ?? []).OfType<MetadataPayloadStatus>().Select(StatusReport.Of)];
        // Parsing certificates is most of the work, and few of several hundred models are ever asked for.
        anchors = new(() => TrustAnchors.OfReadable((statement?.AttestationRootCertificates ?? []).Select(ReadBase64)));
        icon = new(() => ModelIcon.Read(statement?.Icon));
    }

    /// <summary>The model's AAGUID; null for U2F and UAF models.</summary>
    public Guid? Aaguid { get; }

    /// <summary>For U2F models: SHA-1 of the attestation keys, in hex (RFC 5280 §4.2.1.2, method 1).</summary>
    public IReadOnlyList<string> KeyIdentifiers { get; }

    /// <summary>The model's name for people, in English.</summary>
    public string Description { get; }

    /// <summary>
    /// A picture of the model as a <c>data:</c> URL of PNG, JPEG or SVG in base64, 128 KiB at most; null when there is none, or
    /// one that is something else. An SVG is well-formed and holds no script, no handler and no link; show it as an image anyway.
    /// </summary>
    public string? Icon => icon.Value;

    /// <summary>How the model attests: <c>basic_full</c>, <c>basic_surrogate</c>, <c>attca</c>, <c>anonca</c>, or a later word.</summary>
    public IReadOnlyList<string> AttestationTypes { get; }

    /// <summary>What has been reported of the model, in the order of the blob.</summary>
    public IReadOnlyList<StatusReport> StatusReports { get; }

    /// <summary>The certificates that vouch for this model, and for no other; ones that cannot be read are left out.</summary>
    public TrustAnchors Anchors => anchors.Value;

    /// <summary>Whether the model attests with certificates in that way.</summary>
    internal bool Attests(AttestationType type) => type switch
    {
        AttestationType.Self => AttestationTypes.Contains("basic_surrogate"),
        AttestationType.BasicOrAttCA => AttestationTypes.Contains("basic_full") || AttestationTypes.Contains("attca"),
        AttestationType.AnonCA => AttestationTypes.Contains("anonca"),
        _ => true,
    };

    internal static MetadataEntry Of(MetadataPayloadEntry entry) => new(entry);

    internal static ReadOnlyMemory<byte> ReadBase64(string? text)
    {
        var bytes = new byte[text?.Length ?? 0];
        return Convert.TryFromBase64String(text ?? "", bytes, out var written) ? bytes.AsMemory(0, written) : default;
    }
}

/// <summary>One report of a model's status (MDS 3, §3.1.3).</summary>
public sealed record StatusReport
{
    /// <summary>One of <see cref="AuthenticatorStatus"/>, or a word of a later version.</summary>
    public required string Status { get; init; }

    /// <summary>Since when it holds; null: from the beginning.</summary>
    public DateOnly? EffectiveDate { get; init; }

    /// <summary>The one attestation certificate that it concerns, as DER; empty: the whole model.</summary>
    public ReadOnlyMemory<byte> Certificate { get; init; }

    /// <summary><see cref="EffectiveDate"/> to compare with.</summary>
    internal DateOnly Since => EffectiveDate ?? DateOnly.MinValue;

    internal static StatusReport Of(MetadataPayloadStatus report) => new()
    {
        Status = report.Status ?? "",
        EffectiveDate = MetadataPayload.ReadDate(report.EffectiveDate),
        Certificate = MetadataEntry.ReadBase64(report.BatchCertificate ?? report.Certificate),
    };
}
