using OpenPassage.WebAuthn.Cbor;

namespace OpenPassage.WebAuthn.Attestation;

/// <summary>
/// §8.9, <c>compound</c>: several statements over the same authenticator data. The specification leaves to the relying party
/// how many of them must verify; here it is all of them, and each format must be known.
/// </summary>
public sealed class Compound : AttestationFormat
{
    private const int MaxParts = 8;

    /// <inheritdoc/>
    public override string Id => "compound";

    /// <inheritdoc/>
    internal override Verdict<AttestationStatement> Verify(AttestationInput input)
    {
        ArgumentNullException.ThrowIfNull(input);
        var reader = new CborReader(input.Statement.Span);
        if (!reader.TryStartArray())
            return Rejection.MalformedAttestationStatement;
        var parts = new List<AttestationStatement>();
        while (reader.HasNext)
        {
            if (parts.Count == MaxParts || !TryReadPart(ref reader, out var id, out var statement))
                return Rejection.MalformedAttestationStatement;
            if (id == Id)
                return Rejection.CompoundNested;
            if (input.Formats.Find(id) is not { } format)
                return Rejection.UnknownAttestationFormat;
            var verdict = format.Verify(input with { Statement = statement });
            if (!verdict.Ok)
                return verdict.Rejection;
            parts.Add(verdict.Value);
        }
        if (!reader.TryEnd() || !reader.AtEnd)
            return Rejection.MalformedAttestationStatement;
        if (parts.Count < 2)
            return Rejection.CompoundTooFew;
        return new AttestationStatement { Format = Id, Type = parts.Max(part => part.Type), Parts = parts };
    }

    /// <summary>One <c>{"fmt": text, "attStmt": …}</c>.</summary>
    private static bool TryReadPart(ref CborReader reader, out string id, out ReadOnlyMemory<byte> statement)
    {
        id = "";
        statement = default;
        var (hasId, hasStatement) = (false, false);
        if (!reader.TryStartMap())
            return false;
        while (reader.HasNext)
        {
            if (!reader.TryReadText(out var name))
                return false;
            if (name.SequenceEqual("fmt"u8))
            {
                if (!reader.TryReadText(out var text))
                    return false;
                id = System.Text.Encoding.UTF8.GetString(text);
                hasId = true;
            }
            else
            {
                if (!reader.TrySkip(out var value))
                    return false;
                if (name.SequenceEqual("attStmt"u8))
                {
                    statement = value.ToArray();
                    hasStatement = true;
                }
            }
        }
        return reader.TryEnd() && hasId && hasStatement;
    }
}
