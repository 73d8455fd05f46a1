using OpenPassage.WebAuthn.Metadata;

// It weighs what Attestation says against Metadata, so the file stands above both; its name is looked for beside the formats.
namespace OpenPassage.WebAuthn.Attestation;

/// <summary>
/// What a relying party asks of attestation (§7.1 steps 23 and 24). An immutable value; without any change it accepts every
/// statement that verifies and reports what it is worth.
/// </summary>
public sealed record AttestationPolicy
{
    /// <summary>Accepts every statement that verifies, none included.</summary>
    public static AttestationPolicy AcceptAny { get; } = new();

    /// <summary>
    /// The certificates that may vouch for any authenticator. For a model that <see cref="Metadata"/> lists, the model's own are
    /// used instead.
    /// </summary>
    public TrustAnchors Anchors { get; init; } = TrustAnchors.None;

    /// <summary>Refuse whatever is not <see cref="TrustLevel.Anchored"/>: none, self and untrusted.</summary>
    public bool RequireAttestation { get; init; }

    /// <summary>What to do with certificates that lead to no anchor.</summary>
    public UntrustedAttestation Untrusted { get; init; } = UntrustedAttestation.Report;

    /// <summary>
    /// The only models to register; null: all. Without <see cref="RequireAttestation"/> it is a hint: an authenticator may claim
    /// any AAGUID.
    /// </summary>
    public IReadOnlySet<Guid>? AllowedAaguids { get; init; }

    /// <summary>Models never to register.</summary>
    public IReadOnlySet<Guid> DeniedAaguids { get; init; } = new HashSet<Guid>();

    /// <summary>FIDO's list of models: their trust anchors and status reports. Null: it is not consulted.</summary>
    public MetadataBlob? Metadata { get; init; }

    /// <summary>Statuses of a model in <see cref="Metadata"/> that refuse a registration, whatever its attestation is worth.</summary>
    public IReadOnlySet<string> RefusedStatuses { get; init; } = AuthenticatorStatus.RefusedByDefault;

    /// <summary>Accept RSA with SHA-1 (<c>RS1</c>) as the signature of a TPM statement, which old Windows devices make.</summary>
    public bool AllowSha1 { get; init; }

    /// <summary>
    /// Register also when the statement cannot be judged here: its format or algorithm is unknown, it is signed over SHA-1
    /// without <see cref="AllowSha1"/>, or its TPM's maker is not in this version's copy of the registry. It is worth
    /// <see cref="TrustLevel.Untrusted"/>, and nothing in it is believed. A statement that is wrong is refused anyway. Without
    /// effect where attestation is required or <see cref="Untrusted"/> says refuse.
    /// </summary>
    public bool AcceptUnjudged { get; init; }

    /// <summary>Whether a registration goes on although verification ended like this.</summary>
    internal bool PassesOver(Rejection rejection) =>
        AcceptUnjudged && !RequireAttestation && Untrusted == UntrustedAttestation.Report
        && (rejection == Rejection.UnknownAttestationFormat
            || rejection == Rejection.AttestationAlgorithmNotSupported
            || rejection == Rejection.AttestationSha1NotAllowed
            || rejection == Rejection.TpmManufacturer);

    /// <summary>Judges a statement that has verified, or that <see cref="AcceptUnjudged"/> lets pass.</summary>
    /// <remarks>
    /// The AAGUID is that of authenticator data. Certificates must be valid at the moment <paramref name="at"/>; null: their validity
    /// dates are not looked at.
    /// </remarks>
    internal Verdict<AttestationAssessment> Assess(AttestationStatement statement, Guid aaguid, DateTimeOffset? at)
    {
        ArgumentNullException.ThrowIfNull(statement);
        if (DeniedAaguids.Contains(aaguid) || AllowedAaguids?.Contains(aaguid) == false)
            return Rejection.AuthenticatorModelNotAllowed;

        // §7.1.23
        var model = Metadata?.Find(aaguid, statement);
        if (model is not null && AuthenticatorStatus.Holds(model.StatusReports, RefusedStatuses, PathOf(statement), at))
            return Rejection.AuthenticatorStatusRefused;

        // §7.1.24
        var trust = TrustOf(statement, model, at);
        if (RequireAttestation && trust is TrustLevel.None or TrustLevel.Self)
            return Rejection.AttestationRequired;
        if (trust == TrustLevel.Untrusted && (RequireAttestation || Untrusted == UntrustedAttestation.Refuse))
            return Rejection.UntrustedAttestation;
        return new AttestationAssessment { Trust = trust, Model = model };
    }

    private TrustLevel TrustOf(AttestationStatement statement, MetadataEntry? model, DateTimeOffset? at)
    {
        // Every part of a compound statement signs the same authenticator data, so the strongest part speaks for all of it.
        if (statement.Parts.Count > 0)
            return Strongest(statement.Parts.Select(part => TrustOf(part, model, at)));
        return statement.Type switch
        {
            AttestationType.None => TrustLevel.None,
            AttestationType.Self => TrustLevel.Self,
            AttestationType.Unjudged => TrustLevel.Untrusted,
            _ when model?.Attests(statement.Type) == false => TrustLevel.Untrusted,
            _ => (model?.Anchors ?? Anchors).Trust(statement.TrustPath, at) ? TrustLevel.Anchored : TrustLevel.Untrusted,
        };
    }

    private static IReadOnlyList<ReadOnlyMemory<byte>> PathOf(AttestationStatement statement) =>
        statement.Parts.Count == 0 ? statement.TrustPath : [.. statement.Parts.SelectMany(part => part.TrustPath)];

    private static TrustLevel Strongest(IEnumerable<TrustLevel> levels)
    {
        var strongest = TrustLevel.None;
        foreach (var level in levels)
        {
            if (Strength(level) > Strength(strongest))
                strongest = level;
        }
        return strongest;

        static int Strength(TrustLevel level) => level switch
        {
            TrustLevel.None => 0,
            TrustLevel.Self => 1,
            TrustLevel.Untrusted => 2,
            _ => 3,
        };
    }
}

/// <summary>How a relying party rates an attestation that it accepts.</summary>
internal sealed record AttestationAssessment
{
    /// <summary>What the attestation is worth.</summary>
    public required TrustLevel Trust { get; init; }

    /// <summary>
    /// What FIDO says about the model that the authenticator claims to be, which is proven only at <see cref="TrustLevel.Anchored"/>.
    /// Null: not listed, or no metadata.
    /// </summary>
    public MetadataEntry? Model { get; init; }
}
