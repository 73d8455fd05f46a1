using System.Data.Common;
using OpenPassage.Server.Sql;

namespace OpenPassage.Server.Http;

/// <summary>
/// Whether the database answers: asked once a second for all who want to know, and a little more often while it does not.
/// </summary>
internal sealed class Readiness(Database database, TimeProvider time)
{
    private static readonly TimeSpan Good = TimeSpan.FromSeconds(1);

    // A database that is back is to be seen soon.
    private static readonly TimeSpan Bad = TimeSpan.FromSeconds(0.1);

    private readonly Lock gate = new();
    private Task<bool>? asked;
    private long askedAt;
    private volatile bool well;

    /// <summary>The answer of the last second, or the one that is awaited.</summary>
    public Task<bool> AskAsync()
    {
        lock (gate)
        {
            if (asked is null || (asked.IsCompleted && time.GetElapsedTime(askedAt) >= (well ? Good : Bad)))
                (askedAt, asked) = (time.GetTimestamp(), Task.Run(AnswersAsync));
            return asked;
        }
    }

    private async Task<bool> AnswersAsync()
    {
        try
        {
            return well = await database.NumberAsync(new Statement("SELECT CAST(1 AS BIGINT)"), CancellationToken.None) == 1;
        }
        catch (Exception e) when (e is DbException or DatabaseUnavailableException)
        {
            return well = false;
        }
    }
}
