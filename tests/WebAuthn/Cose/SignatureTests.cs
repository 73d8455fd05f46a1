using System.Collections.Concurrent;
using System.Security.Cryptography.X509Certificates;
using OpenPassage.Authenticator;
using OpenPassage.WebAuthn.Cose;

namespace OpenPassage.WebAuthn.Tests.Cose;

/// <summary>What holds for every algorithm alike.</summary>
public sealed class SignatureTests
{
    // Making an RSA key takes a tenth of a second: one of each kind does.
    private static readonly ConcurrentDictionary<CoseAlgorithm, SigningKey> signers = new();

    private static readonly AlgorithmSet All = AlgorithmSet.Supported.With(CoseAlgorithm.RS1);

    public static TheoryData<CoseAlgorithm> Credentials { get; } =
        [.. Enum.GetValues<CoseAlgorithm>().Where(id => id is not (CoseAlgorithm.None or CoseAlgorithm.RS1))];

    public static TheoryData<CoseAlgorithm> Certificates { get; } =
        [.. Enum.GetValues<CoseAlgorithm>().Where(id => id != CoseAlgorithm.None)];

    [Theory]
    [MemberData(nameof(Credentials))]
    public void A_signature_by_the_credential_key_verifies(CoseAlgorithm id)
    {
        var signer = Signer(id);
        byte[] data = [1, 2, 3];
        using var key = Import(signer);

        Assert.True(key.Verify(data, signer.Sign(data)));
        Assert.True(key.Verify([], signer.Sign([])));
    }

    [Theory]
    [MemberData(nameof(Credentials))]
    public void One_bit_of_the_data_bent_is_refused(CoseAlgorithm id)
    {
        var signer = Signer(id);
        var data = new byte[69];
        var signature = signer.Sign(data);
        using var key = Import(signer);

        for (var bit = 0; bit < 8 * data.Length; bit += 37)
            Assert.False(key.Verify(Bend(data, bit), signature));
    }

    [Theory]
    [MemberData(nameof(Credentials))]
    public void One_bit_of_the_signature_bent_is_refused(CoseAlgorithm id)
    {
        var signer = Signer(id);
        byte[] data = [1, 2, 3];
        var signature = signer.Sign(data);
        using var key = Import(signer);

        for (var bit = 0; bit < 8 * signature.Length; bit += Math.Max(1, signature.Length / 32))
            Assert.False(key.Verify(data, Bend(signature, bit)), $"bit {bit}");
    }

    [Theory]
    [MemberData(nameof(Credentials))]
    public void A_signature_cut_short_or_continued_is_refused(CoseAlgorithm id)
    {
        var signer = Signer(id);
        byte[] data = [1, 2, 3];
        var signature = signer.Sign(data);
        using var key = Import(signer);

        Assert.False(key.Verify(data, []));
        Assert.False(key.Verify(data, signature.AsSpan(1)));
        Assert.False(key.Verify(data, signature.AsSpan(..^1)));
        Assert.False(key.Verify(data, [.. signature, 0]));
        Assert.False(key.Verify(data, [0, .. signature]));
        Assert.False(key.Verify(data, new byte[signature.Length]));
    }

    [Theory]
    [MemberData(nameof(Credentials))]
    public void A_bent_or_another_key_does_not_verify_it(CoseAlgorithm id)
    {
        var signer = Signer(id);
        byte[] data = [1, 2, 3];
        var signature = signer.Sign(data);
        var cose = signer.ToCose().ToBytes();

        using (var other = Import(SigningKey.Create((int)id)))
            Assert.False(other.Verify(data, signature));
        for (var bit = 0; bit < 8 * cose.Length; bit += Math.Max(1, cose.Length / 16))
        {
            if (!CoseKey.TryRead(Bend(cose, bit), out var bent, out _) || All.Find(bent.Algorithm)?.Import(bent) is not { } key)
                continue;
            using (key)
                Assert.Equal(IsTwin(id, bent.Algorithm), key.Verify(data, signature));
        }
    }

    [Theory]
    [MemberData(nameof(Certificates))]
    public void A_certificate_key_verifies(CoseAlgorithm id)
    {
        var signer = Signer(id);
        byte[] data = [1, 2, 3];
        Assert.SkipWhen(signer.ToSubjectPublicKeyInfo() is null, "This machine writes no such SubjectPublicKeyInfo.");

        using var key = All.Find(id)!.Import(PublicKey.CreateFromSubjectPublicKeyInfo(signer.ToSubjectPublicKeyInfo(), out _));

        Assert.NotNull(key);
        Assert.True(key.Verify(data, signer.Sign(data)));
        Assert.False(key.Verify([1, 2, 4], signer.Sign(data)));
    }

    [Theory]
    [MemberData(nameof(Certificates))]
    public void Keys_of_other_algorithms_are_not_imported(CoseAlgorithm id)
    {
        var algorithm = All.Find(id);
        Assert.SkipWhen(algorithm is null, $"This machine does not verify {id}.");

        foreach (var other in All.Ids.Where(other => other != id && SigningKey.IsSupported((int)other)))
        {
            Assert.True(CoseKey.TryRead(Signer(other).ToCose().ToBytes(), out var key, out _));
            Assert.Null(algorithm.Import(key));
        }
    }

    [Theory]
    [MemberData(nameof(Credentials))]
    public void Many_threads_may_verify_with_one_key(CoseAlgorithm id)
    {
        var signer = Signer(id);
        byte[] good = [1, 2, 3], bad = [1, 2, 4];
        var signature = signer.Sign(good);
        using var key = Import(signer);

        Parallel.For(0, 64, new ParallelOptions { MaxDegreeOfParallelism = 8 }, i =>
        {
            Assert.True(key.Verify(good, signature));
            Assert.False(key.Verify(bad, signature));
        });
    }

    [Theory]
    [MemberData(nameof(Credentials))]
    public void A_disposed_key_says_so(CoseAlgorithm id)
    {
        var signer = Signer(id);
        byte[] data = [1, 2, 3];
        var signature = signer.Sign(data);
        var key = Import(signer);

        key.Dispose();
        key.Dispose();

        Assert.Throws<ObjectDisposedException>(() => key.Verify(data, signature));
    }

    private static SigningKey Signer(CoseAlgorithm id)
    {
        Assert.SkipWhen(All.Find(id) is null, $"This machine does not verify {id}.");
        Assert.SkipUnless(SigningKey.IsSupported((int)id), $"This machine does not sign with {id}.");
        return signers.GetOrAdd(id, id => SigningKey.Create((int)id));
    }

    private static VerificationKey Import(SigningKey signer)
    {
        Assert.True(CoseKey.TryRead(signer.ToCose().ToBytes(), out var key, out _));
        var imported = All.Find(key.Algorithm)?.Import(key);
        Assert.NotNull(imported);
        return imported;
    }

    private static byte[] Bend(byte[] bytes, int bit)
    {
        var bent = bytes.ToArray();
        bent[bit / 8] ^= (byte)(1 << (bit % 8));
        return bent;
    }

    // One bit leads from -35 to -51 and from -36 to -52: the same key under its twin's number, which verifies the same.
    private static bool IsTwin(CoseAlgorithm id, CoseAlgorithm other) =>
        (id, other) is (CoseAlgorithm.ES384, CoseAlgorithm.ESP384) or (CoseAlgorithm.ES512, CoseAlgorithm.ESP512)
        || (other, id) is (CoseAlgorithm.ES384, CoseAlgorithm.ESP384) or (CoseAlgorithm.ES512, CoseAlgorithm.ESP512);
}
