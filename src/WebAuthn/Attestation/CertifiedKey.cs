using System.Security.Cryptography.X509Certificates;
using OpenPassage.WebAuthn.Cose;

namespace OpenPassage.WebAuthn.Attestation;

/// <summary>Whether the key in a certificate is the credential's: two encodings of one public key.</summary>
internal static class CertifiedKey
{
    private const string EcPublicKey = "1.2.840.10045.2.1", RsaEncryption = "1.2.840.113549.1.1.1";
    private const string Ed25519 = "1.3.101.112", Ed448 = "1.3.101.113";

    public static bool Is(PublicKey certified, CoseKey credential)
    {
        ReadOnlySpan<byte> key = certified.EncodedKeyValue.RawData;
        return credential.Type switch
        {
            CoseKeyType.EC2 => certified.Oid.Value == EcPublicKey
                && certified.EncodedParameters is { } curve && curve.RawData.AsSpan().SequenceEqual(OidOf(credential.Curve))
                && key.Length == 1 + credential.X.Length + credential.Y.Length && key[0] == 0x04
                && key[1..].StartsWith(credential.X) && key.EndsWith(credential.Y),
            CoseKeyType.Rsa => certified.Oid.Value == RsaEncryption && IsRsa(key, credential.N, credential.E),
            CoseKeyType.Okp => certified.Oid.Value == (credential.Curve == CoseCurve.Ed448 ? Ed448 : Ed25519)
                && key.SequenceEqual(credential.X),
            _ => false,
        };
    }

    private static bool IsRsa(ReadOnlySpan<byte> key, ReadOnlySpan<byte> modulus, ReadOnlySpan<byte> exponent)
    {
        if (!DerReader.TryReadOnly(key, DerTag.Sequence, out var sequence))
            return false;
        var reader = new DerReader(sequence);
        return reader.TryRead(DerTag.Integer, out var n) && reader.TryRead(DerTag.Integer, out var e) && reader.AtEnd
            && n.TrimStart((byte)0).SequenceEqual(modulus.TrimStart((byte)0))
            && e.TrimStart((byte)0).SequenceEqual(exponent.TrimStart((byte)0));
    }

    /// <summary>The curve's identifier as DER.</summary>
    private static ReadOnlySpan<byte> OidOf(CoseCurve curve) => curve switch
    {
        CoseCurve.P256 => [0x06, 0x08, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01, 0x07],
        CoseCurve.P384 => [0x06, 0x05, 0x2B, 0x81, 0x04, 0x00, 0x22],
        CoseCurve.P521 => [0x06, 0x05, 0x2B, 0x81, 0x04, 0x00, 0x23],
        CoseCurve.Secp256k1 => [0x06, 0x05, 0x2B, 0x81, 0x04, 0x00, 0x0A],
        _ => [],
    };
}
