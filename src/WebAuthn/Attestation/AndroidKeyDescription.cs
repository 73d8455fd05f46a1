namespace OpenPassage.WebAuthn.Attestation;

/// <summary>
/// The extension of an Android key certificate (§8.4.1; schema in Android's "Verify hardware-backed key pairs"). Each Android
/// version adds tags to the lists, so unknown ones are ignored.
/// </summary>
internal readonly ref struct AndroidKeyDescription
{
    public ReadOnlySpan<byte> Challenge { get; private init; }

    public AndroidAuthorizations SoftwareEnforced { get; private init; }

    /// <summary><c>teeEnforced</c>, later called <c>hardwareEnforced</c>.</summary>
    public AndroidAuthorizations HardwareEnforced { get; private init; }

    public static bool TryRead(ReadOnlySpan<byte> der, out AndroidKeyDescription description)
    {
        description = default;
        if (!DerReader.TryReadOnly(der, DerTag.Sequence, out var sequence))
            return false;
        var reader = new DerReader(sequence);
        // attestationVersion, attestationSecurityLevel, keyMintVersion and keyMintSecurityLevel, which decide nothing here and
        // are not always of their type; then attestationChallenge, uniqueId, and the two lists.
        if (!reader.TryRead(out _, out _) || !reader.TryRead(out _, out _) || !reader.TryRead(out _, out _) || !reader.TryRead(out _, out _)
            || !reader.TryRead(DerTag.OctetString, out var challenge) || !reader.TryRead(DerTag.OctetString, out _)
            || !reader.TryRead(DerTag.Sequence, out var software) || !reader.TryRead(DerTag.Sequence, out var hardware)
            || !reader.AtEnd)
            return false;
        if (!AndroidAuthorizations.TryRead(software, out var softwareEnforced)
            || !AndroidAuthorizations.TryRead(hardware, out var hardwareEnforced))
            return false;
        description = new() { Challenge = challenge, SoftwareEnforced = softwareEnforced, HardwareEnforced = hardwareEnforced };
        return true;
    }
}

/// <summary>The three entries of an AuthorizationList that §8.4 asks for.</summary>
internal readonly record struct AndroidAuthorizations
{
    /// <summary>KM_ORIGIN_GENERATED.</summary>
    public const int Generated = 0;

    private const int Sign = 2, Verify = 3;
    private static readonly int purposeTag = DerTag.Explicit(1);
    private static readonly int allApplicationsTag = DerTag.Explicit(600);
    private static readonly int originTag = DerTag.Explicit(702);

    /// <summary><c>origin</c> [702]; null when absent.</summary>
    public int? Origin { get; private init; }

    /// <summary><c>allApplications</c> [600]: any app may use the key.</summary>
    public bool AllApplications { get; private init; }

    /// <summary><c>purpose</c> [1] has KM_PURPOSE_SIGN.</summary>
    public bool Signs { get; private init; }

    /// <summary>
    /// <c>purpose</c> [1] has something other than KM_PURPOSE_SIGN and KM_PURPOSE_VERIFY, which does not use the private key.
    /// </summary>
    public bool DoesMoreThanSign { get; private init; }

    public static bool TryRead(ReadOnlySpan<byte> list, out AndroidAuthorizations authorizations)
    {
        authorizations = default;
        var reader = new DerReader(list);
        while (!reader.AtEnd)
        {
            if (!reader.TryRead(out var tag, out var content))
                return false;
            if (tag == allApplicationsTag)
            {
                authorizations = authorizations with { AllApplications = true };
            }
            else if (tag == originTag)
            {
                if (authorizations.Origin is not null
                    || !DerReader.TryReadOnly(content, DerTag.Integer, out var origin) || origin is not [var value])
                    return false;
                authorizations = authorizations with { Origin = value };
            }
            else if (tag == purposeTag && !TryReadPurposes(content, ref authorizations))
            {
                return false;
            }
        }
        return true;
    }

    private static bool TryReadPurposes(ReadOnlySpan<byte> content, ref AndroidAuthorizations authorizations)
    {
        if (!DerReader.TryReadOnly(content, DerTag.Set, out var set))
            return false;
        var reader = new DerReader(set);
        while (!reader.AtEnd)
        {
            if (!reader.TryRead(DerTag.Integer, out var purpose) || purpose is not [var value])
                return false;
            authorizations = value switch
            {
                Sign => authorizations with { Signs = true },
                Verify => authorizations,
                _ => authorizations with { DoesMoreThanSign = true },
            };
        }
        return true;
    }
}
