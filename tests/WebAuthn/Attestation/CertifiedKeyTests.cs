using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using OpenPassage.Authenticator;
using OpenPassage.WebAuthn.Attestation;
using OpenPassage.WebAuthn.Cose;

namespace OpenPassage.WebAuthn.Tests.Attestation;

/// <summary>A certificate's key and a credential's are the same only when every number of theirs is.</summary>
public class CertifiedKeyTests
{
    private const string EcPublicKey = "1.2.840.10045.2.1", RsaEncryption = "1.2.840.113549.1.1.1";
    private const string P256 = "1.2.840.10045.3.1.7", P384 = "1.3.132.0.34";

    public static TheoryData<int> Algorithms => [Alg.ES256, Alg.ES384, Alg.ES512, Alg.ES256K, Alg.RS256, Alg.EdDSA, Alg.Ed448];

    [Theory]
    [MemberData(nameof(Algorithms))]
    public void A_key_is_its_own(int algorithm)
    {
        if (!SigningKey.IsSupported(algorithm))
            Assert.Skip($"This machine makes no keys of algorithm {algorithm}.");
        var key = SigningKey.Create(algorithm);
        Assert.True(CertifiedKey.Is(Certified(key), Cose(key)));
        Assert.False(CertifiedKey.Is(Certified(SigningKey.Create(algorithm)), Cose(key)));

        static PublicKey Certified(SigningKey key) => PublicKey.CreateFromSubjectPublicKeyInfo(key.ToSubjectPublicKeyInfo(), out _);
    }

    [Fact]
    public void Every_number_of_a_point_counts()
    {
        var key = new EcKey(Alg.ES256);
        var point = Point(key);
        Assert.True(CertifiedKey.Is(Certified(EcPublicKey, P256, point), Cose(key)));
        // x, y, the form of the point, its length, its curve, its kind
        Assert.False(CertifiedKey.Is(Certified(EcPublicKey, P256, Bent(point, 32)), Cose(key)));
        Assert.False(CertifiedKey.Is(Certified(EcPublicKey, P256, Bent(point, 64)), Cose(key)));
        Assert.False(CertifiedKey.Is(Certified(EcPublicKey, P256, Bent(point, 0)), Cose(key)));
        Assert.False(CertifiedKey.Is(Certified(EcPublicKey, P256, [.. point[..33], 0, .. point[33..]]), Cose(key)));
        Assert.False(CertifiedKey.Is(Certified(EcPublicKey, P384, point), Cose(key)));
        Assert.False(CertifiedKey.Is(Certified(RsaEncryption, P256, point), Cose(key)));
    }

    [Fact]
    public void Both_numbers_of_an_RSA_key_count()
    {
        var key = new RsaKey(Alg.RS256);
        var numbers = key.Pair.ExportParameters(includePrivateParameters: false);
        Assert.True(CertifiedKey.Is(Certified(RsaEncryption, null, Rsa(numbers.Modulus!, numbers.Exponent!)), Cose(key)));
        Assert.False(CertifiedKey.Is(Certified(RsaEncryption, null, Rsa(Bent(numbers.Modulus!, 255), numbers.Exponent!)), Cose(key)));
        Assert.False(CertifiedKey.Is(Certified(RsaEncryption, null, Rsa(numbers.Modulus!, [3])), Cose(key)));
        Assert.False(CertifiedKey.Is(Certified(EcPublicKey, P256, Rsa(numbers.Modulus!, numbers.Exponent!)), Cose(key)));
        Assert.False(CertifiedKey.Is(Certified(RsaEncryption, null, [1, 2, 3]), Cose(key)));
    }

    private static CoseKey Cose(SigningKey key)
    {
        Assert.True(CoseKey.TryRead(key.ToCose().ToBytes(), out var cose, out _));
        return cose;
    }

    private static byte[] Point(EcKey key)
    {
        var cose = key.ToCose();
        return [0x04, .. (byte[])cose[-2]!, .. (byte[])cose[-3]!];
    }

    private static byte[] Rsa(byte[] modulus, byte[] exponent) =>
        Der.Sequence([0x02, 0x82, .. TwoBytes(modulus.Length + 1), 0, .. modulus], [0x02, (byte)exponent.Length, .. exponent]);

    private static byte[] TwoBytes(int value) => [(byte)(value >> 8), (byte)value];

    private static byte[] Bent(byte[] good, int at)
    {
        var bent = good.ToArray();
        bent[at] ^= 2;
        return bent;
    }

    private static PublicKey Certified(string algorithm, string? curve, byte[] key) =>
        new(new Oid(algorithm), new AsnEncodedData(curve is null ? Der.Null() : Der.Oid(curve)), new AsnEncodedData(key));
}
