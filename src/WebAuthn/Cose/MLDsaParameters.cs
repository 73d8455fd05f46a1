namespace OpenPassage.WebAuthn.Cose;

/// <summary>A parameter set of ML-DSA: FIPS 204 §4, tables 1 and 2, under the standard's names.</summary>
internal sealed record MLDsaParameters
{
    public static readonly MLDsaParameters MLDsa44 = new()
    {
        K = 4, L = 4, Tau = 39, Beta = 78, Gamma1Bits = 17, Gamma2 = 95_232,
        Omega = 80, ChallengeSize = 32,
    };

    public static readonly MLDsaParameters MLDsa65 = new()
    {
        K = 6, L = 5, Tau = 49, Beta = 196, Gamma1Bits = 19, Gamma2 = 261_888,
        Omega = 55, ChallengeSize = 48,
    };

    public static readonly MLDsaParameters MLDsa87 = new()
    {
        K = 8, L = 7, Tau = 60, Beta = 120, Gamma1Bits = 19, Gamma2 = 261_888,
        Omega = 75, ChallengeSize = 64,
    };

    /// <summary>Rows of the matrix A.</summary>
    public required int K { get; init; }

    /// <summary>Columns of the matrix A.</summary>
    public required int L { get; init; }

    /// <summary>How many coefficients of the challenge are not 0.</summary>
    public required int Tau { get; init; }

    /// <summary>τ·η: by how much a response may be pushed out of its range.</summary>
    public required int Beta { get; init; }

    /// <summary>The base-2 logarithm of γ1, the range of a response.</summary>
    public required int Gamma1Bits { get; init; }

    /// <summary>The range of low-order bits.</summary>
    public required int Gamma2 { get; init; }

    /// <summary>The most hints that are 1.</summary>
    public required int Omega { get; init; }

    /// <summary>λ/4: bytes of the commitment's hash.</summary>
    public required int ChallengeSize { get; init; }

    /// <summary>Bytes of a coefficient row of z.</summary>
    public int ResponseSize => 32 * (1 + Gamma1Bits);

    public int PublicKeySize => 32 + (320 * K);

    public int SignatureSize => ChallengeSize + (L * ResponseSize) + Omega + K;
}
