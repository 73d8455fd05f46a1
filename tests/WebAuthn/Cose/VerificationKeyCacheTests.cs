using OpenPassage.Authenticator;
using OpenPassage.WebAuthn.Cose;

namespace OpenPassage.WebAuthn.Tests.Cose;

public sealed class VerificationKeyCacheTests
{
    private static readonly byte[] Data = [1, 2, 3];

    [Fact]
    public void The_same_bytes_are_imported_once()
    {
        var cache = new VerificationKeyCache();
        var cose = new EcKey(Alg.ES256).ToCose().ToBytes();

        var first = cache.GetOrImport(AlgorithmSet.Supported, cose, out var algorithm);
        var second = cache.GetOrImport(AlgorithmSet.Supported, cose.ToArray(), out _);

        Assert.NotNull(first);
        Assert.Same(first, second);
        Assert.Equal(CoseAlgorithm.ES256, algorithm);
        Assert.Equal(1, cache.Count);
    }

    [Fact]
    public void What_is_found_and_what_is_not_are_counted()
    {
        var cache = new VerificationKeyCache();
        var cose = new EcKey(Alg.ES256).ToCose().ToBytes();

        cache.GetOrImport(AlgorithmSet.Supported, cose, out _);
        cache.GetOrImport(AlgorithmSet.Supported, cose, out _);
        cache.GetOrImport(AlgorithmSet.Supported, cose, out _);
        cache.GetOrImport(AlgorithmSet.Supported, [], out _);

        Assert.Equal((2, 2), (cache.Hits, cache.Misses));
    }

    [Fact]
    public void What_is_no_key_is_not_kept()
    {
        var cache = new VerificationKeyCache();
        var cose = new EcKey(Alg.ES256).ToCose().ToBytes();
        var offCurve = cose.ToArray();
        offCurve[^1] ^= 1;

        Assert.Null(cache.GetOrImport(AlgorithmSet.Supported, [], out var algorithm));
        Assert.Equal(CoseAlgorithm.None, algorithm);
        Assert.Null(cache.GetOrImport(AlgorithmSet.Supported, [.. cose, 0], out algorithm));
        Assert.Equal(CoseAlgorithm.None, algorithm);
        Assert.Null(cache.GetOrImport(AlgorithmSet.Supported, offCurve, out algorithm));
        Assert.Equal(CoseAlgorithm.ES256, algorithm);
        Assert.Equal(0, cache.Count);
    }

    [Fact]
    public void A_key_that_one_set_let_in_is_not_found_by_a_set_without_its_algorithm()
    {
        var cache = new VerificationKeyCache();
        var cose = new EcKey(Alg.ES256).ToCose().ToBytes();
        Assert.NotNull(cache.GetOrImport(AlgorithmSet.Supported, cose, out _));

        Assert.Null(cache.GetOrImport(AlgorithmSet.Only(CoseAlgorithm.RS256), cose, out var algorithm));
        Assert.Equal(CoseAlgorithm.ES256, algorithm);
    }

    [Fact]
    public void It_never_holds_more_than_its_capacity()
    {
        var cache = new VerificationKeyCache(capacity: 3);
        for (var i = 0; i < 10; i++)
            Assert.NotNull(cache.GetOrImport(AlgorithmSet.Supported, new EcKey(Alg.ES256).ToCose().ToBytes(), out _));

        Assert.Equal(3, cache.Count);
        Assert.Throws<ArgumentOutOfRangeException>(() => new VerificationKeyCache(0));
    }

    [Fact]
    public void What_was_used_lately_outlives_what_was_not()
    {
        var cache = new VerificationKeyCache(capacity: 4);
        var used = new EcKey(Alg.ES256).ToCose().ToBytes();
        var kept = cache.GetOrImport(AlgorithmSet.Supported, used, out _);

        for (var i = 0; i < 20; i++)
        {
            Assert.Same(kept, cache.GetOrImport(AlgorithmSet.Supported, used, out _));
            cache.GetOrImport(AlgorithmSet.Supported, new EcKey(Alg.ES256).ToCose().ToBytes(), out _);
        }
    }

    [Fact]
    public void Where_every_key_was_used_lately_one_of_them_gives_way()
    {
        var cache = new VerificationKeyCache(capacity: 2);
        byte[][] keys = [new EcKey(Alg.ES256).ToCose().ToBytes(), new EcKey(Alg.ES256).ToCose().ToBytes()];
        foreach (var key in (byte[][])[.. keys, .. keys])
            cache.GetOrImport(AlgorithmSet.Supported, key, out _);

        Assert.NotNull(cache.GetOrImport(AlgorithmSet.Supported, new EcKey(Alg.ES256).ToCose().ToBytes(), out _));
        Assert.Equal(2, cache.Count);
    }

    [Fact]
    public void No_set_of_algorithms_is_misuse() =>
        Assert.Throws<ArgumentNullException>(() => new VerificationKeyCache().GetOrImport(null!, [], out _));

    [Fact]
    public void An_evicted_key_still_verifies_for_who_holds_it()
    {
        var cache = new VerificationKeyCache(capacity: 1);
        var signer = new EcKey(Alg.ES256);
        var held = cache.GetOrImport(AlgorithmSet.Supported, signer.ToCose().ToBytes(), out _);

        cache.GetOrImport(AlgorithmSet.Supported, new EcKey(Alg.ES256).ToCose().ToBytes(), out _);
        GC.Collect();
        GC.WaitForPendingFinalizers();

        Assert.NotSame(held, cache.GetOrImport(AlgorithmSet.Supported, signer.ToCose().ToBytes(), out _));
        Assert.True(held!.Verify(Data, signer.Sign(Data)));
    }

    [Fact]
    public void Threads_verify_rightly_while_keys_are_evicted_under_them()
    {
        var cache = new VerificationKeyCache(capacity: 2);
        var signers = Enumerable.Range(0, 8)
            .Select(i => SigningKey.Create(i % 4 == 3 && EdwardsKey.IsAvailable ? Alg.EdDSA : Alg.ES256))
            .Select(signer => (Cose: signer.ToCose().ToBytes(), Signature: signer.Sign(Data)))
            .ToArray();

        Parallel.For(0, 4_000, new ParallelOptions { MaxDegreeOfParallelism = 8 }, i =>
        {
            var (cose, signature) = signers[i % signers.Length];
            var key = cache.GetOrImport(AlgorithmSet.Supported, cose, out _);
            Assert.True(key!.Verify(Data, signature));
            Assert.False(key.Verify([4, 5, 6], signature));
            if (i % 500 == 0)
                GC.Collect();
        });

        Assert.InRange(cache.Count, 1, 2);
    }
}
