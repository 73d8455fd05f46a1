using System.Data.Common;
using System.Globalization;
using System.Net.Sockets;
using Microsoft.Extensions.Options;
using OpenPassage.Host.Serving;
using OpenPassage.Server;
using OpenPassage.Server.Apps;
using OpenPassage.Server.Sealing;
using OpenPassage.Server.Settings;
using OpenPassage.Server.Sql;

namespace OpenPassage.Host.Doctor;

/// <summary>The database, which is left as it is: schema, writing, integrity, and what PostgreSQL is set to.</summary>
internal sealed class DatabaseCheck(OpenPassageOptions options, TimeProvider time)
{
    private const int OldestPostgres = 15;

    private readonly Findings findings = new("database");

    /// <summary>The apps that it holds; none, when they cannot be read.</summary>
    public IReadOnlyList<AppRecord> Apps { get; private set; } = [];

    /// <summary>The sealing keys that it holds; null: they are files.</summary>
    public IReadOnlyList<string>? TicketKeys { get; private set; }

    /// <summary>How far the database's clock is ahead of this machine's; null: it has none of its own.</summary>
    public TimeSpan? ClockAhead { get; private set; }

    /// <summary>Whether the keys may be judged: they stand in files, or could be read.</summary>
    public bool KeysAreKnown { get; private set; } = true;

    public Findings Look()
    {
        var isPostgres = PostgresDatabase.IsNamedBy(options.Database);
        KeysAreKnown = !isPostgres;
        try
        {
            if (isPostgres)
                LookAtPostgres();
            else
                LookAtSqlite();
        }
        catch (Exception e) when (e is DbException or SocketException or TimeoutException or IOException or UnauthorizedAccessException)
        {
            findings.Wrong(
                $"It cannot be used: {e.Message}{PostgresErrors.Advice(e)}",
                isPostgres
                    ? "Check the host, port, user, password and database in OpenPassage:Database, and that PostgreSQL accepts connections "
                        + "from this machine (pg_hba.conf)."
                    : "If the file is damaged, stop the server and restore the last good backup.");
        }
        catch (OptionsValidationException e)
        {
            findings.Warn(e.Message, "The first start creates it. If the server has run before, use its DataDirectory and Database.");
        }
        catch (ArgumentException)
        {
            // The settings have a sentence about it.
        }

        return findings;
    }

    private void LookAtSqlite()
    {
        using var sqlite = new SqliteExamination(options, ServedRooms.Schema);
        if (sqlite.Damage is { } damage)
        {
            findings.Wrong(
                $"{sqlite.Name} is damaged: {damage}", "Stop the server, set the damaged file aside, and restore the last good backup.");
            return;
        }

        findings.Ok($"{sqlite.Name} passes SQLite's quick_check; every sign-in is flushed to disk before it is answered.");
        if (sqlite.WhyOlder is { } reason)
            findings.Warn(
                reason,
                "If you restored it, there is nothing to do: the next start rejects all earlier tickets and ends all sessions. "
                    + "If not, restore the last good backup.");
        LookAtContent(sqlite);
    }

    private void LookAtPostgres()
    {
        using var postgres = new PostgresExamination(options, ServedRooms.Schema);
        var before = time.GetUtcNow();
        var there = postgres.Now;
        ClockAhead = there - before - ((time.GetUtcNow() - before) / 2);
        var version = postgres.Setting("server_version");
        if (int.TryParse(postgres.Setting("server_version_num"), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && number < OldestPostgres * 10000)
            findings.Wrong(
                $"{postgres.Name} is PostgreSQL {version}.", $"OpenPassage needs PostgreSQL {OldestPostgres} or later: upgrade it.");
        else
            findings.Ok($"{postgres.Name} answers: PostgreSQL {version}.");

        foreach (var setting in (string[])["fsync", "full_page_writes"])
        {
            if (postgres.Setting(setting) is "off")
                findings.Wrong(
                    $"{setting} is off: a power failure can corrupt the database.",
                    $"ALTER SYSTEM SET {setting} = on; SELECT pg_reload_conf();");
        }

        if (postgres.Setting("synchronous_commit") is "off")
            findings.Wrong(
                "synchronous_commit is off: a power failure can lose changes that were already confirmed, "
                    + "and a nonce could be verified twice.",
                "Set it to on, for the server, the database and the user.");
        else
            findings.Ok("Changes are on disk before they are confirmed.");
        LookAtPooler(postgres);
        LookAtConnections(postgres);
        LookAtContent(postgres);
        if (postgres.IsCurrent)
            (TicketKeys, KeysAreKnown) = (TicketKeyExamination.Rows(postgres), true);
    }

    private void LookAtPooler(PostgresExamination postgres)
    {
        if (!postgres.IsPooled)
            return;
        if (postgres.IsPreparingChosen)
            findings.Warn(
                "It is reached through a connection pooler such as PgBouncer, but OpenPassage:Database sets Max Auto Prepare.",
                "Remove Max Auto Prepare, "
                    + "unless the pooler tracks prepared statements for each client (PgBouncer 1.21 with max_prepared_statements).");
        else
            findings.Ok(
                "It is reached through a connection pooler such as PgBouncer, so prepared statements are not kept; "
                    + "a direct connection uses less processor time.");
    }

    private void LookAtConnections(PostgresExamination postgres)
    {
        if (!int.TryParse(postgres.Setting("max_connections"), NumberStyles.None, CultureInfo.InvariantCulture, out var most))
            return;
        _ = int.TryParse(
            postgres.Setting("superuser_reserved_connections"), NumberStyles.None, CultureInfo.InvariantCulture, out var reserved);
        var nodes = (most - reserved) / postgres.PoolSize;
        if (nodes == 0)
            findings.Warn(
                $"One node may open {postgres.PoolSize} connections, but max_connections leaves only {most - reserved} for users.",
                "Raise max_connections, or lower Maximum Pool Size in OpenPassage:Database.");
        else
            findings.Ok(
                $"max_connections ({most}) is enough for {(nodes == 1 ? "one node" : $"{nodes} nodes")} with {postgres.PoolSize} "
                    + "connections each, if nothing else connects.");
    }

    private void LookAtContent(DatabaseExamination database)
    {
        var (schema, newest) = (Schema.Name(database.Steps), Schema.Name(ServedRooms.Schema.Newest));
        if (database.IsNewer)
        {
            findings.Wrong(
                $"Its schema is {schema}, but this program only knows schemas up to {newest}.",
                "Start the newer program again, or restore the backup made before its first start.");
        }
        else if (database.Steps.Count == 0)
        {
            findings.Warn("It is empty; the first start creates the schema.");
        }
        else if (!database.IsCurrent)
        {
            findings.Warn(
                $"Its schema is {schema}; the next start updates it to {newest}, and older programs cannot open it after that.",
                "Make a backup first.");
        }
        else
        {
            findings.Ok($"Its schema is up to date ({schema}).");
        }

        if (database.WhyNotWritable is { } reason)
            findings.Wrong(
                $"It cannot be written to: {reason}", "Give the server's user write access; in a cluster, connect to the primary.");
        if (!database.IsCurrent)
            return;
        Apps = AppExamination.AppsIn(database, ServedRooms.Settings);
        var sources = new AttestationSources(Options.Create(options), time);
        var known = sources.Problems.Count;
        sources.KeepNumber(database.Number);
        SettingsCheck.Add(findings, sources.Problems.Skip(known).Where(problem => !problem.IsUsed));
        var (rpIds, types) = (AppExamination.BoundRpIdsIn(database), AppExamination.BoundTypesIn(database, ServedRooms.Settings));
        foreach (var (setting, predicate) in AppStore.MovedRpIds([.. options.Apps], rpIds)
            .Concat(AppStore.ChangedTypes([.. options.Apps], types)))
            findings.Wrong(WrongSetting.Sentence(setting, predicate));
    }
}
