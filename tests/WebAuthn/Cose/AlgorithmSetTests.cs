using OpenPassage.WebAuthn.Cose;

namespace OpenPassage.WebAuthn.Tests.Cose;

public sealed class AlgorithmSetTests
{
    [Fact]
    public void ES256_is_asked_for_first_and_RS256_too()
    {
        Assert.Equal(CoseAlgorithm.ES256, AlgorithmSet.Supported.Ids[0]);
        Assert.Contains(CoseAlgorithm.RS256, AlgorithmSet.Supported.Ids);
    }

    [Theory]
    [InlineData(CoseAlgorithm.ESP256)]
    [InlineData(CoseAlgorithm.ESP384)]
    [InlineData(CoseAlgorithm.ESP512)]
    [InlineData(CoseAlgorithm.Ed25519)]
    public void Fully_specified_twins_verify_without_being_asked_for(CoseAlgorithm twin)
    {
        Assert.NotNull(AlgorithmSet.Supported.Find(twin));
        Assert.DoesNotContain(twin, AlgorithmSet.Supported.Ids);
        Assert.Contains(twin, AlgorithmSet.Only(twin).Ids);
    }

    [Fact]
    public void RS1_is_found_only_where_it_was_added_and_never_asked_for()
    {
        var withSha1 = AlgorithmSet.Supported.With(CoseAlgorithm.RS1);

        Assert.Null(AlgorithmSet.Supported.Find(CoseAlgorithm.RS1));
        Assert.NotNull(withSha1.Find(CoseAlgorithm.RS1));
        Assert.Equal(AlgorithmSet.Supported.Ids, withSha1.Ids);
    }

    [Fact]
    public void Everything_asked_for_is_found()
    {
        Assert.All(AlgorithmSet.Supported.Ids, id => Assert.Equal(id, AlgorithmSet.Supported.Find(id)?.Id));
        Assert.Distinct(AlgorithmSet.Supported.Ids);
    }

    [Fact]
    public void Only_keeps_the_order_given_and_nothing_else()
    {
        var two = AlgorithmSet.Only(CoseAlgorithm.RS256, CoseAlgorithm.ES256);

        Assert.Equal([CoseAlgorithm.RS256, CoseAlgorithm.ES256], two.Ids);
        Assert.Null(two.Find(CoseAlgorithm.ES384));
    }

    public static TheoryData<CoseAlgorithm> All => [.. AlgorithmSet.Supported.Ids, CoseAlgorithm.ESP256];

    [Theory]
    [MemberData(nameof(All))]
    public void No_key_to_import_is_misuse(CoseAlgorithm id)
    {
        var algorithm = AlgorithmSet.Supported.Find(id)!;
        Assert.Throws<ArgumentNullException>(() => algorithm.Import((CoseKey)null!));
        Assert.Throws<ArgumentNullException>(() => algorithm.Import((System.Security.Cryptography.X509Certificates.PublicKey)null!));
    }

    [Fact]
    public void A_refused_algorithm_is_named() =>
        Assert.Contains(
            "-4711",
            Assert.Throws<ArgumentException>(() => AlgorithmSet.Only((CoseAlgorithm)(-4711))).Message,
            StringComparison.Ordinal);

    [Fact]
    public void An_algorithm_that_cannot_be_verified_is_refused_when_asked_for()
    {
        Assert.Throws<ArgumentException>(() => AlgorithmSet.Supported.With((CoseAlgorithm)(-4711)));
        Assert.Throws<ArgumentException>(() => AlgorithmSet.Only());
    }
}
