using System.Security.Cryptography;
using System.Text;

namespace OpenPassage.WebAuthn.Cose;

/// <summary>A curve as WebAuthn uses it, with the one hash it goes with: domain parameters of SEC 2 and FIPS 186-5.</summary>
internal sealed class EcdsaCurve
{
    public static readonly EcdsaCurve P256 = new(
        CoseCurve.P256, "1.2.840.10045.3.1.7", "06082A8648CE3D030107", "prime256v1", HashAlgorithmName.SHA256,
        order: "FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551",
        x: "6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296",
        y: "4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5");

    public static readonly EcdsaCurve P384 = new(
        CoseCurve.P384, "1.3.132.0.34", "06052B81040022", "secp384r1", HashAlgorithmName.SHA384,
        order: "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFC7634D81F4372DDF581A0DB248B0A77AECEC196ACCC52973",
        x: "AA87CA22BE8B05378EB1C71EF320AD746E1D3B628BA79B9859F741E082542A385502F25DBF55296C3A545E3872760AB7",
        y: "3617DE4A96262C6F5D9E98BF9292DC29F8F41DBD289A147CE9DA3113B5F0B8C00A60B1CE1D7E819D7A431D7C90EA0E5F");

    public static readonly EcdsaCurve P521 = new(
        CoseCurve.P521, "1.3.132.0.35", "06052B81040023", "secp521r1", HashAlgorithmName.SHA512,
        order: "01FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF"
            + "FA51868783BF2F966B7FCC0148F709A5D03BB5C9B8899C47AEBB6FB71E91386409",
        x: "00C6858E06B70404E9CD9E3ECB662395B4429C648139053FB521F828AF606B4D3D"
            + "BAA14B5E77EFE75928FE1DC127A2FFA8DE3348B3C1856A429BF97E7E31C2E5BD66",
        y: "011839296A789A3BC0045C8A5FB42C7D1BD998F54449579B446817AFBD17273E66"
            + "2C97EE72995EF42640C550B9013FAD0761353C7086A272C24088BE94769FD16650");

    public static readonly EcdsaCurve Secp256k1 = new(
        CoseCurve.Secp256k1, "1.3.132.0.10", "06052B8104000A", "secp256k1", HashAlgorithmName.SHA256,
        order: "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141",
        x: "79BE667EF9DCBBAC55A06295CE870B07029BFCDB2DCE28D959F2815B16F81798",
        y: "483ADA7726A3C4655DA4FBFC0E1108A8FD17B448A68554199C47D08FFB10D4B8");

    private readonly byte[] encodedOid, nativeName, order, x, y;

    private EcdsaCurve(
        CoseCurve id,
        string oid,
        string encodedOid,
        string nativeName,
        HashAlgorithmName hash,
        string order,
        string x,
        string y)
    {
        (Id, Hash) = (id, hash);
        Named = ECCurve.CreateFromValue(oid);
        this.encodedOid = Convert.FromHexString(encodedOid);
        this.nativeName = Encoding.ASCII.GetBytes(nativeName);
        this.order = Convert.FromHexString(order);
        this.x = Convert.FromHexString(x);
        this.y = Convert.FromHexString(y);
    }

    public CoseCurve Id { get; }

    public ECCurve Named { get; }

    public HashAlgorithmName Hash { get; }

    /// <summary>Its name in libcrypto.</summary>
    public ReadOnlySpan<byte> NativeName => nativeName;

    /// <summary>Bytes of a coordinate.</summary>
    public int Size => x.Length;

    /// <summary>The order of the base point, big-endian.</summary>
    public ReadOnlySpan<byte> Order => order;

    public ReadOnlySpan<byte> GeneratorX => x;

    public ReadOnlySpan<byte> GeneratorY => y;

    /// <summary>Its OBJECT IDENTIFIER as DER.</summary>
    public ReadOnlySpan<byte> EncodedOid => encodedOid;
}
