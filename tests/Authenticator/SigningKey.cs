using System.Security.Cryptography;

namespace OpenPassage.Authenticator;

/// <summary>Signature algorithms by their number in the IANA COSE registry.</summary>
public static class Alg
{
    public const int ES256 = -7, ES384 = -35, ES512 = -36, ES256K = -47;
    public const int ESP256 = -9, ESP384 = -51, ESP512 = -52;
    public const int EdDSA = -8, Ed25519 = -19, Ed448 = -53;
    public const int PS256 = -37, PS384 = -38, PS512 = -39;
    public const int RS256 = -257, RS384 = -258, RS512 = -259, RS1 = -65535;
    public const int MLDsa44 = -48, MLDsa65 = -49, MLDsa87 = -50;
}

/// <summary>A credential's key pair: signs, and shows its public half.</summary>
public abstract class SigningKey
{
    /// <summary>The algorithm it signs with.</summary>
    public abstract int Algorithm { get; }

    /// <summary>The public key as a COSE_Key.</summary>
    public abstract CborMap ToCose();

    /// <summary>The public key as DER, for certificates; null where this machine cannot write one.</summary>
    public abstract byte[]? ToSubjectPublicKeyInfo();

    /// <summary>A signature in the encoding of §6.5.5.</summary>
    public abstract byte[] Sign(byte[] data);

    /// <summary>Whether <see cref="Create"/> makes such a key on this machine; a test skips when not.</summary>
    public static bool IsSupported(int algorithm) => algorithm switch
    {
        Alg.ES256K => !OperatingSystem.IsMacOS(),
        Alg.EdDSA or Alg.Ed25519 or Alg.Ed448 => EdwardsKey.IsAvailable,
        Alg.MLDsa44 or Alg.MLDsa65 or Alg.MLDsa87 => MLDsaSigner.IsAvailable,
        _ => EcKey.Curves.ContainsKey(algorithm) || RsaKey.Paddings.ContainsKey(algorithm),
    };

    /// <summary>A new key pair.</summary>
    /// <exception cref="NotSupportedException">See <see cref="IsSupported"/>.</exception>
    public static SigningKey Create(int algorithm) => algorithm switch
    {
        Alg.EdDSA or Alg.Ed25519 or Alg.Ed448 => new EdwardsKey(algorithm),
        Alg.MLDsa44 or Alg.MLDsa65 or Alg.MLDsa87 => new MLDsaSigner(algorithm),
        _ when EcKey.Curves.ContainsKey(algorithm) => new EcKey(algorithm),
        _ when RsaKey.Paddings.ContainsKey(algorithm) => new RsaKey(algorithm),
        _ => throw new NotSupportedException($"No key of algorithm {algorithm} can be made here."),
    };
}

/// <summary>ECDSA: x and y stand in the COSE_Key, padded to the field's size; signatures are DER.</summary>
public sealed class EcKey(int algorithm) : SigningKey
{
    internal static readonly Dictionary<int, (int CoseCurve, ECCurve Curve, HashAlgorithmName Hash)> Curves = new()
    {
        [Alg.ES256] = (1, ECCurve.NamedCurves.nistP256, HashAlgorithmName.SHA256),
        [Alg.ESP256] = (1, ECCurve.NamedCurves.nistP256, HashAlgorithmName.SHA256),
        [Alg.ES384] = (2, ECCurve.NamedCurves.nistP384, HashAlgorithmName.SHA384),
        [Alg.ESP384] = (2, ECCurve.NamedCurves.nistP384, HashAlgorithmName.SHA384),
        [Alg.ES512] = (3, ECCurve.NamedCurves.nistP521, HashAlgorithmName.SHA512),
        [Alg.ESP512] = (3, ECCurve.NamedCurves.nistP521, HashAlgorithmName.SHA512),
        [Alg.ES256K] = (8, ECCurve.CreateFromFriendlyName("secp256k1"), HashAlgorithmName.SHA256),
    };

    public override int Algorithm => algorithm;

    /// <summary>The key pair, to put into a certificate.</summary>
    public ECDsa Pair { get; } = ECDsa.Create(Curves[algorithm].Curve);

    public override CborMap ToCose()
    {
        var point = Pair.ExportParameters(includePrivateParameters: false).Q;
        return new() { { 1, 2 }, { 3, algorithm }, { -1, Curves[algorithm].CoseCurve }, { -2, point.X }, { -3, point.Y } };
    }

    public override byte[] ToSubjectPublicKeyInfo() => Pair.ExportSubjectPublicKeyInfo();

    public override byte[] Sign(byte[] data) =>
        Pair.SignData(data, Curves[algorithm].Hash, DSASignatureFormat.Rfc3279DerSequence);
}

/// <summary>RSA of 2048 bits, PKCS#1 v1.5 or PSS.</summary>
public sealed class RsaKey(int algorithm) : SigningKey
{
    internal static readonly Dictionary<int, (RSASignaturePadding Padding, HashAlgorithmName Hash)> Paddings = new()
    {
        [Alg.RS256] = (RSASignaturePadding.Pkcs1, HashAlgorithmName.SHA256),
        [Alg.RS384] = (RSASignaturePadding.Pkcs1, HashAlgorithmName.SHA384),
        [Alg.RS512] = (RSASignaturePadding.Pkcs1, HashAlgorithmName.SHA512),
        [Alg.RS1] = (RSASignaturePadding.Pkcs1, HashAlgorithmName.SHA1),
        [Alg.PS256] = (RSASignaturePadding.Pss, HashAlgorithmName.SHA256),
        [Alg.PS384] = (RSASignaturePadding.Pss, HashAlgorithmName.SHA384),
        [Alg.PS512] = (RSASignaturePadding.Pss, HashAlgorithmName.SHA512),
    };

    public override int Algorithm => algorithm;

    /// <summary>The key pair, to put into a certificate; set it for another size or exponent.</summary>
    public RSA Pair { get; set; } = RSA.Create(2048);

    public override CborMap ToCose()
    {
        var numbers = Pair.ExportParameters(includePrivateParameters: false);
        return new() { { 1, 3 }, { 3, algorithm }, { -1, numbers.Modulus }, { -2, numbers.Exponent } };
    }

    public override byte[] ToSubjectPublicKeyInfo() => Pair.ExportSubjectPublicKeyInfo();

    public override byte[] Sign(byte[] data) => Pair.SignData(data, Paddings[algorithm].Hash, Paddings[algorithm].Padding);
}
