using Npgsql;
using OpenPassage.Server.Values;

namespace OpenPassage.Server.Sql;

/// <summary>
/// One round trip for many callers of one app: while one is under way, whoever comes goes out together in the next one, in a
/// fixed number of statements for each kind of caller. A lone caller never waits for company. An app has two such groups: one
/// reads, the other writes, in one transaction that all its callers share.
/// </summary>
internal sealed class PostgresGroup(PostgresDatabase database, AppId app, bool writes)
{
    /// <summary>The most callers in one round trip, so that none waits long.</summary>
    private const int MaxGroup = 256;

    /// <summary>
    /// The most round trips at a time: one more begins only when a full group waits, since large groups are what is cheap.
    /// </summary>
    private const int MaxRunning = 4;

    private readonly Lock gate = new();
    private readonly Queue<PostgresCaller> waiting = new();
    private int running;

    /// <summary>Answers this caller or fails him, soon.</summary>
    public void Add(PostgresCaller caller)
    {
        lock (gate)
        {
            waiting.Enqueue(caller);
            if (running == MaxRunning || waiting.Count < running * MaxGroup)
                return;
            running++;
        }

        _ = RunAsync();
    }

    // Fails nobody but the callers it takes, and never throws.
    private async Task RunAsync()
    {
        while (Take() is { } group)
        {
            await AnswerAsync(group);
            // To the end of the queue: whoever is about to ask goes with the next trip instead of the one after it. Where a thread is
            // free this waits for nobody.
            await Task.Yield();
        }
    }

    private List<PostgresCaller>? Take()
    {
        lock (gate)
        {
            if (waiting.Count == 0)
            {
                running--;
                return null;
            }

            var group = new List<PostgresCaller>(Math.Min(waiting.Count, MaxGroup));
            while (group.Count < MaxGroup && waiting.TryDequeue(out var caller))
                group.Add(caller);
            return group;
        }
    }

    private async Task AnswerAsync(List<PostgresCaller> group)
    {
        try
        {
            await RunTwiceAsync(group);
            foreach (var caller in group)
                caller.Answer();
        }
        catch (Exception e) when (group.Count > 1 && e is not DatabaseUnavailableException)
        {
            // Nothing of it was kept, because of one of them: each by himself, so that only that one fails.
            foreach (var caller in group)
                await AnswerAsync([caller]);
        }
#pragma warning disable CA1031 // Whatever went wrong is for the callers to hear; the next group is not to blame.
        catch (Exception e)
#pragma warning restore CA1031
        {
            foreach (var caller in group)
                caller.Fail(e);
        }
    }

    private async Task RunTwiceAsync(List<PostgresCaller> group)
    {
        try
        {
            await RunAsync(group);
        }
        catch (Exception e)
            when (e is PostgresException lost ? database.IsWorthAnotherTry(lost) : !writes && e is DatabaseUnavailableException)
        {
            // The server may have been restarted since the connection was last used: a new one tells. Nobody knows what became
            // of a write then.
            await RunAsync(group);
        }
    }

    private async Task RunAsync(List<PostgresCaller> group)
    {
        if (writes)
            database.Measurements?.Group(group.Count);
        foreach (var caller in group)
            caller.Begin();
        var kinds = Kinds(group);
        await using var connection = await database.OpenAsync(CancellationToken.None);
        try
        {
            await using var batch = Batch(connection, kinds);
            await using var reader = await batch.ExecuteReaderAsync();
            var row = new PostgresRow(reader);
            foreach (var kind in kinds)
            {
                var find = Finder(kind);
                for (var statement = 0; statement < kind[0].Statements.Length; statement++)
                {
                    if (!PostgresText.Of(kind[0].Statements[statement]).Answers)
                        continue;
                    while (await reader.ReadAsync())
                        find(row).Take(statement, row);
                    // After the last one: false only once the server has said that all is committed.
                    await reader.NextResultAsync();
                }
            }
        }
        catch (Exception e) when (PostgresErrors.IsAway(e))
        {
            throw database.Away(e);
        }
    }

    // In the order of their locks, the same on every node.
    private static PostgresCaller[][] Kinds(List<PostgresCaller> group) =>
        [.. group.GroupBy(caller => caller.Statements, (_, callers) => callers.ToArray()).OrderBy(kind => kind[0].Rank)];

    private Func<Row, PostgresCaller> Finder(PostgresCaller[] kind)
    {
        if (!writes)
            return row => kind[row.GetInt64(row.FieldCount - 1) - 1];
        var callers = kind.ToDictionary(
            caller => (string)caller.Parameters.First(parameter => parameter.Name == FrequentWrite.Attempt).Value!, StringComparer.Ordinal);
        return row => callers[row.GetString(0)];
    }

    // When a statement fails, the server skips the rest, and closing the connection rolls back.
    private NpgsqlBatch Batch(NpgsqlConnection connection, PostgresCaller[][] kinds)
    {
        var batch = new NpgsqlBatch(connection);
        if (writes)
            batch.BatchCommands.Add(new("BEGIN"));
        foreach (var kind in kinds)
        {
            var callers = Array.ConvertAll(kind, caller => caller.Parameters);
            foreach (var statement in kind[0].Statements)
            {
                var text = PostgresText.Of(statement);
                var command = new NpgsqlBatchCommand(text.Sql);
                PostgresParameters.Add(command.Parameters, text, app.Value, callers);
                batch.BatchCommands.Add(command);
            }
        }

        if (writes)
            batch.BatchCommands.Add(new("COMMIT"));
        return batch;
    }
}
