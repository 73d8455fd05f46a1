using Microsoft.Extensions.Logging;
using OpenPassage.Server.Sql;

namespace OpenPassage.Server.Loops;

/// <summary>Who follows a kind of change.</summary>
/// <param name="Kind">Its row in <c>changes</c>.</param>
/// <param name="HearAsync">Told its number, every time, whether it is a new one or not; 0: there was no such change.</param>
internal sealed record Follower(string Kind, Func<long, CancellationToken, Task> HearAsync);

/// <summary>
/// Every two seconds, one question tells what another node, or another process at the same file, has changed. Asking works through
/// every proxy and on every database, which notifications do not.
/// </summary>
internal sealed class ChangesFollowing(
    Database database, IEnumerable<Follower> followers, TimeProvider time, ILogger<ChangesFollowing> logger)
    : Loop(TimeSpan.FromSeconds(2), time, logger)
{
    protected override string Failure => "What other nodes have changed cannot be read; what was read last is served.";

    protected override async ValueTask TurnAsync(CancellationToken cancellationToken)
    {
        var numbers = await database.ListAsync(
            new("SELECT kind, number FROM changes"), row => (Kind: row.GetString(0), Number: row.GetInt64(1)), cancellationToken);
        // Each is told, whatever becomes of another one.
        await Task.WhenAll(followers.Select(follower
            => follower.HearAsync(numbers.FirstOrDefault(change => change.Kind == follower.Kind).Number, cancellationToken)));
    }
}
