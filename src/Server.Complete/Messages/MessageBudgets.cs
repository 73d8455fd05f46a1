using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OpenPassage.Server.Apps;
using OpenPassage.Server.Sql;
using OpenPassage.Server.Telemetry;
using OpenPassage.Server.Users;
using OpenPassage.Server.Values;
using static OpenPassage.Server.Sql.Parameter;

namespace OpenPassage.Server.Complete.Messages;

/// <summary>How many messages an app sends in an hour, on all nodes together: the rows of the outbox tell it.</summary>
internal sealed class MessageBudgets(
    Database database,
    IOptions<OpenPassageCompleteOptions> options,
    Measurements measurements,
    TimeProvider time,
    ILogger<MessageBudgets> logger)
{
    private readonly ConcurrentDictionary<(AppId App, string Kind), HourCount> counts = new();

    /// <summary>
    /// Whether the app may send one more message of a kind. Asked before anything is written, and alike for accounts that exist and those
    /// that do not. The first refusal of an hour is logged, and each is measured.
    /// </summary>
    public async ValueTask<bool> AllowsAsync(App app, IdentifierKind kind, CancellationToken cancellationToken)
    {
        var most = kind.Word == IdentifierKind.Phone ? options.Value.Sms.MostPerHour : options.Value.Mail.MostPerHour;
        if (most == 0)
            return true;
        var count = counts.GetOrAdd((app.Id, kind.Word), static _ => new());
        var now = time.GetUtcNow();
        await count.RefreshAsync(now, since => CountAsync(app.Id, kind, since, most, cancellationToken));
        if (count.TryTake(most))
            return true;
        measurements.MessageBudgetSpent(kind.Word);
        if (count.IsFirst(now))
        {
            logger.LogWarning(
                "App {App} has sent {Most} messages by {Kind} within an hour, and sends no more until fewer are that young. "
                    + "If they are its own, raise OpenPassage:{Section}:MostPerHour.",
                app.Id,
                most,
                kind.Word,
                kind.Word == IdentifierKind.Phone ? nameof(OpenPassageCompleteOptions.Sms) : nameof(OpenPassageCompleteOptions.Mail));
        }

        return false;
    }

    private ValueTask<long> CountAsync(AppId app, IdentifierKind kind, DateTimeOffset since, long most, CancellationToken cancellationToken)
        => database.NumberAsync(
            new(
                """
                SELECT COUNT(*) FROM
                    (SELECT 1 AS one FROM outbox WHERE app_id = @app AND created_at > @since AND channel = @channel LIMIT @most) AS young
                """,
                Text("app", app.Value),
                Text("channel", kind.Word),
                Time("since", since),
                Number("most", most)),
            cancellationToken);
}
