using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Options;
using OpenPassage.Server.Http;
using OpenPassage.Server.Manage;
using OpenPassage.Server.Store;
using static OpenPassage.Server.Store.Parameter;

namespace OpenPassage.Server.Apps;

/// <summary>
/// Apps as those who manage the server see and change them: the API, the command line and the console alike. What cannot be
/// done throws <see cref="RefusedException"/> with the sentence that all of them show.
/// </summary>
internal sealed partial class ManagedApps(
    Database database, AppStore store, AppDirectory directory, AuditStore audit, IOptions<OpenPassageOptions> options, TimeProvider time)
{
    private const string Place = "App";

    // Rows a statement removes at most, so that other apps' writes get their turn.
    private const int Batch = 5000;

    /// <summary>All of them, by id, also those out of service.</summary>
    public ValueTask<IReadOnlyList<AppRecord>> ListAsync(CancellationToken cancellationToken)
        => database.ListAsync(new($"{AppRow.Select} WHERE source <> 'console' ORDER BY app_id"), AppRow.Read, cancellationToken);

    public async ValueTask<AppRecord> GetAsync(AppId app, CancellationToken cancellationToken)
        => await FindAsync(app, cancellationToken) ?? throw new RefusedException(Refusal.AppNotFound);

    public ValueTask<AppRecord?> FindAsync(AppId app, CancellationToken cancellationToken)
        => database.FindAsync(new($"{AppRow.Select} WHERE app_id = @app AND source <> 'console'", Text("app", app.Value)), AppRow.Read, cancellationToken);

    /// <summary>Whether the app has a passkey; its RP ID is fixed from then on. Costs the same however many there are.</summary>
    public async ValueTask<bool> HasPasskeysAsync(AppId app, CancellationToken cancellationToken)
        => await database.NumberAsync(new("SELECT CAST(1 AS BIGINT) FROM passkeys WHERE app_id = @app LIMIT 1", Text("app", app.Value)), cancellationToken) > 0;

    private ValueTask<long> CountPasskeysAsync(AppId app, CancellationToken cancellationToken)
        => database.NumberAsync(new("SELECT COUNT(*) FROM passkeys WHERE app_id = @app", Text("app", app.Value)), cancellationToken);

    /// <summary>Makes an app, without keys; an empty id is replaced by a random one.</summary>
    public async ValueTask<AppRecord> CreateAsync(AppOptions app, Actor actor, CancellationToken cancellationToken)
    {
        if (app.Id.Length == 0)
            app.Id = Names.NewId();
        await JudgeAsync(app, cancellationToken);
        if (await FindAsync(new(app.Id), cancellationToken) is not null)
            throw new RefusedException(Refusal.AppExists);
        var now = time.GetUtcNow();
        var made = new AppRecord(app, AppSource.Managed, InService: true, now, now);
        var rows = await database.WriteAsync(
            [
                audit.Line(new(app.Id), actor, nameof(CreateApp), app.Id, null, ToJson(made), "NOT EXISTS (SELECT 1 FROM apps a WHERE a.app_id = @app)"),
                new(AppRow.Insert, AppRow.Parameters(app, AppSource.Managed, now)),
                AppStore.CountChange,
            ],
            cancellationToken);
        if (rows[1] == 0)
            throw new RefusedException(Refusal.AppExists);
        await directory.ReadAsync(store, cancellationToken);
        return await GetAsync(new(app.Id), cancellationToken);
    }

    /// <summary>Changes an app's settings.</summary>
    /// <param name="app">Which.</param>
    /// <param name="change">Makes the change to its settings as they are now.</param>
    /// <param name="actor">Who.</param>
    /// <param name="cancellationToken">Ends it before it is written.</param>
    public async ValueTask<AppRecord> UpdateAsync(AppId app, Action<AppOptions> change, Actor actor, CancellationToken cancellationToken)
    {
        var before = await GetAsync(app, cancellationToken);
        if (before.ReadOnlyBecause is { } because)
            throw new RefusedException(Refusal.AppReadOnly.Because(because));
        var (json, rpId) = (ToJson(before), before.Settings.RpId);
        var settings = before.Settings;
        change(settings);
        await JudgeAsync(settings, cancellationToken);
        if (Domain.ToAscii(settings.RpId) != rpId && await HasPasskeysAsync(app, cancellationToken))
            throw new RefusedException(Refusal.AppHasPasskeys);

        // Whoever read the same state and was first has changed it.
        const string AsItWas = "updated_at = @known AND source = @known_source";
        var now = time.GetUtcNow();
        Parameter[] known = [Time("known", before.UpdatedAt), Text("known_source", before.Source.ToWord())];
        var after = before with { Settings = settings, Source = AppSource.Managed, InService = true, UpdatedAt = now };
        var rows = await database.WriteAsync(
            [
                audit.Line(app, actor, nameof(UpdateApp), app.Value, json, ToJson(after), $"EXISTS (SELECT 1 FROM apps WHERE app_id = @app AND {AsItWas})", known),
                new($"{AppRow.Update} AND {AsItWas}", [.. AppRow.Parameters(settings, AppSource.Managed, now), .. known]),
                AppStore.CountChange,
            ],
            cancellationToken);
        if (rows[1] == 0)
            throw new RefusedException(Refusal.ChangedMeanwhile);
        await directory.ReadAsync(store, cancellationToken);
        return await GetAsync(app, cancellationToken);
    }

    /// <summary>
    /// Removes an app with its keys, users, passkeys and events, for good; its audit stays. It is out of service at once, and
    /// what it had goes in steps.
    /// </summary>
    /// <param name="app">Which.</param>
    /// <param name="withPasskeys">Without it, an app that has passkeys stays.</param>
    /// <param name="actor">Who.</param>
    /// <param name="removed">Told the rows removed so far.</param>
    /// <param name="cancellationToken">Leaves the rest for the next call.</param>
    public async ValueTask DeleteAsync(AppId app, bool withPasskeys, Actor actor, IProgress<long>? removed, CancellationToken cancellationToken)
    {
        var before = await GetAsync(app, cancellationToken);
        if (before.ReadOnlyBecause is { } because)
            throw new RefusedException(Refusal.AppReadOnly.Because(because));
        var passkeys = await CountPasskeysAsync(app, cancellationToken);
        if (passkeys > 0 && !withPasskeys)
            throw new RefusedException(Refusal.AppHasPasskeys.Because($"This app has {passkeys} passkeys, which nobody can bring back. Say that they are to be deleted too, if so."));

        var id = Text("app", app.Value);
        await database.WriteAsync(
            [
                audit.Line(app, actor, nameof(DeleteApp), app.Value, ToJson(before), null),
                new("UPDATE apps SET in_service = 0 WHERE app_id = @app", id),
                new("DELETE FROM api_keys WHERE app_id = @app", id),
                AppStore.CountChange,
            ],
            cancellationToken);
        await directory.ReadAsync(store, cancellationToken);

        var total = 0L;
        foreach (var (table, key) in ((string, string)[])[("passkeys", "credential_id"), ("events", "event_id"), ("spent", "ticket"), ("active_users", "user_id"), ("users", "user_id")])
        {
            int[] rows;
            do
            {
                rows = await database.WriteAsync(
                    [new($"DELETE FROM {table} WHERE app_id = @app AND {key} IN (SELECT {key} FROM {table} WHERE app_id = @app LIMIT @batch)", id, Number("batch", Batch))],
                    cancellationToken);
                removed?.Report(total += rows[0]);
            }
            while (rows[0] == Batch);
        }

        await database.WriteAsync(
            [new("DELETE FROM counters WHERE app_id = @app", id), new("DELETE FROM apps WHERE app_id = @app AND in_service = 0", id), AppStore.CountChange], cancellationToken);
    }

    /// <summary>The rules for declared apps, and what apps cannot have together; members are named as the wire names them.</summary>
    private async ValueTask JudgeAsync(AppOptions app, CancellationToken cancellationToken)
    {
        if (Http.Text.Complaint("name", app.Name ?? app.Id) is { } complaint)
            throw new RefusedException(Refusal.InvalidRequest.Because(complaint));
        var broken = AppRules.Broken(app, Place, options.Value).FirstOrDefault();
        if (broken is null)
        {
            var others = (await ListAsync(cancellationToken)).Where(other => other.InService && other.Settings.Id != app.Id).Select(other => other.Settings);
            broken = DomainRules.BrokenTogether([.. others, app]);
        }

        if (broken is not null)
            throw new RefusedException(Refusal.InvalidRequest.Because(ToMember(broken)));
    }

    /// <summary><c>OpenPassage:App:RelatedOrigins:0 is …</c> as <c>related_origins[0] is …</c>.</summary>
    private static string ToMember(string sentence)
    {
        var path = SettingName().Match(sentence);
        var member = Index().Replace(JsonNamingPolicy.SnakeCaseLower.ConvertName(path.Groups["member"].Value), "[${index}]").Replace(':', '.');
        return member + sentence[path.Length..];
    }

    private static string ToJson(AppRecord app) => JsonSerializer.Serialize(ManagedApp.Of(app), ManageWire.Default.ManagedApp);

    [GeneratedRegex(@"^OpenPassage:(?:App|Apps:\d+):(?<member>[A-Za-z0-9:]+)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex SettingName();

    [GeneratedRegex(@":(?<index>\d+)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Index();
}
