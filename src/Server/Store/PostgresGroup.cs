using Npgsql;
using OpenPassage.Server.Apps;

namespace OpenPassage.Server.Store;

/// <summary>
/// Group commit for one frequent write of one app: while one transaction is under way, whoever comes goes out together in the
/// next one, in a fixed number of statements. A lone caller never waits for company.
/// </summary>
internal sealed class PostgresGroup(PostgresDatabase database, FrequentWrite write, AppId app)
{
    /// <summary>The most callers in one transaction, so that none waits long.</summary>
    private const int MaxGroup = 256;

    /// <summary>The most transactions at a time: one more begins only when a full group waits, since large groups are what is cheap.</summary>
    private const int MaxWriters = 4;

    private readonly Lock gate = new();
    private readonly Queue<Caller> waiting = new();
    private int writers;

    /// <summary>What each statement did for this caller, once all of them are on disk.</summary>
    public Task<int[]> WriteAsync(Parameter[] parameters)
    {
        var caller = new Caller(parameters);
        lock (gate)
        {
            waiting.Enqueue(caller);
            if (writers == MaxWriters || waiting.Count < writers * MaxGroup)
                return caller.Done.Task;
            writers++;
        }

        _ = RunAsync();
        return caller.Done.Task;
    }

    // Fails nobody but the callers it takes, and never throws.
    private async Task RunAsync()
    {
        while (Take() is { } group)
            await AnswerAsync(group);
    }

    private List<Caller>? Take()
    {
        lock (gate)
        {
            if (waiting.Count == 0)
            {
                writers--;
                return null;
            }

            var group = new List<Caller>(Math.Min(waiting.Count, MaxGroup));
            while (group.Count < MaxGroup && waiting.TryDequeue(out var caller))
                group.Add(caller);
            return group;
        }
    }

    private async Task AnswerAsync(List<Caller> group)
    {
        try
        {
            await RunTwiceAsync(group);
            foreach (var caller in group)
                caller.Done.TrySetResult(caller.Rows);
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
                caller.Done.TrySetException(e);
        }
    }

    private async Task RunTwiceAsync(List<Caller> group)
    {
        try
        {
            await RunAsync(group);
        }
        catch (PostgresException e) when (PostgresErrors.IsOurTurnLost(e))
        {
            await RunAsync(group);
        }
    }

    private async Task RunAsync(List<Caller> group)
    {
        database.Measurements?.Group(group.Count);
        await using var connection = await database.OpenAsync(CancellationToken.None);
        try
        {
            await using var batch = Batch(connection, group);
            await using var reader = await batch.ExecuteReaderAsync();
            var callers = group.ToDictionary(caller => caller.Attempt, StringComparer.Ordinal);
            foreach (var caller in group)
                caller.Rows = new int[write.Many.Length];
            var statement = 0;
            do
            {
                while (await reader.ReadAsync())
                    callers[reader.GetString(0)].Rows[statement] = 1;
                statement++;
            }
            // False only once the server has said that all is committed.
            while (await reader.NextResultAsync());
        }
        catch (Exception e) when (PostgresErrors.IsAway(e))
        {
            throw database.Away(e);
        }
    }

    // One round trip. When a statement fails, the server skips the rest, and closing the connection rolls back.
    private NpgsqlBatch Batch(NpgsqlConnection connection, List<Caller> group)
    {
        var batch = new NpgsqlBatch(connection);
        List<Parameter[]> callers = [.. group.Select(caller => caller.Parameters)];
        batch.BatchCommands.Add(new("BEGIN"));
        foreach (var sql in write.Many)
        {
            var command = new NpgsqlBatchCommand(sql);
            command.Parameters.Add(PostgresParameters.One(Parameter.Text("app", app.Value)));
            for (var i = 0; i < callers[0].Length; i++)
            {
                if (callers[0][i].Name != "app" && Statement.Uses(sql, callers[0][i].Name))
                    command.Parameters.Add(PostgresParameters.Array(callers, i));
            }

            batch.BatchCommands.Add(command);
        }

        batch.BatchCommands.Add(new("COMMIT"));
        return batch;
    }

    private sealed class Caller(Parameter[] parameters)
    {
        public Parameter[] Parameters { get; } = parameters;
        public int[] Rows { get; set; } = [];
        public string Attempt { get; } = (string)parameters.First(parameter => parameter.Name == FrequentWrite.Attempt).Value!;
        public TaskCompletionSource<int[]> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
