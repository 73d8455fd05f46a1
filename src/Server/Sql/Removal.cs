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

    private static readonly Statement Apps = new("SELECT app_id FROM apps");

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

    /// <summary>Removes all that an app has in the table.</summary>
    /// <param name="database">Where.</param>
    /// <param name="app">Whose.</param>
    /// <param name="each">Told how many rows went, after every few.</param>
    /// <param name="cancellationToken">Leaves the rest.</param>
    public async ValueTask OfAppAsync(Database database, AppId app, Action<int> each, CancellationToken cancellationToken)
        => await RemoveAsync(
            database, $"SELECT {Key} FROM {Table} WHERE app_id = @app LIMIT @batch", app, [], BatchOfApp, each, cancellationToken);

    private async ValueTask<int> RemoveAsync(
        Database database,
        string few,
        AppId app,
        Parameter[] parameters,
        int batch,
        Action<int>? each,
        CancellationToken cancellationToken)
    {
        Statement removal = new(
            $"DELETE FROM {Table} WHERE app_id = @app AND ({Key}) IN ({few})",
            [Parameter.Text("app", app.Value), Parameter.Number("batch", batch), .. parameters]);
        for (var removed = 0; ;)
        {
            var rows = (await database.WriteAsync([removal], cancellationToken)).By(removal);
            each?.Invoke(rows);
            removed += rows;
            if (rows < batch)
                return removed;
        }
    }
}

/// <summary>Rows that are kept for a while. The room whose table it is says so in its services.</summary>
/// <param name="Rows">The whole table.</param>
/// <param name="Column">The time from which on they are kept.</param>
/// <param name="For">How long.</param>
internal sealed record KeptRows(Removal Rows, string Column, TimeSpan For)
{
    /// <summary>Removes those that are older, a few at a time; how many it removed.</summary>
    public ValueTask<int> RemoveOldAsync(Database database, DateTimeOffset now, CancellationToken cancellationToken)
        => Rows.BeforeAsync(database, Column, now - For, cancellationToken);
}
