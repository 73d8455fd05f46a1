namespace OpenPassage.Server.Manage;

/// <summary>
/// An app's settings in a request. What is absent stays as it is; an empty list, an empty text or a timeout of 0 takes a
/// setting away.
/// </summary>
internal abstract record AppSettings
{
    public string? Name { get; init; }

    /// <summary>Fixed once a passkey exists.</summary>
    public string? RpId { get; init; }

    public string? RpName { get; init; }
    public IReadOnlyList<string>? Origins { get; init; }
    public IReadOnlyList<string>? RelatedOrigins { get; init; }
    public IReadOnlyList<ManagedAndroidApp>? AndroidApps { get; init; }
    public IReadOnlyList<string>? AppleApps { get; init; }

    /// <summary>The three together: a page that is not named is taken away.</summary>
    public ManagedPasskeyEndpoints? PasskeyEndpoints { get; init; }

    /// <summary><c>required</c>, <c>preferred</c> or <c>discouraged</c>.</summary>
    public string? UserVerification { get; init; }

    /// <summary><c>platform</c>, <c>cross-platform</c>, or empty for either.</summary>
    public string? Attachment { get; init; }

    /// <summary><c>client-device</c>, <c>security-key</c>, <c>hybrid</c>; most likely first.</summary>
    public IReadOnlyList<string>? Hints { get; init; }

    /// <summary><c>none</c>, <c>indirect</c>, <c>direct</c> or <c>enterprise</c>.</summary>
    public string? Attestation { get; init; }

    public bool? RequireAttestation { get; init; }

    /// <summary><c>report</c> or <c>refuse</c>.</summary>
    public string? UntrustedAttestation { get; init; }

    /// <summary>Such as <c>packed</c> and <c>tpm</c>; most preferred first.</summary>
    public IReadOnlyList<string>? AttestationFormats { get; init; }

    public bool? AllowSha1 { get; init; }

    /// <summary>Such as <c>REVOKED</c>; <c>none</c> alone: no model is refused for its status.</summary>
    public IReadOnlyList<string>? RefusedStatuses { get; init; }

    /// <summary><c>allow</c>, <c>refuse</c>, <c>require</c> or <c>backed-up</c>.</summary>
    public string? SyncedPasskeys { get; init; }

    /// <summary>Such as <c>ES256</c>; most preferred first.</summary>
    public IReadOnlyList<string>? Algorithms { get; init; }

    public IReadOnlyList<string>? TopOrigins { get; init; }
    public bool? AllowUnnamedTopOrigin { get; init; }
    public IReadOnlyList<string>? AllowedAaguids { get; init; }
    public IReadOnlyList<string>? DeniedAaguids { get; init; }

    /// <summary>0: the server's own.</summary>
    public long? CeremonyTimeoutSeconds { get; init; }

    /// <summary>Whether pages may have a passkey made in passing, without a prompt.</summary>
    public bool? ConditionalCreate { get; init; }

    /// <summary>Whether a new passkey is inactive until a backend has verified its nonce.</summary>
    public bool? HoldNewPasskeys { get; init; }

    /// <summary><c>report</c> or <c>refuse</c>: what a signature counter that does not grow leads to.</summary>
    public string? CounterPolicy { get; init; }

    /// <summary>Writes them into an app's settings.</summary>
    public void ApplyTo(AppOptions app)
    {
        app.Name = Name ?? app.Name;
        app.RpId = RpId ?? app.RpId;
        app.RpName = RpName ?? app.RpName;
        Replace(app.Origins, Origins);
        Replace(app.RelatedOrigins, RelatedOrigins);
        Replace(app.AndroidApps, AndroidApps?.Select(ToOptions));
        Replace(app.AppleApps, AppleApps);
        if (PasskeyEndpoints is { } pages)
            (app.PasskeyEndpoints.Enroll, app.PasskeyEndpoints.Manage, app.PasskeyEndpoints.PrfUsageDetails) = (OrNone(pages.Enroll), OrNone(pages.Manage), OrNone(pages.PrfUsageDetails));
        app.UserVerification = UserVerification ?? app.UserVerification;
        app.Attachment = Attachment is null ? app.Attachment : OrNone(Attachment);
        Replace(app.Hints, Hints);
        app.Attestation = Attestation ?? app.Attestation;
        app.RequireAttestation = RequireAttestation ?? app.RequireAttestation;
        app.UntrustedAttestation = UntrustedAttestation ?? app.UntrustedAttestation;
        Replace(app.AttestationFormats, AttestationFormats);
        app.AllowSha1 = AllowSha1 ?? app.AllowSha1;
        Replace(app.RefusedStatuses, RefusedStatuses);
        app.SyncedPasskeys = SyncedPasskeys ?? app.SyncedPasskeys;
        Replace(app.Algorithms, Algorithms);
        Replace(app.TopOrigins, TopOrigins);
        app.AllowUnnamedTopOrigin = AllowUnnamedTopOrigin ?? app.AllowUnnamedTopOrigin;
        Replace(app.AllowedAaguids, AllowedAaguids);
        Replace(app.DeniedAaguids, DeniedAaguids);
        if (CeremonyTimeoutSeconds is { } seconds)
            app.CeremonyTimeout = seconds == 0 ? null : TimeSpan.FromSeconds(seconds);
        app.ConditionalCreate = ConditionalCreate ?? app.ConditionalCreate;
        app.HoldNewPasskeys = HoldNewPasskeys ?? app.HoldNewPasskeys;
        app.CounterPolicy = CounterPolicy ?? app.CounterPolicy;
    }

    protected string? SettingsComplaint() => CeremonyTimeoutSeconds is < 0 or > 86400
        ? "ceremony_timeout_seconds is a number of seconds, or 0 for the server's own."
        : Lists().Any(list => list is { Count: > 100 } || list?.Any(item => item is null) == true)
            ? "A list has at most 100 items, and none of them is null."
            : null;

    private IEnumerable<IReadOnlyList<string>?> Lists() =>
    [
        Origins, RelatedOrigins, AppleApps, Hints, AllowedAaguids, DeniedAaguids, AttestationFormats, RefusedStatuses, Algorithms,
            TopOrigins,
        .. AndroidApps?.Select(android => android?.CertificateFingerprints ?? [null!]) ?? [],
    ];

    private static AndroidAppOptions ToOptions(ManagedAndroidApp android)
    {
        var options = new AndroidAppOptions { Package = android.Package };
        Replace(options.CertificateFingerprints, android.CertificateFingerprints);
        return options;
    }

    private static string? OrNone(string? text) => text is "" ? null : text;

    private static void Replace<T>(IList<T> list, IEnumerable<T>? items)
    {
        if (items is null)
            return;
        list.Clear();
        foreach (var item in items)
            list.Add(item);
    }
}
