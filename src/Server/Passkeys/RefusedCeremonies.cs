using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OpenPassage.Server.Events;
using OpenPassage.Server.Http;
using OpenPassage.Server.Sealing;
using OpenPassage.Server.Sql;
using OpenPassage.Server.Values;
using static OpenPassage.Server.Sql.Parameter;

namespace OpenPassage.Server.Passkeys;

/// <summary>
/// Events of ceremonies that were refused, for those that an app's backend has begun and no others: a stranger costs no row.
/// The event's id is made of the transaction and the reason, so that trying again writes nothing new; and an app gets so many
/// a minute and no more.
/// </summary>
internal sealed class RefusedCeremonies(
    Database database, EventWriting events, TimeProvider time, IOptions<OpenPassageOptions> options, ILogger<RefusedCeremonies> log)
{
    private const int IdLength = 24;

    private readonly Lock counting = new();
    private readonly Dictionary<AppId, HashSet<string>> thisMinute = [];
    private long minute;

    /// <summary>Writes the event of a refusal, if it is one that tells of a ceremony.</summary>
    public async ValueTask WriteAsync(
        AppId app, Caller caller, EventAction action, string userId, TicketId transaction, Refusal refusal)
    {
        if ((refusal.Rejection?.Code ?? refusal.Event) is not { } rejection)
            return;
        var now = time.GetUtcNow();
        var id = IdOf(transaction, rejection);
        if (!Counts(app, id, now))
            return;
        try
        {
            await database.WriteAsync(
                events.Refused(
                    action == EventAction.Register ? PasskeyEvents.Registered : PasskeyEvents.Login,
                    [
                        Text("app", app.Value),
                        Text("event", id),
                        Text("user", userId),
                        .. EventWriting.From(caller.IpAddress, caller.UserAgent, started: now),
                        Text("rejection", rejection),
                        Time("now", now),
                    ],
                    id: "event"),
                // The caller may be gone; what it did stays true.
                CancellationToken.None);
        }
        catch (DatabaseUnavailableException away)
        {
            log.LogWarning("The event of a refused ceremony could not be written. {Reason}", away.Message);
        }
    }

    // Base 62 of a hash: the same for the same transaction and reason, on whichever node.
    private static string IdOf(TicketId transaction, string rejection)
        => string.Create(IdLength, SHA256.HashData([.. transaction.ToArray(), .. Encoding.UTF8.GetBytes(rejection)]), static (id, hash) =>
        {
            for (var i = 0; i < id.Length; i++)
                id[i] = Ids.LettersAndDigits[hash[i] % Ids.LettersAndDigits.Length];
        });

    private bool Counts(AppId app, string id, DateTimeOffset now)
    {
        var most = options.Value.Limits.RefusedCeremoniesPerMinute;
        if (most == 0)
            return true;
        lock (counting)
        {
            if (now.UtcTicks / TimeSpan.TicksPerMinute is var current && current != minute)
            {
                thisMinute.Clear();
                minute = current;
            }

            if (!thisMinute.TryGetValue(app, out var ids))
                thisMinute.Add(app, ids = new(StringComparer.Ordinal));
            return ids.Count < most && ids.Add(id);
        }
    }
}
