namespace OpenPassage.WebAuthn.Attestation;

/// <summary>The attestation statement formats a relying party verifies: an immutable value that is handed in.</summary>
public sealed class AttestationFormatSet
{
    private readonly AttestationFormat[] formats;

    /// <summary>A set of your own choice.</summary>
    /// <exception cref="ArgumentException">Two formats share an identifier.</exception>
    public AttestationFormatSet(params IEnumerable<AttestationFormat> formats)
    {
        ArgumentNullException.ThrowIfNull(formats);
        this.formats = [.. formats];
        if (this.formats.DistinctBy(format => format.Id, StringComparer.Ordinal).Count() != this.formats.Length)
            throw new ArgumentException("Two formats share an identifier.", nameof(formats));
    }

    /// <summary>Every format of §8.</summary>
    public static AttestationFormatSet Supported { get; } = new(
        new None(), new Packed(), new Tpm(), new AndroidKey(), new AndroidSafetyNet(), new FidoU2f(), new Apple(), new Compound());

    /// <summary>The format with that identifier, compared case-sensitively (§7.1 step 21); null when the set has none.</summary>
    public AttestationFormat? Find(string id)
    {
        foreach (var format in formats)
        {
            if (string.Equals(format.Id, id, StringComparison.Ordinal))
                return format;
        }
        return null;
    }
}
