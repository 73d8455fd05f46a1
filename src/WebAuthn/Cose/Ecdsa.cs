using System.Security.Cryptography.X509Certificates;

namespace OpenPassage.WebAuthn.Cose;

/// <summary>
/// ECDSA (FIPS 186-5; COSE: RFC 9053 §2.1, RFC 8812 for secp256k1, RFC 9864 for the fully specified twins). WebAuthn ties
/// each number to one curve and one hash (§5.8.5), points are uncompressed, signatures are DER (§6.5.5).
/// </summary>
internal sealed class Ecdsa(CoseAlgorithm id, EcdsaCurve curve) : SignatureAlgorithm
{
    private const string EcPublicKeyOid = "1.2.840.10045.2.1";
    private readonly Lazy<bool> isSupported = new(() => EcdsaKey.Import(curve, curve.GeneratorX, curve.GeneratorY) is not null);

    public override CoseAlgorithm Id => id;

    public override bool IsSupported => isSupported.Value;

    public override VerificationKey? Import(CoseKey key)
    {
        ArgumentNullException.ThrowIfNull(key);
        if (key.Algorithm != id || key.Type != CoseKeyType.EC2 || key.Curve != curve.Id)
            return null;
        return EcdsaKey.Import(curve, key.X, key.Y);
    }

    public override VerificationKey? Import(PublicKey key)
    {
        ArgumentNullException.ThrowIfNull(key);
        // subjectPublicKey is the point itself, and its parameters name the curve (RFC 5480 §2).
        if (key.Oid.Value != EcPublicKeyOid
            || key.EncodedParameters is not { } parameters
            || !parameters.RawData.AsSpan().SequenceEqual(curve.EncodedOid))
            return null;
        ReadOnlySpan<byte> point = key.EncodedKeyValue.RawData;
        if (point.Length != 1 + (2 * curve.Size) || point[0] != 0x04)
            return null;
        return EcdsaKey.Import(curve, point.Slice(1, curve.Size), point[(1 + curve.Size)..]);
    }
}
