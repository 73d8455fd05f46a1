using System.Security.Cryptography;
using System.Text;
using OpenPassage.Server.Complete.Accounts;
using OpenPassage.Server.Complete.Keys;
using OpenPassage.Server.Events;
using OpenPassage.Server.Http;
using OpenPassage.Server.Sql;
using OpenPassage.Server.Values;
using static OpenPassage.Server.Sql.Parameter;

namespace OpenPassage.Server.Complete.Messages;

/// <summary>What messages are counted as: each has limits of its own.</summary>
internal enum SendPurpose { Code, Link, Notice }

/// <summary>
/// What an address or a number was sent, alike on every node and alike for those that no account goes by. The rows of the outbox tell it:
/// a message's id is made of a secret, the receiver, the day and how many there were on that day. So counting them takes no other row, two
/// that are written at once are one, and nobody reads from an id whom it was for.
/// </summary>
internal sealed class Sends(Database database, AppSecrets secrets, EventStore events, TimeProvider time)
{
    private const int Days = 2;
    private const int All = Days * 2 * SendDecision.MostPerDay;

    private static readonly Statement Query = new(
        $"""
        SELECT message_id, kind, created_at FROM outbox
        WHERE app_id = @app AND message_id IN ({string.Join(", ", Enumerable.Range(0, All).Select(place => $"@id{place}"))})
        """);

    /// <summary>What a receiver was sent today and yesterday.</summary>
    /// <param name="app">Whose.</param>
    /// <param name="purpose">Which messages.</param>
    /// <param name="to">The receiver.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async ValueTask<SendHistory> ReadAsync(
        AppId app, SendPurpose purpose, AccountIdentifier to, CancellationToken cancellationToken)
    {
        var secret = await secrets.GetAsync(app, AppSecrets.OfSends, cancellationToken);
        var today = time.GetUtcNow().Ticks / TimeSpan.TicksPerDay;
        var ids = new Dictionary<string, (long Day, bool IsOwn)>(All, StringComparer.Ordinal);
        for (var day = today - Days + 1; day <= today; day++)
        {
            foreach (var isOwn in (bool[])[false, true])
            {
                for (var number = 0; number < SendDecision.MostPerDay; number++)
                    ids.Add(Id(secret, purpose, to, day, isOwn, number), (day, isOwn));
            }
        }

        var sent = await database.ListAsync(
            Query with { Parameters = [Text("app", app.Value), .. ids.Keys.Select((id, place) => Text($"id{place}", id))] },
            row => new Sent(
                row.GetString(0), MessageKinds.Parse(row.GetString(1)), ids[row.GetString(0)].IsOwn, Micros.ToTime(row.GetInt64(2))),
            cancellationToken);
        var taken = sent.Select(one => one.MessageId).ToHashSet(StringComparer.Ordinal);
        return new(
            sent,
            isOwn => ids.Where(id => id.Value == (today, isOwn)).Select(id => id.Key).FirstOrDefault(id => !taken.Contains(id)));
    }

    /// <summary>Whether what a receiver was sent is good: one of the few that are (<see cref="SendDecision.IsLive"/>).</summary>
    public async ValueTask<bool> IsLiveAsync(
        AppId app, SendPurpose purpose, AccountIdentifier to, string messageId, TimeSpan lifetime, CancellationToken cancellationToken)
        => SendDecision.IsLive((await ReadAsync(app, purpose, to, cancellationToken)).Sent, messageId, lifetime, time.GetUtcNow());

    /// <summary>
    /// Whether a user has signed in before on the network that somebody calls from; with no user, false, and it takes as long.
    /// </summary>
    public async ValueTask<bool> IsOwnNetworkAsync(AppId app, string userId, Caller caller, CancellationToken cancellationToken)
    {
        var here = Networks.Of(caller.IpAddress);
        var known = await events.SignInAddressesAsync(app, userId, cancellationToken);
        return here.Length > 0 && known.Any(address => Networks.Of(address) == here);
    }

    private static string Id(byte[] secret, SendPurpose purpose, AccountIdentifier to, long day, bool isOwn, int number)
        => DerivedId.Of(HMACSHA256.HashData(
            secret, Encoding.UTF8.GetBytes($"{(int)purpose}\0{(isOwn ? 1 : 0)}\0{day}\0{number}\0{to.Kind.Word}\0{to.Value}")));
}

/// <summary>What a receiver was sent within a day at least.</summary>
/// <param name="Sent">In any order.</param>
/// <param name="NextId">
/// The id of the next message, asked for on a network of the user's own or on another one; null: there were as many on this day as there
/// may be.
/// </param>
internal sealed record SendHistory(IReadOnlyList<Sent> Sent, Func<bool, string?> NextId);
