using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Options;
using OpenPassage.Server.Apps;
using OpenPassage.Server.Audit;
using OpenPassage.Server.Http;
using OpenPassage.Server.Rooms;
using OpenPassage.Server.Sql;
using OpenPassage.Server.Values;
using static OpenPassage.Server.Sql.Parameter;

namespace OpenPassage.Server.Manage;

/// <summary>
/// Apps as those who manage the server see and change them: the API, the command line and the console alike. What cannot be
/// done throws <see cref="RefusedException"/> with the sentence that all of them show.
/// </summary>
internal sealed class ManagedApps(
    Database database,
    AppSettings settings,
    AppRows rows,
    AppJson json,
    AppStore store,
    AppDirectory directory,
    AuditStore audit,
    IEnumerable<HeldDomain> held,
    IEnumerable<Room> rooms,
    IOptions<OpenPassageOptions> options,
    TimeProvider time)
{
    // Names of holders in a line of the audit: hundreds of apps may be at localhost.
    private const int MostJoined = 50;

    /// <summary>All of them, by id, also those out of service.</summary>
    public ValueTask<IReadOnlyList<AppRecord>> ListAsync(CancellationToken cancellationToken)
        => database.ListAsync(new($"{AppRows.Select} ORDER BY app_id"), rows.Read, cancellationToken);

    public async ValueTask<AppRecord> GetAsync(AppId app, CancellationToken cancellationToken)
        => await FindAsync(app, cancellationToken) ?? throw new RefusedException(Refusal.AppNotFound);

    public ValueTask<AppRecord?> FindAsync(AppId app, CancellationToken cancellationToken)
        => database.FindAsync(
            new($"{AppRows.Select} AND app_id = @app", Text("app", app.Value)), rows.Read, cancellationToken);

    /// <summary>Whether the app has a passkey; its RP ID is fixed from then on. Costs the same however many there are.</summary>
    public async ValueTask<bool> HasPasskeysAsync(AppId app, CancellationToken cancellationToken)
        => await database.NumberAsync(
            new("SELECT CAST(1 AS BIGINT) FROM passkeys WHERE app_id = @app LIMIT 1", Text("app", app.Value)), cancellationToken) > 0;

    private async ValueTask<bool> HasUsersAsync(AppId app, CancellationToken cancellationToken)
        => await database.NumberAsync(
            new("SELECT CAST(1 AS BIGINT) FROM users WHERE app_id = @app LIMIT 1", Text("app", app.Value)), cancellationToken) > 0;

    private ValueTask<long> CountPasskeysAsync(AppId app, CancellationToken cancellationToken)
        => database.NumberAsync(new("SELECT COUNT(*) FROM passkeys WHERE app_id = @app", Text("app", app.Value)), cancellationToken);

    /// <summary>Makes an app, without keys; an empty id is replaced by a random one.</summary>
    public async ValueTask<AppRecord> CreateAsync(AppOptions app, Actor actor, CancellationToken cancellationToken)
    {
        if (app.Id.Length == 0)
            app.Id = Ids.New();
        var joined = await JudgeAsync(app, claimed: false, HeldDomains.ClaimsOf(app), actor, cancellationToken);
        if (await FindAsync(new(app.Id), cancellationToken) is not null)
            throw new RefusedException(Refusal.AppExists);
        var now = time.GetUtcNow();
        var made = new AppRecord(app, AppSource.Managed, InService: true, now, now);
        Statement insert = new(AppRows.Insert, rows.Parameters(app, AppSource.Managed, now));
        var touched = await database.WriteAsync(
            [
                AppStore.CountChange,
                audit.Line(
                    new(app.Id), actor, nameof(CreateApp), app.Id, null, ToJson(made, joined),
                    "NOT EXISTS (SELECT 1 FROM apps a WHERE a.app_id = @app)"),
                insert,
            ],
            cancellationToken);
        if (touched.By(insert) == 0)
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
        var (line, rpId, said) = (ToJson(before), before.Settings.RpId, HeldDomains.ClaimsOf(before.Settings));
        var changed = before.Settings;
        var type = changed.Type;
        change(changed);
        if (changed.Type != type && await HasUsersAsync(app, cancellationToken))
        {
            throw new RefusedException(Refusal.InvalidRequest.Because(
                $"type is '{type}' and stays so: the app has users, who belong to that product. Make another app."));
        }

        var known = await store.LastChangeAsync(cancellationToken);
        DomainClaim[] claims = [.. HeldDomains.ClaimsOf(changed).Except(said)];
        var claimed = actor.IsOfApp && (before.RpIdIsClaimed || Domain.ToAscii(changed.RpId) != rpId);
        var joined = await JudgeAsync(changed, claimed, claims, actor, cancellationToken);
        if (Domain.ToAscii(changed.RpId) != rpId && await HasPasskeysAsync(app, cancellationToken))
            throw new RefusedException(Refusal.AppHasPasskeys);

        // Whoever read the same state and was first has changed it. Where an app claims a domain by itself, so has whoever has changed
        // any app: the domain may be that one's now.
        var asItWas = "updated_at = @known AND source = @known_source"
            + (actor.IsOfApp && claims is not []
                ? " AND EXISTS (SELECT 1 FROM changes WHERE kind = 'apps' AND number = @known_change + 1)"
                : "");
        var now = time.GetUtcNow();
        var after = before with
        {
            Settings = changed,
            Source = AppSource.Managed,
            InService = true,
            UpdatedAt = now,
            RpIdIsClaimed = claimed,
        };
        Parameter[] asKnown =
            [Time("known", before.UpdatedAt), Text("known_source", before.Source.ToWord()), Number("known_change", known)];
        Statement update = new(
            $"{AppRows.Update} AND {asItWas}", [.. rows.Parameters(changed, AppSource.Managed, now, claimed), .. asKnown]);
        var touched = await database.WriteAsync(
            [
                AppStore.CountChange,
                audit.Line(
                    app, actor, nameof(UpdateApp), app.Value, line, ToJson(after, joined),
                    $"EXISTS (SELECT 1 FROM apps WHERE app_id = @app AND {asItWas})", asKnown),
                update,
            ],
            cancellationToken);
        if (touched.By(update) == 0)
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
    public async ValueTask DeleteAsync(
        AppId app, bool withPasskeys, Actor actor, IProgress<long>? removed, CancellationToken cancellationToken)
    {
        var before = await GetAsync(app, cancellationToken);
        if (before.ReadOnlyBecause is { } because)
            throw new RefusedException(Refusal.AppReadOnly.Because(because));
        var passkeys = await CountPasskeysAsync(app, cancellationToken);
        if (passkeys > 0 && !withPasskeys)
            throw new RefusedException(
                Refusal.AppHasPasskeys.Because(
                    $"This app has {passkeys} passkeys, which nobody can bring back. Say that they are to be deleted too, if so."));

        var id = Text("app", app.Value);
        await database.WriteAsync(
            [
                AppStore.CountChange,
                audit.Line(app, actor, nameof(DeleteApp), app.Value, ToJson(before), null),
                new("UPDATE apps SET in_service = 0 WHERE app_id = @app", id),
                new("DELETE FROM api_keys WHERE app_id = @app", id),
                .. rooms.SelectMany(room => room.WhenRemoved).Select(sql => new Statement(sql, id, Time("now", time.GetUtcNow()))),
            ],
            cancellationToken);
        await directory.ReadAsync(store, cancellationToken);

        var total = 0L;
        Removal[] tables =
        [
            .. rooms.SelectMany(room => room.Owned).Select(table => new Removal(table.Name, table.Key) { OfApp = table.OfApp }),
            new("passkeys", "credential_id"), new("former_passkeys", "credential_id"), new("events", "event_id"),
            new("spent", "ticket"), new("active_users", "month, user_id"), new("identifiers", "kind, value"), new("users", "user_id"),
        ];
        foreach (var table in tables)
            await table.OfAppAsync(database, app, rows => removed?.Report(total += rows), cancellationToken);

        await database.WriteAsync(
            [
                AppStore.CountChange,
                new("DELETE FROM counters WHERE app_id = @app", id),
                new("DELETE FROM apps WHERE app_id = @app AND in_service = 0", id),
            ],
            cancellationToken);
    }

    /// <summary>
    /// What a start with these declared apps writes into the audit: of each that joins a domain which another app or the console holds
    /// already, and did not at the last start.
    /// </summary>
    public async ValueTask<IReadOnlyList<Statement>> DeclarationAsync(
        IReadOnlyList<AppOptions> declared, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var stored = (await ListAsync(cancellationToken)).Where(app => app.InService && app.Source != AppSource.Demo).ToList();
        List<Statement> lines = [];
        for (var i = 0; i < declared.Count; i++)
        {
            var app = declared[i];
            var before = stored.Find(known => known.Settings.Id == app.Id);
            var others = stored
                .Select(known => known.Settings)
                .Where(known => declared.All(one => one.Id != known.Id))
                .Concat(declared.Take(i));
            DomainClaim[] claims = [.. HeldDomains.ClaimsOf(app).Except(before is null ? [] : HeldDomains.ClaimsOf(before.Settings))];
            if (HeldDomains.Joined(claims, others, held) is not [_, ..] joined)
                continue;
            var after = new AppRecord(app, AppSource.Declared, InService: true, before?.CreatedAt ?? now, now);
            lines.Add(audit.Line(
                new(app.Id), Actor.Command("start"), "DeclareApp", app.Id, before is null ? null : ToJson(before), ToJson(after, joined)));
        }

        return lines;
    }

    /// <summary>
    /// The rules for declared apps, whether the domains may be spoken for, and what apps cannot have together; members are named as the
    /// wire names them.
    /// </summary>
    /// <param name="app">As it is to be.</param>
    /// <param name="claimed">Whether it chooses its RP ID by itself.</param>
    /// <param name="claims">What it newly says of domains.</param>
    /// <param name="actor">Who says it.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The domains of others that it joins.</returns>
    private async ValueTask<IReadOnlyList<JoinedDomain>> JudgeAsync(
        AppOptions app, bool claimed, IReadOnlyList<DomainClaim> claims, Actor actor, CancellationToken cancellationToken)
    {
        if (GivenText.Complaint("name", app.Name ?? app.Id) is { } complaint)
            throw new RefusedException(Refusal.InvalidRequest.Because(complaint));
        if (settings.Broken(app, options.Value).Select(broken => broken.OnTheWire).FirstOrDefault() is { } sentence)
            throw new RefusedException(Refusal.InvalidRequest.Because(sentence));

        var others = (await ListAsync(cancellationToken)).Where(other => other.InService && other.Settings.Id != app.Id).ToList();
        var joined = HeldDomains.Joined(claims, others.Select(other => other.Settings), held);
        if (actor.IsOfApp && joined is [var (claim, _), ..])
        {
            throw new RefusedException(Refusal.DomainHeld.Because(
                $"{claim.Member} says '{claim.What}' for {claim.Domain}, which another app or the console uses, and a key of one app "
                + "cannot add it. Use a key for the whole server, or ask an operator."));
        }

        var itself = new AppRecord(app, AppSource.Managed, InService: true, default, default) { RpIdIsClaimed = claimed };
        var named = HeldDomains.Named(
            [.. others.Where(other => other.Settings.RpId == Domain.ToAscii(app.RpId)), itself], one => one.RpIdIsClaimed);
        if (named.Contains(itself) && DomainRules.BrokenTogether([.. named.Select(one => one.Settings)]) is var (_, together))
            throw new RefusedException(Refusal.InvalidRequest.Because(together.OnTheWire));
        return joined;
    }

    private string ToJson(AppRecord app) => JsonSerializer.Serialize(Kept(app), json.Of<ManagedApp>());

    /// <summary>The same for the audit, with <c>joins</c>: whose domains the change has joined.</summary>
    private string ToJson(AppRecord app, IReadOnlyList<JoinedDomain> joined)
    {
        if (joined is [])
            return ToJson(app);
        var line = JsonSerializer.SerializeToNode(Kept(app), json.Of<ManagedApp>())!;
        var holders = joined.Select(one => one.Holder).Distinct(StringComparer.Ordinal).Take(MostJoined);
        line["joins"] = new JsonArray([.. holders.Select(holder => (JsonNode)holder)]);
        return line.ToJsonString();
    }

    // What is to be written, as it will be kept.
    private ManagedApp Kept(AppRecord app) => ManagedApp.Of(app with { Settings = settings.Kept(app.Settings) });
}
