using OpenPassage.WebAuthn.Cose;

namespace OpenPassage.WebAuthn.Attestation;

/// <summary>One attestation statement format of §8, for an <see cref="AttestationFormatSet"/>. Immutable and thread-safe.</summary>
public abstract class AttestationFormat
{
    private protected AttestationFormat()
    {
    }

    /// <summary>Its identifier in the IANA registry, such as <c>packed</c>; compared case-sensitively (§7.1 step 21).</summary>
    public abstract string Id { get; }

    /// <summary>The format's verification procedure (§7.1 step 22). Never throws on what a stranger sent.</summary>
    internal abstract Verdict<AttestationStatement> Verify(AttestationInput input);
}

/// <summary>What a format's verification procedure is given.</summary>
internal sealed record AttestationInput
{
    /// <summary><c>attStmt</c>, one CBOR data item: a map, for compound an array.</summary>
    public required ReadOnlyMemory<byte> Statement { get; init; }

    /// <summary>Authenticator data as received.</summary>
    public required ReadOnlyMemory<byte> AuthenticatorData { get; init; }

    /// <summary>SHA-256 of the client data as received: 32 bytes.</summary>
    public required ReadOnlyMemory<byte> ClientDataHash { get; init; }

    /// <summary>The authenticator's model, from authenticator data.</summary>
    public required Guid Aaguid { get; init; }

    /// <summary>The new credential's id.</summary>
    public required CredentialId CredentialId { get; init; }

    /// <summary>The new credential's key.</summary>
    public required CoseKey CredentialKey { get; init; }

    /// <summary>SHA-256 of the RP ID, from authenticator data: 32 bytes.</summary>
    public required ReadOnlyMemory<byte> RpIdHash { get; init; }

    /// <summary>The algorithms that statements may be signed with.</summary>
    public required AlgorithmSet Algorithms { get; init; }

    /// <summary>The formats that are known, for compound.</summary>
    public required AttestationFormatSet Formats { get; init; }

    /// <summary>Authenticator data and client data hash, one after the other: what most formats sign.</summary>
    internal byte[] ToBeSigned() => [.. AuthenticatorData.Span, .. ClientDataHash.Span];
}

/// <summary>What a statement says about its authenticator (§6.5.3).</summary>
public enum AttestationType
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>Signed by the credential's own key.</summary>
    Self,

    /// <summary>Signed by a key of the authenticator's model, or by an attestation CA: certificates cannot tell the two apart.</summary>
    BasicOrAttCA,

    /// <summary>Signed by an anonymization CA.</summary>
    AnonCA,

    /// <summary>Unknown: the statement could not be judged here (<c>AttestationPolicy.AcceptUnjudged</c>).</summary>
    Unjudged,
}

/// <summary>
/// A statement whose signature and content verified; whether its certificates are trusted is the next question. Or, where
/// <see cref="Type"/> says so, one that could not be judged.
/// </summary>
public sealed record AttestationStatement
{
    /// <summary>The format's identifier.</summary>
    public required string Format { get; init; }

    /// <summary>What kind of statement it is; of a compound one, the kind that says most.</summary>
    public required AttestationType Type { get; init; }

    /// <summary>The certificates as DER, leaf first; empty for none and self.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> TrustPath { get; init; } = [];

    /// <summary>The statements inside a compound one; empty otherwise.</summary>
    public IReadOnlyList<AttestationStatement> Parts { get; init; } = [];
}
