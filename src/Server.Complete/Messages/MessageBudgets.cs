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

/// <summary>
/// How many messages an app sends in an hour, on all nodes together. The rows of the outbox are counted, every few seconds at most: in
/// between a node adds its own.
/// </summary>
internal sealed class MessageBudgets(
    Database database,
    IOptions<OpenPassageCompleteOptions> options,
    Measurements measurements,
    TimeProvider time,
    ILogger<MessageBudgets> logger)
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);
    private static readonly TimeSpan GoodFor = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<(AppId App, string Kind), Count> counts = new();

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
        if (count.IsOlderThan(now - GoodFor))
            count.Set(await CountAsync(app.Id, kind, now - Hour, most, cancellationToken), now);
        if (count.TryTake(most))
            return true;
        measurements.MessageBudgetSpent(kind.Word);
        if (count.IsFirstRefusalSince(now - Hour, now))
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

    private sealed class Count
    {
        private readonly Lock gate = new();
        private DateTimeOffset readAt = DateTimeOffset.MinValue;
        private DateTimeOffset toldAt = DateTimeOffset.MinValue;
        private long number;

        public bool IsOlderThan(DateTimeOffset moment)
        {
            lock (gate)
                return readAt <= moment;
        }

        public void Set(long counted, DateTimeOffset now)
        {
            lock (gate)
                (number, readAt) = (counted, now);
        }

        public bool TryTake(long most)
        {
            lock (gate)
            {
                if (number >= most)
                    return false;
                number++;
                return true;
            }
        }

        public bool IsFirstRefusalSince(DateTimeOffset moment, DateTimeOffset now)
        {
            lock (gate)
            {
                if (toldAt > moment)
                    return false;
                toldAt = now;
                return true;
            }
        }
    }
}
