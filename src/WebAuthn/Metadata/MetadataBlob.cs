using System.Collections.Frozen;
using System.Text.Json;
using OpenPassage.WebAuthn.Attestation;
using OpenPassage.WebAuthn.Cose;

namespace OpenPassage.WebAuthn.Metadata;

/// <summary>
/// The FIDO Alliance's list of authenticator models (FIDO Metadata Service 3, §3.1.6), verified and indexed. It is given as
/// bytes; where they come from, and when to fetch the next ones, is up to the caller. Immutable and thread-safe.
/// </summary>
public sealed class MetadataBlob
{
    private const string Host = "mds.fidoalliance.org";

    private readonly FrozenDictionary<Guid, MetadataEntry> byAaguid;
    private readonly FrozenDictionary<string, MetadataEntry> byKeyIdentifier;

    private MetadataBlob(MetadataPayload payload, DateOnly nextUpdate)
    {
        Number = payload.No!.Value;
        NextUpdate = nextUpdate;
        LegalHeader = payload.LegalHeader!;
        Entries = [.. payload.Entries!.OfType<MetadataPayloadEntry>().Select(MetadataEntry.Of)];
        byAaguid = Entries.Where(entry => entry.Aaguid is not null).DistinctBy(entry => entry.Aaguid!.Value)
            .ToFrozenDictionary(entry => entry.Aaguid!.Value);
        byKeyIdentifier = Entries.SelectMany(entry => entry.KeyIdentifiers.Select(id => (Id: id, Entry: entry)))
            .DistinctBy(pair => pair.Id, StringComparer.OrdinalIgnoreCase)
            .ToFrozenDictionary(pair => pair.Id, pair => pair.Entry, StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>
    /// The roots under which the FIDO Alliance publishes: "GlobalSign Root R46", valid until 20 March 2046, and for blobs from before
    /// August 2026 "GlobalSign Root CA - R3", valid until 18 March 2029.
    /// </summary>
    public static TrustAnchors PublisherRoots { get; } = TrustAnchors.FromPem($"{GlobalSignRootR46.Pem}\n{GlobalSignRootR3.Pem}");

    /// <summary><c>no</c>: grows with each publication. Keep it, and pass it as the previous number next time.</summary>
    public long Number { get; }

    /// <summary>The day by which the next blob should have been fetched.</summary>
    public DateOnly NextUpdate { get; }

    /// <summary>The terms under which the list may be used.</summary>
    public string LegalHeader { get; }

    /// <summary>Every model in it, in the order of the blob.</summary>
    public IReadOnlyList<MetadataEntry> Entries { get; }

    /// <summary>Verifies a blob as it was downloaded and reads it (§3.2, processing rules).</summary>
    /// <param name="jws">The blob: a JWS in compact serialization.</param>
    /// <param name="roots">The roots to trust: <see cref="PublisherRoots"/>, unless the publisher has moved to another.</param>
    /// <param name="now">The moment at which the blob's certificates must be valid.</param>
    /// <param name="previousNumber">The highest number seen so far; null: none. A lower one is refused, the same one is not.</param>
    /// <returns>The blob, or <see cref="Rejection.MetadataMalformed"/>, <see cref="Rejection.MetadataHost"/>,
    /// <see cref="Rejection.MetadataUntrusted"/>, <see cref="Rejection.MetadataSignature"/>,
    /// <see cref="Rejection.MetadataLegalHeader"/> or <see cref="Rejection.MetadataRolledBack"/>.</returns>
    public static Verdict<MetadataBlob> Verify(ReadOnlySpan<byte> jws, TrustAnchors roots, DateTimeOffset now, long? previousNumber = null)
    {
        ArgumentNullException.ThrowIfNull(roots);

        // Files usually end in a line break.
        if (CompactJws.Read(jws.TrimEnd("\r\n"u8)) is not { } signed
            || AttestationCertificate.TryRead(signed.Certificates[0].Span) is not { } signer)
            return Rejection.MetadataMalformed;
        if (!signer.IsFor(Host))
            return Rejection.MetadataHost;
        if (!roots.Trust(signed.Certificates, now))
            return Rejection.MetadataUntrusted;
        if (!signed.IsSignedBy(signer, AlgorithmSet.Supported))
            return Rejection.MetadataSignature;

        if (ReadPayload(signed.Payload) is not { No: { } number, Entries: not null } payload
            || MetadataPayload.ReadDate(payload.NextUpdate) is not { } nextUpdate)
            return Rejection.MetadataMalformed;
        if (string.IsNullOrWhiteSpace(payload.LegalHeader))
            return Rejection.MetadataLegalHeader;
        if (number < previousNumber)
            return Rejection.MetadataRolledBack;
        return new MetadataBlob(payload, nextUpdate);
    }

    /// <summary>
    /// Whether the next blob should be here by now. That is worth a warning; what this one says is still the best that is known.
    /// </summary>
    public bool IsOverdue(DateTimeOffset now) => DateOnly.FromDateTime(now.UtcDateTime) > NextUpdate;

    /// <summary>The model with that AAGUID; null when it is not listed.</summary>
    public MetadataEntry? Find(Guid aaguid) => byAaguid.GetValueOrDefault(aaguid);

    /// <summary>
    /// The model that a statement is of: by AAGUID; where there is none, as with U2F, by the key of a certificate in its path.
    /// </summary>
    internal MetadataEntry? Find(Guid aaguid, AttestationStatement statement)
    {
        ArgumentNullException.ThrowIfNull(statement);
        if (aaguid != Guid.Empty)
            return Find(aaguid);
        foreach (var der in statement.TrustPath.Concat(statement.Parts.SelectMany(part => part.TrustPath)))
        {
            if (AttestationCertificate.TryRead(der.Span)?.KeyIdentifier is { } id && byKeyIdentifier.TryGetValue(id, out var entry))
                return entry;
        }
        return null;
    }

    private static MetadataPayload? ReadPayload(byte[] payload)
    {
        try
        {
            return JsonSerializer.Deserialize(payload, MetadataJson.Default.MetadataPayload);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
