using System.Text.Json.Serialization.Metadata;
using OpenPassage.Server.Apps;
using OpenPassage.Server.Http;

namespace OpenPassage.Server.Manage;

/// <summary>An app as management shows it: every setting, and where it comes from. API keys are listed apart.</summary>
internal sealed record ManagedApp(
    string Id,
    string Name,
    string RpId,
    string RpName,
    IReadOnlyList<string> Origins,
    IReadOnlyList<string> RelatedOrigins,
    IReadOnlyList<ManagedAndroidApp> AndroidApps,
    IReadOnlyList<string> AppleApps,
    ManagedPasskeyEndpoints PasskeyEndpoints,
    string UserVerification,
    string? Attachment,
    IReadOnlyList<string> Hints,
    string Attestation,
    bool RequireAttestation,
    string UntrustedAttestation,
    IReadOnlyList<string> AttestationFormats,
    bool AllowSha1,
    IReadOnlyList<string> RefusedStatuses,
    string SyncedPasskeys,
    IReadOnlyList<string> Algorithms,
    IReadOnlyList<string> TopOrigins,
    bool AllowUnnamedTopOrigin,
    IReadOnlyList<string> AllowedAaguids,
    IReadOnlyList<string> DeniedAaguids,
    long? CeremonyTimeoutSeconds,
    bool ConditionalCreate,
    bool HoldNewPasskeys,
    string CounterPolicy,
    string Source,
    string? ReadOnlyBecause,
    bool InService,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt) : IAnswer<ManagedApp>
{
    public static JsonTypeInfo<ManagedApp> Json => ManageWire.Default.ManagedApp;

    public static ManagedApp Of(AppRecord app) => new(
        app.Settings.Id,
        app.Settings.Name ?? app.Settings.Id,
        app.Settings.RpId,
        app.Settings.RpName ?? app.Settings.Name ?? app.Settings.Id,
        [.. app.Settings.Origins],
        [.. app.Settings.RelatedOrigins],
        [.. app.Settings.AndroidApps.Select(android => new ManagedAndroidApp(android.Package, [.. android.CertificateFingerprints]))],
        [.. app.Settings.AppleApps],
        new(app.Settings.PasskeyEndpoints.Enroll, app.Settings.PasskeyEndpoints.Manage, app.Settings.PasskeyEndpoints.PrfUsageDetails),
        app.Settings.UserVerification,
        app.Settings.Attachment,
        [.. app.Settings.Hints],
        app.Settings.Attestation,
        app.Settings.RequireAttestation,
        app.Settings.UntrustedAttestation,
        [.. app.Settings.AttestationFormats],
        app.Settings.AllowSha1,
        [.. app.Settings.RefusedStatuses],
        app.Settings.SyncedPasskeys,
        [.. app.Settings.Algorithms],
        [.. app.Settings.TopOrigins],
        app.Settings.AllowUnnamedTopOrigin,
        [.. app.Settings.AllowedAaguids],
        [.. app.Settings.DeniedAaguids],
        (long?)app.Settings.CeremonyTimeout?.TotalSeconds,
        app.Settings.ConditionalCreate,
        app.Settings.HoldNewPasskeys,
        app.Settings.CounterPolicy,
        app.Source.ToWord(),
        app.ReadOnlyBecause,
        app.InService,
        app.CreatedAt,
        app.UpdatedAt);
}

internal sealed record ManagedAndroidApp(string Package, IReadOnlyList<string> CertificateFingerprints);

/// <summary>Each null where there is no such page.</summary>
internal sealed record ManagedPasskeyEndpoints(string? Enroll = null, string? Manage = null, string? PrfUsageDetails = null);
