namespace OpenPassage.WebAuthn.Cose;

/// <summary>
/// The algorithms a relying party works with: an immutable value that is handed in. What it finds, it can verify;
/// what is in <see cref="Ids"/>, it also asks authenticators for.
/// </summary>
public sealed class AlgorithmSet
{
    // In order of preference. The fully specified twins verify and are not asked for: relying parties are advised
    // to keep to the older numbers, which every authenticator knows (§5.8.5). RS1 is here for With only.
    private static readonly (SignatureAlgorithm Algorithm, bool Offer, bool Default)[] known =
    [
        (new Ecdsa(CoseAlgorithm.ES256, EcdsaCurve.P256), true, true),
        (new Ed25519(CoseAlgorithm.EdDSA), true, true),
        (new Ecdsa(CoseAlgorithm.ES384, EcdsaCurve.P384), true, true),
        (new Ecdsa(CoseAlgorithm.ES512, EcdsaCurve.P521), true, true),
        (new Ed448(), true, true),
        (new MLDsa(CoseAlgorithm.MLDsa44), true, true),
        (new MLDsa(CoseAlgorithm.MLDsa65), true, true),
        (new MLDsa(CoseAlgorithm.MLDsa87), true, true),
        (new Rsa(CoseAlgorithm.PS256), true, true),
        (new Rsa(CoseAlgorithm.PS384), true, true),
        (new Rsa(CoseAlgorithm.PS512), true, true),
        (new Rsa(CoseAlgorithm.RS256), true, true),
        (new Rsa(CoseAlgorithm.RS384), true, true),
        (new Rsa(CoseAlgorithm.RS512), true, true),
        (new Ecdsa(CoseAlgorithm.ES256K, EcdsaCurve.Secp256k1), true, true),
        (new Ecdsa(CoseAlgorithm.ESP256, EcdsaCurve.P256), false, true),
        (new Ecdsa(CoseAlgorithm.ESP384, EcdsaCurve.P384), false, true),
        (new Ecdsa(CoseAlgorithm.ESP512, EcdsaCurve.P521), false, true),
        (new Ed25519(CoseAlgorithm.Ed25519), false, true),
        (new Rsa(CoseAlgorithm.RS1), false, false),
    ];

    private readonly SignatureAlgorithm[] algorithms;
    private readonly CoseAlgorithm[] ids;

    private AlgorithmSet(IEnumerable<SignatureAlgorithm> algorithms, IEnumerable<CoseAlgorithm> ids)
    {
        this.algorithms = [.. algorithms];
        this.ids = [.. ids];
    }

    /// <summary>
    /// All that this machine can verify, found by a probe at run time, most preferred first. RS1 is never among them:
    /// add it with <see cref="With"/> where old TPM attestations are to be accepted.
    /// </summary>
    public static AlgorithmSet Supported { get; } = new(
        known.Where(entry => entry.Default && entry.Algorithm.IsSupported).Select(entry => entry.Algorithm),
        known.Where(entry => entry is { Default: true, Offer: true } && entry.Algorithm.IsSupported).Select(entry => entry.Algorithm.Id));

    /// <summary>What to ask authenticators for (<c>pubKeyCredParams</c>, §5.4), most preferred first.</summary>
    public IReadOnlyList<CoseAlgorithm> Ids => ids;

    /// <summary>The algorithm with that number; null when it is not in this set.</summary>
    internal SignatureAlgorithm? Find(CoseAlgorithm id)
    {
        foreach (var algorithm in algorithms)
        {
            if (algorithm.Id == id)
                return algorithm;
        }

        return null;
    }

    /// <summary>
    /// This set and more, the new ones least preferred. RS1 is added for attestation statements only: it is never
    /// asked for, and no credential key is imported under it.
    /// </summary>
    /// <exception cref="ArgumentException">An algorithm that this machine cannot verify.</exception>
    public AlgorithmSet With(params ReadOnlySpan<CoseAlgorithm> ids)
    {
        var found = algorithms.ToList();
        var asked = this.ids.ToList();
        foreach (var id in ids)
        {
            if (Find(id) is null)
                found.Add(FindKnown(id));
            if (id != CoseAlgorithm.RS1 && !asked.Contains(id))
                asked.Add(id);
        }

        return new(found.Distinct(), asked);
    }

    /// <summary>These algorithms and no other, in the order given.</summary>
    /// <exception cref="ArgumentException">An algorithm that this machine cannot verify, or none at all.</exception>
    public static AlgorithmSet Only(params ReadOnlySpan<CoseAlgorithm> ids)
    {
        if (ids.IsEmpty)
            throw new ArgumentException("Name at least one algorithm.", nameof(ids));
        return new AlgorithmSet([], []).With(ids);
    }

    private static SignatureAlgorithm FindKnown(CoseAlgorithm id)
    {
        foreach (var (algorithm, _, _) in known)
        {
            if (algorithm.Id == id && algorithm.IsSupported)
                return algorithm;
        }

        throw new ArgumentException(
            $"This machine cannot verify algorithm {id}. AlgorithmSet.Supported.Ids lists what it can.",
            nameof(id));
    }
}
