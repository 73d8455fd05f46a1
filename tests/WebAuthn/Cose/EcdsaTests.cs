using System.Formats.Asn1;
using System.Numerics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using OpenPassage.Authenticator;
using OpenPassage.WebAuthn.Cose;

namespace OpenPassage.WebAuthn.Tests.Cose;

public sealed class EcdsaTests
{
    private static readonly byte[] Data = [1, 2, 3];

    public static TheoryData<CoseAlgorithm> Ids { get; } =
    [
        CoseAlgorithm.ES256, CoseAlgorithm.ESP256,
        CoseAlgorithm.ES384, CoseAlgorithm.ESP384,
        CoseAlgorithm.ES512, CoseAlgorithm.ESP512,
        CoseAlgorithm.ES256K,
    ];

    [Theory]
    [MemberData(nameof(Ids))]
    public void Psychic_signatures_are_refused(CoseAlgorithm id)
    {
        var signer = Signer(id);
        var order = Curve(id).Order.ToArray();
        using var key = Import(id, Point(signer));

        Assert.False(key!.Verify(Data, Convert.FromHexString("3006020100020100")));
        Assert.False(key.Verify(Data, Der(order, order)));
        Assert.False(key.Verify(Data, Der([0], order)));
        Assert.False(key.Verify(Data, Der([1], [0])));
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void A_signature_with_s_plus_the_order_is_refused(CoseAlgorithm id)
    {
        var signer = Signer(id);
        var plain = signer.Pair.SignData(Data, EcKeyHash(id));
        var (r, s) = (Unsigned(plain.AsSpan(0, plain.Length / 2)), Unsigned(plain.AsSpan(plain.Length / 2)));
        var order = Unsigned(Curve(id).Order);
        using var key = Import(id, Point(signer));

        Assert.True(key!.Verify(Data, Der(r, s)));
        Assert.True(key.Verify(Data, Der(r, order - s))); // Both are ECDSA signatures; only encodings are unique.
        Assert.False(key.Verify(Data, Der(r, s + order)));
        Assert.False(key.Verify(Data, Der(r + order, s)));
        Assert.False(key.Verify(Data, plain)); // §6.5.5: DER, not r and s side by side.
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void Points_off_the_curve_and_coordinates_not_reduced_are_refused(CoseAlgorithm id)
    {
        var (x, y) = Point(Signer(id));
        var zeros = new byte[x.Length];
        byte[] ones = [.. Enumerable.Repeat((byte)0xFF, x.Length)], bent = [.. y[..^1], (byte)(y[^1] ^ 1)];

        Assert.NotNull(Import(id, (x, y)));
        Assert.Null(Import(id, (x, bent)));
        Assert.Null(Import(id, (y, x)));
        Assert.Null(Import(id, (zeros, zeros)));
        Assert.Null(Import(id, (ones, ones)));
        Assert.Null(Import(id, (x, ones)));
    }

    [Theory]
    [InlineData("04", "the point at infinity has no coordinates")]
    [InlineData("00", "the point at infinity")]
    [InlineData("02", "a compressed point")]
    [InlineData("06", "a hybrid point")]
    public void Certificate_keys_in_other_forms_are_refused(string form, string because)
    {
        var (x, y) = Point(Signer(CoseAlgorithm.ES256));
        byte[] point = form switch
        {
            "04" or "00" => Convert.FromHexString(form),
            "02" => [(byte)(2 + (y[^1] & 1)), .. x],
            _ => [(byte)(6 + (y[^1] & 1)), .. x, .. y],
        };

        Assert.True(
            AlgorithmSet.Supported.Find(CoseAlgorithm.ES256)!.Import(CertificateKey(point, EcdsaCurve.P256.EncodedOid)) is null,
            because);
    }

    [Fact]
    public void Certificate_keys_on_another_curve_or_of_another_kind_are_refused()
    {
        var es256 = AlgorithmSet.Supported.Find(CoseAlgorithm.ES256)!;
        var (x, y) = Point(Signer(CoseAlgorithm.ES256));

        Assert.NotNull(es256.Import(CertificateKey([4, .. x, .. y], EcdsaCurve.P256.EncodedOid)));
        Assert.Null(es256.Import(CertificateKey([4, .. x, .. y], EcdsaCurve.Secp256k1.EncodedOid)));
        Assert.Null(es256.Import(CertificateKey([4, .. x, .. y], [])));
        Assert.Null(es256.Import(new PublicKey(RSA.Create(2048))));
    }

    [Fact]
    public void A_certificate_key_has_its_kind_and_its_parameters()
    {
        var es256 = AlgorithmSet.Supported.Find(CoseAlgorithm.ES256)!;
        var (x, y) = Point(Signer(CoseAlgorithm.ES256));
        var (ec, dh) = (new Oid("1.2.840.10045.2.1"), new Oid("1.3.132.1.12"));
        var point = new AsnEncodedData(ec, [4, .. x, .. y]);

        Assert.Null(es256.Import(new PublicKey(ec, null!, point)));
        Assert.Null(es256.Import(new PublicKey(dh, new AsnEncodedData(ec, EcdsaCurve.P256.EncodedOid), point)));
    }

    [Theory]
    [InlineData(31, 32)]
    [InlineData(33, 32)]
    [InlineData(32, 31)]
    [InlineData(32, 33)]
    public void A_coordinate_of_another_length_than_the_fields_is_refused(int xLength, int yLength)
    {
        var (x, y) = Point(Signer(CoseAlgorithm.ES256));
        Array.Resize(ref x, xLength);
        Array.Resize(ref y, yLength);

        Assert.Null(EcdsaKey.Import(EcdsaCurve.P256, x, y));
    }

    [Fact]
    public void A_disposed_key_verifies_no_more()
    {
        var signer = Signer(CoseAlgorithm.ES256);
        var (x, y) = Point(signer);
        var signature = signer.Sign(Data);
        foreach (var key in (EcdsaKey?[])[EcdsaKey.Import(EcdsaCurve.P256, x, y), EcdsaKey.FrameworkKey.Import(EcdsaCurve.P256, x, y)])
        {
            Assert.True(key!.Verify(Data, signature));
            key.Dispose();
            Assert.Throws<ObjectDisposedException>(() => key.Verify(Data, signature));
        }
    }

    [Fact]
    public void Without_libcrypto_the_framework_verifies_the_same()
    {
        var signer = Signer(CoseAlgorithm.ES256);
        var (x, y) = Point(signer);
        var signature = signer.Sign(Data);
        using var key = EcdsaKey.FrameworkKey.Import(EcdsaCurve.P256, x, y);

        Assert.True(key!.Verify(Data, signature));
        Assert.False(key.Verify([1], signature));
        Assert.False(key.Verify(Data, signature.AsSpan(..^1)));
        Assert.Null(EcdsaKey.FrameworkKey.Import(EcdsaCurve.P256, y, x));
    }

    [Fact]
    public void Verifying_with_a_kept_key_allocates_nothing()
    {
        Assert.SkipUnless(Libcrypto.MajorVersion >= 3, "This machine has no libcrypto 3.");
        var signer = Signer(CoseAlgorithm.ES256);
        var cose = signer.ToCose().ToBytes();
        var signature = signer.Sign(Data);
        var cache = new VerificationKeyCache();
        for (var i = 0; i < 100; i++)
            Assert.True(cache.GetOrImport(AlgorithmSet.Supported, cose, out _)!.Verify(Data, signature));

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
            cache.GetOrImport(AlgorithmSet.Supported, cose, out _)!.Verify(Data, signature);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static EcKey Signer(CoseAlgorithm id)
    {
        Assert.SkipWhen(AlgorithmSet.Supported.Find(id) is null, $"This machine does not verify {id}.");
        return new EcKey((int)id);
    }

    private static (byte[] X, byte[] Y) Point(EcKey signer)
    {
        var point = signer.Pair.ExportParameters(includePrivateParameters: false).Q;
        return (point.X!, point.Y!);
    }

    private static VerificationKey? Import(CoseAlgorithm id, (byte[] X, byte[] Y) point)
    {
        var map = new CborMap { { 1, 2 }, { 3, (int)id }, { -1, (int)Curve(id).Id }, { -2, point.X }, { -3, point.Y } };
        Assert.True(CoseKey.TryRead(map.ToBytes(), out var key, out _));
        return AlgorithmSet.Supported.Find(id)!.Import(key);
    }

    private static PublicKey CertificateKey(byte[] point, ReadOnlySpan<byte> parameters)
    {
        var oid = new Oid("1.2.840.10045.2.1");
        return new(oid, new AsnEncodedData(oid, parameters), new AsnEncodedData(oid, point));
    }

    private static EcdsaCurve Curve(CoseAlgorithm id) => id switch
    {
        CoseAlgorithm.ES256 or CoseAlgorithm.ESP256 => EcdsaCurve.P256,
        CoseAlgorithm.ES384 or CoseAlgorithm.ESP384 => EcdsaCurve.P384,
        CoseAlgorithm.ES512 or CoseAlgorithm.ESP512 => EcdsaCurve.P521,
        _ => EcdsaCurve.Secp256k1,
    };

    private static HashAlgorithmName EcKeyHash(CoseAlgorithm id) => Curve(id).Hash;

    private static BigInteger Unsigned(ReadOnlySpan<byte> bytes) => new(bytes, isUnsigned: true, isBigEndian: true);

    private static byte[] Der(byte[] r, byte[] s) => Der(Unsigned(r), Unsigned(s));

    private static byte[] Der(BigInteger r, BigInteger s)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteInteger(r);
            writer.WriteInteger(s);
        }

        return writer.Encode();
    }
}
