using OpenPassage.Server.Admission;
using OpenPassage.Server.Devices;
using OpenPassage.Server.Events;
using OpenPassage.Server.Passkeys;
using OpenPassage.Server.Statistics;

namespace OpenPassage.Server.Advice;

/// <summary>
/// Asks the rule for new passkeys, with what is kept anyway: the user's passkeys and events, and counters. Nothing is written to find out
/// how often somebody was asked: the page knows, and says so. Only for a user who is signed in, or whom a backend lets register.
/// </summary>
internal sealed class Enrolling(Advising advising, EventStore events, CounterStore counters, TimeProvider time)
{
    /// <summary>Days that say how a kind of device does.</summary>
    private const int DaysOfLate = 28;

    /// <param name="call">The page's.</param>
    /// <param name="userId">Whose passkey it would be.</param>
    /// <param name="asks">What the page says of itself.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async ValueTask<EnrolmentAdvised> OfAsync(
        AppCall call, string userId, IEnrolmentQuestion asks, CancellationToken cancellationToken)
    {
        var (app, userAgent, now) = (call.AppId, call.Caller.UserAgent, time.GetUtcNow());
        var device = UserAgent.Display(userAgent) ?? "Other";
        var since = Days.Of(now) - DaysOfLate;
        return EnrolmentDecision.Of(
            new(Visit.Of(asks.Capabilities, userAgent), await advising.KeptAsync(app, userId, cancellationToken))
            {
                IsInShare = PromptShare.Has(call.App, userId),
                Refused = await events.RefusedSinceAsync(
                    app, userId, PasskeyEvents.Registered, now - EnrolmentDecision.Rest, cancellationToken),
                AskedDaysAgo = asks.AskedDaysAgo,
                Asked = await counters.SumAsync(app, Counted.Asked, device, since, cancellationToken),
                Made = await counters.SumAsync(app, Counted.Made, device, since, cancellationToken),
            });
    }
}

/// <summary>What a page says of itself when it asks whether to ask.</summary>
internal interface IEnrolmentQuestion
{
    /// <summary>What it can do; null: it does not say.</summary>
    PageCapabilities? Capabilities { get; }

    /// <summary>How many days ago it has asked this user, as it remembers; null: never, or it does not say.</summary>
    int? AskedDaysAgo { get; }

    /// <summary>What is wrong with the days.</summary>
    static string? Complaint(int? askedDaysAgo) => askedDaysAgo < 0 ? "asked_days_ago is a whole number of days from 0 on." : null;
}
