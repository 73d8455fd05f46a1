using Microsoft.Extensions.Options;
using OpenPassage.Server.Store;
using OpenPassage.WebAuthn;
using OpenPassage.WebAuthn.Cose;
using static OpenPassage.Server.Store.Parameter;

namespace OpenPassage.Server.Apps;

/// <summary>The apps' rows. API keys are kept as SHA-256 only.</summary>
internal sealed class AppStore(Database database, TimeProvider time, VerificationKeyCache keyCache)
{
    public const string Declared = "declared";
    public const string Demo = "demo";

    /// <summary>What the console's operators are users of. No app that is declared or made can have this id, and it is in no list.</summary>
    public static readonly AppId Console = new(".console");

    // Last in its transaction, since every other change waits for this row.
    private static readonly Statement CountChange = new("""
        INSERT INTO changes (kind, number) VALUES ('apps', 1)
        ON CONFLICT (kind) DO UPDATE SET number = changes.number + 1
        """);

    /// <summary>
    /// Makes the declared apps what the configuration says, in one transaction. An app that was declared before and no longer
    /// is stays, without API keys; the demo app leaves service.
    /// </summary>
    /// <exception cref="OptionsValidationException">An app that has passkeys would change its RP ID, and lose them all.</exception>
    public async ValueTask DeclareAsync(IReadOnlyList<AppOptions> apps, CancellationToken cancellationToken)
    {
        await KeepRpIdsAsync(apps, cancellationToken);
        List<Statement> statements = [];
        foreach (var app in apps)
            statements.AddRange(Put(app, Declared));

        var (andNot, parameters) = AndNotIn("app_id", apps.Select(app => app.Id), Text);
        statements.Add(new(
            $"UPDATE apps SET source = 'kept', updated_at = @now WHERE source = 'declared'{andNot}",
            [.. parameters, Time("now", time.GetUtcNow())])
        { OneOff = true });
        if (apps.Count > 0)
            statements.Add(new("UPDATE apps SET in_service = 0 WHERE source = 'demo'"));
        statements.Add(new("DELETE FROM app_keys WHERE app_id IN (SELECT app_id FROM apps WHERE source = 'kept' OR in_service = 0)"));
        statements.Add(CountChange);
        await database.WriteAsync([.. statements], cancellationToken);
    }

    /// <summary>Puts the demo app into service, with this key alone.</summary>
    public async ValueTask PutDemoAsync(AppOptions demo, CancellationToken cancellationToken)
        => await database.WriteAsync([.. Put(demo, Demo), CountChange], cancellationToken);

    /// <summary>Whether there is an app that is not the demo, declared now or kept from before.</summary>
    public async ValueTask<bool> HasOwnAppsAsync(CancellationToken cancellationToken)
        => await database.NumberAsync(new("SELECT COUNT(*) FROM apps WHERE source NOT IN ('demo', 'console')"), cancellationToken) > 0;

    /// <summary>A number that grows with every change of an app or its keys, on whichever node.</summary>
    public ValueTask<long> LastChangeAsync(CancellationToken cancellationToken)
        => database.NumberAsync(new("SELECT number FROM changes WHERE kind = 'apps'"), cancellationToken);

    public async ValueTask<IReadOnlyList<App>> ListInServiceAsync(CancellationToken cancellationToken)
    {
        var keys = await database.ListAsync(
            new("SELECT app_id, key_hash FROM app_keys"),
            row => (App: row.GetString(0), Hash: row.GetBytes(1)),
            cancellationToken);
        var keysByApp = keys.ToLookup(key => key.App, key => key.Hash, StringComparer.Ordinal);
        return await database.ListAsync(
            new("""
                SELECT app_id, name, rp_id, rp_name, origins, user_verification, related_origins, android_apps, apple_apps,
                    enroll_url, manage_url, prf_usage_url
                FROM apps WHERE in_service = 1 ORDER BY app_id
                """),
            row => Read(row, keysByApp),
            cancellationToken);
    }

    private App Read(Row row, ILookup<string, byte[]> keys)
    {
        var (id, rpId) = (row.GetString(0), row.GetString(2));
        var (origins, relatedOrigins, appleApps) = (Lines(row.GetString(4)), Lines(row.GetString(6)), Lines(row.GetString(8)));
        AndroidApp[] androidApps = [.. Lines(row.GetString(7)).Select(line => line.Split(' ')).Select(words => new AndroidApp(words[0], words[1..]))];
        // Apple's platform writes the RP ID's own origin into client data.
        IEnumerable<string> ofNativeApps = [.. androidApps.SelectMany(android => android.Origins), .. appleApps is [] ? [] : (string[])["https://" + rpId]];
        return new()
        {
            Id = new(id),
            Name = row.GetString(1),
            RelyingParty = new(rpId, row.GetString(3), [.. origins, .. relatedOrigins, .. ofNativeApps]) { Keys = keyCache },
            Origins = origins,
            RelatedOrigins = relatedOrigins,
            AndroidApps = androidApps,
            AppleApps = appleApps,
            PasskeyEndpoints = new(row.IsNull(9) ? null : row.GetString(9), row.IsNull(10) ? null : row.GetString(10), row.IsNull(11) ? null : row.GetString(11)),
            UserVerification = AppRules.ToUserVerification(row.GetString(5)) ?? UserVerification.Required,
            ApiKeyHashes = [.. keys[id]],
        };
    }

    private static string[] Lines(string text) => text.Length == 0 ? [] : text.Split('\n');

    private static string Joined(IEnumerable<string> lines) => string.Join('\n', lines.Distinct(StringComparer.Ordinal));

    private static string ToAsciiOrigin(string origin) => Domain.ToOrigin(origin) is var (ascii, _) ? ascii : origin;

    private static string ToLine(AndroidAppOptions android)
        => string.Join(' ', android.CertificateFingerprints.Select(text => AndroidApp.ToFingerprint(text)!).Distinct(StringComparer.Ordinal).Prepend(android.Package));

    private async ValueTask KeepRpIdsAsync(IReadOnlyList<AppOptions> apps, CancellationToken cancellationToken)
    {
        var bound = await database.ListAsync(
            new("SELECT a.app_id, a.rp_id FROM apps a WHERE EXISTS (SELECT 1 FROM passkeys p WHERE p.app_id = a.app_id)"),
            row => KeyValuePair.Create(row.GetString(0), row.GetString(1)),
            cancellationToken);
        var rpIds = new Dictionary<string, string>(bound, StringComparer.Ordinal);
        for (var i = 0; i < apps.Count; i++)
        {
            if (rpIds.TryGetValue(apps[i].Id, out var rpId) && rpId != Domain.ToAscii(apps[i].RpId))
            {
                throw WrongSetting.Make(
                    $"{nameof(OpenPassageOptions.Apps)}:{i}:{nameof(AppOptions.RpId)}",
                    $"is '{apps[i].RpId}' and should stay '{rpId}': this app has passkeys, which belong to that domain for ever. Declare another app for another domain.");
            }
        }
    }

    private IEnumerable<Statement> Put(AppOptions app, string source)
    {
        var now = time.GetUtcNow();
        var name = app.Name ?? app.Id;
        yield return new(
            """
            INSERT INTO apps (app_id, name, rp_id, rp_name, origins, related_origins, android_apps, apple_apps, enroll_url, manage_url,
                prf_usage_url, user_verification, source, in_service, created_at, updated_at)
            VALUES (@app, @name, @rp_id, @rp_name, @origins, @related_origins, @android_apps, @apple_apps, @enroll_url, @manage_url,
                @prf_usage_url, @user_verification, @source, 1, @now, @now)
            ON CONFLICT (app_id) DO UPDATE SET name = excluded.name, rp_id = excluded.rp_id, rp_name = excluded.rp_name,
                origins = excluded.origins, related_origins = excluded.related_origins, android_apps = excluded.android_apps,
                apple_apps = excluded.apple_apps, enroll_url = excluded.enroll_url, manage_url = excluded.manage_url,
                prf_usage_url = excluded.prf_usage_url, user_verification = excluded.user_verification, source = excluded.source,
                in_service = 1, updated_at = excluded.updated_at
            """,
            Text("app", app.Id),
            Text("name", name),
            Text("rp_id", Domain.ToAscii(app.RpId)),
            Text("rp_name", app.RpName ?? name),
            Text("origins", Joined(app.Origins.Select(ToAsciiOrigin))),
            Text("related_origins", Joined(app.RelatedOrigins.Select(ToAsciiOrigin))),
            Text("android_apps", Joined(app.AndroidApps.Select(ToLine))),
            Text("apple_apps", Joined(app.AppleApps)),
            Text("enroll_url", app.PasskeyEndpoints.Enroll),
            Text("manage_url", app.PasskeyEndpoints.Manage),
            Text("prf_usage_url", app.PasskeyEndpoints.PrfUsageDetails),
            Text("user_verification", app.UserVerification),
            Text("source", source),
            Time("now", now));

        var hashes = app.ApiKeys.Select(AppDirectory.Hash).ToList();
        var (andNot, parameters) = AndNotIn("key_hash", hashes, Bytes);
        yield return new($"DELETE FROM app_keys WHERE app_id = @app{andNot}", [Text("app", app.Id), .. parameters]) { OneOff = true };
        foreach (var hash in hashes)
        {
            yield return new(
                "INSERT INTO app_keys (app_id, key_hash, created_at) VALUES (@app, @hash, @now) ON CONFLICT (app_id, key_hash) DO NOTHING",
                Text("app", app.Id),
                Bytes("hash", hash),
                Time("now", now));
        }
    }

    // An empty list is not SQL everywhere: then there is no condition.
    private static (string Condition, Parameter[] Parameters) AndNotIn<T>(string column, IEnumerable<T> items, Func<string, T, Parameter> make)
    {
        Parameter[] parameters = [.. items.Select((item, i) => make($"{column}{i}", item))];
        return (parameters.Length == 0 ? "" : $" AND {column} NOT IN ({string.Join(", ", parameters.Select(parameter => "@" + parameter.Name))})", parameters);
    }
}
