using OpenPassage.Fuzz.Tests.Seeds;
using OpenPassage.WebAuthn.Attestation;
using OpenPassage.WebAuthn.Cose;

namespace OpenPassage.Fuzz.Tests.Targets;

/// <summary>Keys of every algorithm: read, imported, and asked to verify.</summary>
internal sealed class CoseKeys() : Target("COSE key", 8)
{
    private static readonly byte[] data = [1, 2, 3];

    private static List<byte[]> Keys { get; } =
    [
        .. Seeds.Authentications.Where(seed => RegistrationTarget.IsJudgedHere(seed.Name)).Select(seed => seed.Record.PublicKey.ToArray()),
        .. Hostile.Keys,
    ];

    // No attestation object holds a longer one.
    protected override int MaxLength => 64 * 1024;

    public override IEnumerable<Case> Good() => Keys.Select(key => Judged(key, new byte[64]));

    public override Case Make(Random random)
    {
        var signature = random.Next(2) == 0 ? Pick(random, Seeds.Authentications).Part("signature") : new byte[random.Next(5000)];
        return Judged(Bend(random, Pick(random, Keys), Pick(random, Keys)), signature);
    }

    private static Case Judged(byte[] cbor, byte[] signature) => new(cbor, () =>
    {
        var isKey = CoseKey.TryRead(cbor, out var key, out var length);
        Assert.True(isKey ? length > 0 && length <= cbor.Length : length == 0 && key is null);
        if (new VerificationKeyCache(1).GetOrImport(AlgorithmSet.Supported, cbor, out var algorithm) is not { } imported)
            return isKey ? $"not imported as {(Enum.IsDefined(algorithm) ? algorithm : "another")}" : "no key";
        using (imported)
            Assert.False(imported.Verify(data, signature), "a signature that nobody made");
        return Accepted;
    });
}

/// <summary>Certificates that are to lead to an anchor.</summary>
internal sealed class Chains() : Target("certificate path", 2)
{
    private static IReadOnlyList<ReadOnlyMemory<byte>>[] Paths { get; } =
    [
        .. Seeds.Registrations.Where(Statements.IsAttested).Select(PathOf).Where(path => path.Count > 0),
    ];

    public override IEnumerable<Case> Good() => Paths.Select(Judged);

    public override Case Make(Random random)
    {
        var path = Pick(random, Paths).Concat(random.Next(3) == 0 ? Pick(random, Paths) : []).ToList();
        var at = random.Next(path.Count);
        path[at] = Bend(random, path[at].ToArray(), Pick(random, Paths)[0].ToArray());
        return Judged(path);
    }

    private static Case Judged(IReadOnlyList<ReadOnlyMemory<byte>> path) => new(
        [.. path.SelectMany(certificate => certificate.ToArray())],
        () => Seeds.Root.Trust(path, Setting.Now) ? Accepted : "untrusted");

    private static IReadOnlyList<ReadOnlyMemory<byte>> PathOf(RegistrationSeed seed)
    {
        var response = WebAuthn.RegistrationResponse.Read(seed.Json).GetOrThrow();
        var verdict = Setting.RelyingParty().FinishRegistration(response, Setting.Registration(AttestationPolicy.AcceptAny));
        return verdict.GetOrThrow().Attestation.TrustPath;
    }
}
