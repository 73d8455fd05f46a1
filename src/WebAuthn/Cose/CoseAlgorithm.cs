namespace OpenPassage.WebAuthn.Cose;

/// <summary>Signature algorithms by their number in the IANA COSE registry. An unknown number is a value too.</summary>
public enum CoseAlgorithm
{
    /// <summary>No algorithm.</summary>
    None = 0,

    /// <summary>ECDSA on P-256 with SHA-256.</summary>
    ES256 = -7,

    /// <summary>EdDSA; in WebAuthn always Ed25519 (§5.8.5).</summary>
    EdDSA = -8,

    /// <summary>ECDSA on P-256 with SHA-256, fully specified.</summary>
    ESP256 = -9,

    /// <summary>Ed25519, fully specified.</summary>
    Ed25519 = -19,

    /// <summary>ECDSA on P-384 with SHA-384.</summary>
    ES384 = -35,

    /// <summary>ECDSA on P-521 with SHA-512.</summary>
    ES512 = -36,

    /// <summary>RSASSA-PSS with SHA-256.</summary>
    PS256 = -37,

    /// <summary>RSASSA-PSS with SHA-384.</summary>
    PS384 = -38,

    /// <summary>RSASSA-PSS with SHA-512.</summary>
    PS512 = -39,

    /// <summary>ECDSA on secp256k1 with SHA-256.</summary>
    ES256K = -47,

    /// <summary>ML-DSA-44 (FIPS 204).</summary>
    MLDsa44 = -48,

    /// <summary>ML-DSA-65 (FIPS 204).</summary>
    MLDsa65 = -49,

    /// <summary>ML-DSA-87 (FIPS 204).</summary>
    MLDsa87 = -50,

    /// <summary>ECDSA on P-384 with SHA-384, fully specified.</summary>
    ESP384 = -51,

    /// <summary>ECDSA on P-521 with SHA-512, fully specified.</summary>
    ESP512 = -52,

    /// <summary>Ed448, fully specified.</summary>
    Ed448 = -53,

    /// <summary>RSASSA-PKCS1-v1_5 with SHA-256.</summary>
    RS256 = -257,

    /// <summary>RSASSA-PKCS1-v1_5 with SHA-384.</summary>
    RS384 = -258,

    /// <summary>RSASSA-PKCS1-v1_5 with SHA-512.</summary>
    RS512 = -259,

    /// <summary>RSASSA-PKCS1-v1_5 with SHA-1: old TPM attestations only, and by policy only.</summary>
    RS1 = -65535,
}
