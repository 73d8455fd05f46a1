using OpenPassage.Server.Complete.Accounts;
using OpenPassage.Server.Users;

namespace OpenPassage.Server.Complete.Messages;

/// <summary>Something that an address or a number was sent.</summary>
/// <param name="MessageId">Of its row in the outbox.</param>
/// <param name="Kind">What for; null: a newer version has written it.</param>
/// <param name="IsOwn">Whether somebody asked for it on a network where the user has signed in before.</param>
/// <param name="At">When.</param>
internal sealed record Sent(string MessageId, MessageKind? Kind, bool IsOwn, DateTimeOffset At);

/// <summary>On which occasion somebody is sent a code or a link.</summary>
internal enum SendOccasion { SignIn, SignUp, NoAccount }

/// <summary>The rule by which an address or a number is sent no more than its owner can want; no clock, no database.</summary>
internal static class SendDecision
{
    public const int MostPerHour = 5;
    public const int MostPerDay = 20;

    /// <summary>How many codes or links of those that were sent are good at once.</summary>
    public const int MostLive = 5;

    public static readonly TimeSpan Pause = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    /// <summary>How long whoever asks is to wait; null: it is sent.</summary>
    /// <param name="sent">Within a day at least, in any order.</param>
    /// <param name="isOwn">
    /// Whether it is asked for on a network where the user has signed in before. Those are counted by themselves: a stranger cannot use up
    /// what the user may be sent.
    /// </param>
    /// <param name="now">The time.</param>
    public static TimeSpan? Wait(IEnumerable<Sent> sent, bool isOwn, DateTimeOffset now)
    {
        List<DateTimeOffset> times = [.. sent.Where(one => one.IsOwn == isOwn).Select(one => one.At).OrderDescending()];
        TimeSpan?[] waits = [Until(1, Pause), Until(MostPerHour, Hour), Until(MostPerDay, Day)];
        return waits.Max();

        TimeSpan? Until(int most, TimeSpan within)
            => times.Count >= most && times[most - 1] + within - now is var left && left > TimeSpan.Zero ? left : null;
    }

    /// <summary>What whoever asks is sent, and whether it makes an account where there is none.</summary>
    /// <param name="account">Of the address or number; null: it has none.</param>
    /// <param name="signsUp">Whether a page asks that registers; it has been refused where that cannot be.</param>
    /// <param name="isHidden">Whether nobody is to learn which accounts exist.</param>
    /// <param name="hasSignedUp">
    /// Whether a page that registers has asked lately. Passage's elements ask as if to sign in when somebody wants the message once more.
    /// </param>
    public static (SendOccasion Occasion, bool MayBegin) OccasionOf(Account? account, bool signsUp, bool isHidden, bool hasSignedUp)
    {
        if (account is null)
            return isHidden && (signsUp || hasSignedUp) ? (SendOccasion.SignUp, true) : (SendOccasion.NoAccount, false);
        return (account.User.Status == UserStatus.Pending ? SendOccasion.SignUp : SendOccasion.SignIn, false);
    }

    /// <summary>
    /// Whether what was sent is one of the few that are good: the latest ones, and those that the user has asked for before others.
    /// </summary>
    /// <param name="sent">Within a day at least, in any order.</param>
    /// <param name="messageId">Which.</param>
    /// <param name="lifetime">How long one is good.</param>
    /// <param name="now">The time.</param>
    public static bool IsLive(IEnumerable<Sent> sent, string messageId, TimeSpan lifetime, DateTimeOffset now)
        => sent.Where(one => one.At + lifetime > now)
            .OrderByDescending(one => one.IsOwn)
            .ThenByDescending(one => one.At)
            .ThenByDescending(one => one.MessageId, StringComparer.Ordinal)
            .Take(MostLive)
            .Any(one => one.MessageId == messageId);
}
