using OpenPassage.WebAuthn.Cbor;

namespace OpenPassage.WebAuthn.Attestation;

/// <summary>None (§8.7): says nothing, and must say exactly that.</summary>
public sealed class None : AttestationFormat
{
    private static readonly AttestationStatement statement = new() { Format = "none", Type = AttestationType.None };

    /// <inheritdoc/>
    public override string Id => "none";

    /// <inheritdoc/>
    internal override Verdict<AttestationStatement> Verify(AttestationInput input)
    {
        ArgumentNullException.ThrowIfNull(input);
        var reader = new CborReader(input.Statement.Span);
        if (!reader.TryStartMap() || !reader.TryEnd() || !reader.AtEnd)
            return Rejection.MalformedAttestationStatement;
        return statement;
    }
}
