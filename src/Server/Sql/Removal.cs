using OpenPassage.Server.Values;

namespace OpenPassage.Server.Sql;

/// <summary>
/// Removes rows of a table a few at a time, each few in a transaction of their own: no sign-in waits long behind it. App by app, since
/// a distributed database keeps each app's rows in one place.
/// </summary>
/// <param name="Table">Its name.</param>
/// <param name="Key">The columns of its primary key besides <c>app_id</c>.</param>
internal sealed record Removal(string Table, string Key)
{
    /// <summary>How many rows at a time.</summary>
    public const int Batch = 500;

    /// <summary>The same for an app that is removed: it is out of service, and has very many.</summary>
    private const int BatchOfApp = 5000;

    /// <summary>Rows that say themselves whose they are.</summary>
    public const string WithAppId = "app_id = @app";

    private static readonly Statement Apps = new("SELECT app_id FROM apps");

    /// <summary>SQL over <c>@app</c>: which rows are an app's.</summary>
    public string OfApp { get; init; } = WithAppId;

    /// <summary>All apps, the console among them.</summary>
    public static ValueTask<IReadOnlyList<AppId>> AppsAsync(Database database, CancellationToken cancellationToken)
        => database.ListAsync(Apps, row => new AppId(row.GetString(0)), cancellationToken);

    /// <summary>Removes what has an earlier time in a column; how many rows that were.</summary>
    public ValueTask<int> BeforeAsync(Database database, string column, DateTimeOffset time, CancellationToken cancellationToken)
        => BelowAsync(database, column, Micros.From(time), cancellationToken);

    /// <summary>
    /// Removes what has a smaller number in a column; how many rows that were. Rows that somebody is at are left for the next time.
    /// </summary>
    public async ValueTask<int> BelowAsync(Database database, string column, long number, CancellationToken cancellationToken)
    {
        var removed = 0;
        var few = $"SELECT {Key} FROM {Table} WHERE app_id = @app AND {column} < @number ORDER BY {column} LIMIT @batch";
        few = $"{few} {database.SkipLocked}";
        foreach (var app in await AppsAsync(database, cancellationToken))
            removed += await RemoveAsync(database, few, app, [Parameter.Number("number", number)], Batch, each: null, cancellationToken);
        return removed;
    }

    /// <summary>
    /// Removes what has an earlier time in a column that no index holds, found by another that is no later and that an index holds. Where
    /// that one is earlier alone, it takes the column's time.
    /// </summary>
    public async ValueTask<int> BeforeAsync(
        Database database, string column, string bound, DateTimeOffset time, CancellationToken cancellationToken)
    {
        var removed = 0;
        var number = Parameter.Time("number", time);
        foreach (var app in await AppsAsync(database, cancellationToken))
        {
            await InBatchesAsync(
                database, $"UPDATE {Table} SET {bound} = {column} WHERE app_id = @app AND {column} >= @number", Few(">="), app, [number],
                Batch, each: null, cancellationToken);
            removed += await InBatchesAsync(
                database, $"DELETE FROM {Table} WHERE app_id = @app AND {column} < @number", Few("<"), app, [number],
                Batch, each: null, cancellationToken);
        }

        return removed;

        string Few(string than) => $"""
            SELECT {Key} FROM {Table} WHERE app_id = @app AND {bound} < @number AND {column} {than} @number ORDER BY {bound} LIMIT @batch
            {database.SkipLocked}
            """;
    }

    /// <summary>Removes all that an app has in the table.</summary>
    /// <param name="database">Where.</param>
    /// <param name="app">Whose.</param>
    /// <param name="each">Told how many rows went, after every few.</param>
    /// <param name="cancellationToken">Leaves the rest.</param>
    public async ValueTask OfAppAsync(Database database, AppId app, Action<int> each, CancellationToken cancellationToken)
        => await RemoveAsync(
            database, $"SELECT {Key} FROM {Table} WHERE {OfApp} LIMIT @batch", app, [], BatchOfApp, each, cancellationToken);

    private ValueTask<int> RemoveAsync(
        Database database,
        string few,
        AppId app,
        Parameter[] parameters,
        int batch,
        Action<int>? each,
        CancellationToken cancellationToken)
        => InBatchesAsync(
            database, $"DELETE FROM {Table} WHERE {OfApp}", few, app, parameters, batch, each, cancellationToken);

    private async ValueTask<int> InBatchesAsync(
        Database database,
        string verb,
        string few,
        AppId app,
        Parameter[] parameters,
        int batch,
        Action<int>? each,
        CancellationToken cancellationToken)
    {
        Statement statement = new(
            $"{verb} AND ({Key}) IN ({few})",
            [Parameter.Text("app", app.Value), Parameter.Number("batch", batch), .. parameters]);
        for (var all = 0; ;)
        {
            var rows = (await database.WriteAsync([statement], cancellationToken)).By(statement);
            each?.Invoke(rows);
            all += rows;
            if (rows < batch)
                return all;
        }
    }
}

/// <summary>Rows that are kept for a while. The room whose table it is says so in its services.</summary>
/// <param name="Rows">The whole table.</param>
/// <param name="Column">The time from which on they are kept.</param>
/// <param name="For">How long.</param>
/// <param name="Bound">
/// Another time, never later, by which they are found: for rows whose <paramref name="Column"/> changes so often that an index of it
/// would cost more than it saves. Null: an index holds <paramref name="Column"/>.
/// </param>
internal sealed record KeptRows(Removal Rows, string Column, TimeSpan For, string? Bound = null)
{
    /// <summary>Removes those that are older, a few at a time; how many it removed.</summary>
    public ValueTask<int> RemoveOldAsync(Database database, DateTimeOffset now, CancellationToken cancellationToken)
        => Bound is null
            ? Rows.BeforeAsync(database, Column, now - For, cancellationToken)
            : Rows.BeforeAsync(database, Column, Bound, now - For, cancellationToken);
}
