namespace OpenPassage.Authenticator;

/// <summary>Makes one attestation statement. The statement is a <see cref="CborMap"/>, or an array for compound.</summary>
public delegate AttestationStatement AttestationMaker(AttestationRequest request);

/// <summary>What goes into an attestation object beside authenticator data.</summary>
/// <param name="Format"><c>fmt</c>.</param>
/// <param name="Statement"><c>attStmt</c>, anything that <see cref="CborMap.Encode"/> takes.</param>
public sealed record AttestationStatement(string Format, object Statement);

/// <summary>What a statement is made over, bends included.</summary>
public sealed record AttestationRequest
{
    public required byte[] AuthenticatorData { get; init; }
    public required byte[] ClientDataHash { get; init; }
    public required byte[] RpIdHash { get; init; }
    public required Guid Aaguid { get; init; }
    public required byte[] CredentialId { get; init; }

    /// <summary>The credential's key.</summary>
    public required SigningKey Key { get; init; }

    /// <summary>Signs with the credential's key, the ceremony's bent signature included.</summary>
    public required Func<byte[], byte[]> SignWithKey { get; init; }

    /// <summary>Authenticator data and client data hash, one after the other: what most formats sign.</summary>
    public byte[] ToBeSigned => [.. AuthenticatorData, .. ClientDataHash];
}

/// <summary>The attestations that need no certificate.</summary>
public static class Attest
{
    /// <summary>§8.7.</summary>
    public static AttestationStatement None(AttestationRequest request) => new("none", new CborMap());

    /// <summary>§8.2, self attestation.</summary>
    public static AttestationStatement PackedSelf(AttestationRequest request) => new("packed", new CborMap
    {
        { "alg", request.Key.Algorithm },
        { "sig", request.SignWithKey(request.ToBeSigned) },
    });
}
