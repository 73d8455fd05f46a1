using Microsoft.Extensions.Options;
using OpenPassage.Server.Audit;
using OpenPassage.Server.Settings;
using OpenPassage.Server.Sql;
using OpenPassage.Server.Values;
using OpenPassage.WebAuthn;
using OpenPassage.WebAuthn.Attestation;
using OpenPassage.WebAuthn.Cose;
using static OpenPassage.Server.Sql.Parameter;

namespace OpenPassage.Server.Apps;

/// <summary>The apps' rows: those that the configuration declares, and what of all is in service.</summary>
internal sealed class AppStore(
    Database database, AppRows rows, ApiKeyStore keys, AttestationSources attestation, TimeProvider time, VerificationKeyCache keyCache)
{
    /// <summary>
    /// What the console's operators are users of. No app that is declared or made can have this id, and it is in no list.
    /// </summary>
    public static readonly AppId Console = new(".console");

    /// <summary>
    /// First in the transaction of every change of an app or key: every other change waits for this row, and so never for two rows
    /// in a circle.
    /// </summary>
    public static readonly Statement CountChange = new("""
        INSERT INTO changes (kind, number) VALUES ('apps', 1)
        ON CONFLICT (kind) DO UPDATE SET number = changes.number + 1
        """);

    /// <summary>The apps that have passkeys, with the RP IDs that they must keep.</summary>
    public const string SelectBoundRpIds =
        "SELECT a.app_id, a.rp_id FROM apps a WHERE EXISTS (SELECT 1 FROM passkeys p WHERE p.app_id = a.app_id)";

    /// <summary>The apps that have users, who belong to the product that the app's type says.</summary>
    public const string SelectBoundTypes = $"{AppRows.Select} AND EXISTS (SELECT 1 FROM users u WHERE u.app_id = apps.app_id)";

    /// <summary>
    /// Makes the declared apps what the configuration says, in one transaction. An app that was declared before and no longer
    /// is stays, without its declared API keys; the demo app leaves service once there is another.
    /// </summary>
    /// <exception cref="OptionsValidationException">
    /// An app that has passkeys would change its RP ID, and lose them all; or one that has users its type.
    /// </exception>
    public ValueTask DeclareAsync(IReadOnlyList<AppOptions> apps, CancellationToken cancellationToken)
        => DeclareAsync(apps, [], cancellationToken);

    /// <summary>The same, with what is written along in that transaction.</summary>
    /// <exception cref="OptionsValidationException">As above.</exception>
    public async ValueTask DeclareAsync(IReadOnlyList<AppOptions> apps, IReadOnlyList<Statement> along, CancellationToken cancellationToken)
    {
        await KeepRpIdsAsync(apps, cancellationToken);
        await KeepTypesAsync(apps, cancellationToken);
        List<Statement> statements = [CountChange, .. along];
        foreach (var app in apps)
            statements.AddRange(Put(app, AppSource.Declared));

        var (andNot, parameters) = NotIn.Of("app_id", apps.Select(app => app.Id), Text);
        statements.Add(new(
            $"UPDATE apps SET source = 'kept', updated_at = @now WHERE source = 'declared'{andNot}",
            [.. parameters, Time("now", time.GetUtcNow())])
        { OneOff = true });
        statements.Add(new(
            "UPDATE apps SET in_service = 0 WHERE source = 'demo' AND EXISTS (SELECT 1 FROM apps o "
                + "WHERE o.source NOT IN ('demo', 'console'))"));
        statements.Add(new(
            "DELETE FROM api_keys WHERE source = 'declared' AND app_id IN (SELECT app_id FROM apps "
                + "WHERE source = 'kept' OR in_service = 0)"));
        await database.WriteAsync([.. statements], cancellationToken);
    }

    /// <summary>Puts the demo app into service, with this key alone.</summary>
    public async ValueTask PutDemoAsync(AppOptions demo, CancellationToken cancellationToken)
        => await database.WriteAsync([CountChange, .. Put(demo, AppSource.Demo)], cancellationToken);

    /// <summary>Whether there is an app that is not the demo, declared, managed or kept from before.</summary>
    public async ValueTask<bool> HasOwnAppsAsync(CancellationToken cancellationToken)
        => await database.NumberAsync(new("SELECT COUNT(*) FROM apps WHERE source NOT IN ('demo', 'console')"), cancellationToken) > 0;

    /// <summary>A number that grows with every change of an app or its keys, on whichever node.</summary>
    public ValueTask<long> LastChangeAsync(CancellationToken cancellationToken)
        => database.NumberAsync(new("SELECT number FROM changes WHERE kind = 'apps'"), cancellationToken);

    /// <summary>The apps in service, and the keys of the whole server.</summary>
    public async ValueTask<(IReadOnlyList<App> Apps, IReadOnlyList<ApiKey> ServerKeys)> ReadInServiceAsync(
        CancellationToken cancellationToken)
    {
        var byApp = (await keys.ListAllAsync(cancellationToken)).ToLookup(key => key.App);
        var apps = await database.ListAsync(
            new($"{AppRows.Select} AND in_service = 1 ORDER BY app_id"),
            row => ToApp(rows.Read(row), byApp),
            cancellationToken);
        return (apps, [.. byApp[AuditStore.Server]]);
    }

    private App ToApp(AppRecord record, ILookup<AppId, ApiKey> byApp)
    {
        var app = record.Settings;
        AndroidApp[] androidApps = [.. app.AndroidApps.Select(
            android => new AndroidApp(android.Package, [.. android.CertificateFingerprints]))];
        // Apple's platform writes the RP ID's own origin into client data.
        string[] ofAppleApps = app.AppleApps is [] ? [] : ["https://" + app.RpId];
        string[] ofAndroidApps = [.. androidApps.SelectMany(android => android.Origins)];
        string[] ofPages = [.. app.Origins, .. app.RelatedOrigins];
        return new()
        {
            Id = new(app.Id),
            Name = app.Name!,
            Type = AppTypes.Of(app.Type),
            Settings = app,
            RelyingParty = new(app.RpId, app.RpName!, [.. ofPages, .. ofAndroidApps, .. ofAppleApps])
            {
                Keys = keyCache,
                TopOrigins = app.TopOrigins.ToHashSet(StringComparer.Ordinal),
                AllowUnnamedTopOrigin = app.AllowUnnamedTopOrigin,
                Formats = app.AttestationFormats is [] ? AttestationFormatSet.Supported : PolicyRules.ToFormats(app.AttestationFormats),
            },
            Origins = [.. app.Origins],
            RelatedOrigins = [.. app.RelatedOrigins],
            AndroidApps = androidApps,
            AppleApps = [.. app.AppleApps],
            PasskeyEndpoints = new(app.PasskeyEndpoints.Enroll, app.PasskeyEndpoints.Manage, app.PasskeyEndpoints.PrfUsageDetails),
            UserVerification = PolicyRules.ToUserVerification(app.UserVerification) ?? UserVerification.Required,
            Attachment = PolicyRules.ToAttachment(app.Attachment),
            Hints = [.. app.Hints.Select(PolicyRules.ToHint).OfType<Hint>()],
            Conveyance = PolicyRules.ToConveyance(app.Attestation) ?? AttestationConveyance.None,
            Attestation = attestation.PolicyOf(app),
            AttestationFormats = [.. app.AttestationFormats],
            // Another node may verify more than this one.
            Algorithms = app.Algorithms.Select(PolicyRules.ToAlgorithm).OfType<CoseAlgorithm>().ToList() is { Count: > 0 } algorithms
                ? algorithms : null,
            Backup = PolicyRules.ToBackup(app.SyncedPasskeys) ?? default,
            CeremonyTimeout = app.CeremonyTimeout,
            RpIdIsClaimed = record.RpIdIsClaimed,
            ApiKeys = [.. byApp[new(app.Id)]],
            CallOrigins = new HashSet<string>([.. ofPages, .. ofAndroidApps], StringComparer.Ordinal),
            NativeOrigins = new HashSet<string>(
                [.. ofPages.Where(AndroidApp.IsOrigin), .. ofAndroidApps, .. ofAppleApps], StringComparer.Ordinal),
            ConditionalCreate = app.ConditionalCreate,
            HoldNewPasskeys = app.HoldNewPasskeys,
            Counter = PolicyRules.ToCounterPolicy(app.CounterPolicy) ?? CounterPolicy.Report,
            PromptShare = app.PromptShare,
        };
    }

    private async ValueTask KeepRpIdsAsync(IReadOnlyList<AppOptions> apps, CancellationToken cancellationToken)
    {
        var bound = await database.ListAsync(
            new(SelectBoundRpIds),
            row => KeyValuePair.Create(row.GetString(0), row.GetString(1)),
            cancellationToken);
        var moved = MovedRpIds(apps, new Dictionary<string, string>(bound, StringComparer.Ordinal)).ToList();
        if (moved is [var (setting, predicate), ..])
            throw WrongSetting.Make(setting, predicate);
    }

    /// <summary>What is wrong with apps that have passkeys and would change their RP ID.</summary>
    /// <param name="apps">As declared.</param>
    /// <param name="bound">The RP IDs that apps must keep.</param>
    internal static IEnumerable<(string Setting, string Predicate)> MovedRpIds(
        IReadOnlyList<AppOptions> apps, IReadOnlyDictionary<string, string> bound)
    {
        for (var i = 0; i < apps.Count; i++)
        {
            if (bound.TryGetValue(apps[i].Id, out var rpId) && rpId != Domain.ToAscii(apps[i].RpId))
            {
                yield return (
                    $"{nameof(OpenPassageOptions.Apps)}:{i}:{nameof(AppOptions.RpId)}",
                    $"is '{apps[i].RpId}' and should stay '{rpId}': this app has passkeys, and they are tied to that domain. "
                        + "Declare another app for another domain.");
            }
        }
    }

    private async ValueTask KeepTypesAsync(IReadOnlyList<AppOptions> apps, CancellationToken cancellationToken)
    {
        var bound = await database.ListAsync(new(SelectBoundTypes), rows.Read, cancellationToken);
        var changed = ChangedTypes(apps, bound).ToList();
        if (changed is [var (setting, predicate), ..])
            throw WrongSetting.Make(setting, predicate);
    }

    /// <summary>What is wrong with apps that have users and would change their type.</summary>
    /// <param name="apps">As declared.</param>
    /// <param name="bound">The apps that must keep their type.</param>
    internal static IEnumerable<(string Setting, string Predicate)> ChangedTypes(
        IReadOnlyList<AppOptions> apps, IReadOnlyList<AppRecord> bound)
    {
        var types = bound.ToDictionary(app => app.Settings.Id, app => app.Settings.Type, StringComparer.Ordinal);
        for (var i = 0; i < apps.Count; i++)
        {
            if (types.TryGetValue(apps[i].Id, out var type) && type != apps[i].Type)
            {
                yield return (
                    $"{nameof(OpenPassageOptions.Apps)}:{i}:{nameof(AppOptions.Type)}",
                    $"is '{apps[i].Type}' and should stay '{type}': this app has users, who belong to that product. "
                        + "Declare another app for the other product.");
            }
        }
    }

    private IEnumerable<Statement> Put(AppOptions app, AppSource source)
    {
        var parameters = rows.Parameters(app, source, time.GetUtcNow());
        return
        [
            new(AppRows.Insert, parameters),
            new(AppRows.Update, parameters),
            .. ApiKeyStore.Declare(app.Id, app.ApiKeys, time.GetUtcNow()),
        ];
    }
}
