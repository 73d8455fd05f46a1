using System.Diagnostics;
using System.Diagnostics.Metrics;
using OpenPassage.WebAuthn.Cose;

namespace OpenPassage.Server.Telemetry;

/// <summary>
/// Everything that is measured, each once. Tags come from fixed sets: operations, outcomes and codes, never what a caller
/// sent. Nothing is collected until somebody listens.
/// </summary>
internal sealed class Measurements
{
    /// <summary>The name of the meter and of the source of spans.</summary>
    public const string Name = "OpenPassage";

    public static readonly ActivitySource Activities = new(Name);

    // A sign-in takes about a millisecond; one that waits for a database that is away takes seconds.
    private static readonly double[] Seconds = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
    private static readonly long[] Sizes = [1, 2, 4, 8, 16, 32, 64, 128, 256];

    private readonly Counter<long> operations;
    private readonly Counter<long> regressions;
    private readonly Counter<long> reuses;
    private readonly Counter<long> messages;
    private readonly Counter<long> spentBudgets;
    private readonly Histogram<double> messageWaits;
    private readonly Counter<long> wrongCodes;
    private readonly Counter<long> refusedGuesses;
    private readonly Histogram<double> durations;
    private readonly Histogram<long> groups;
    private readonly Histogram<double> waits;
    private readonly Counter<long> readinessReports;
    private readonly TimeProvider time;

    public Measurements(IMeterFactory meters, VerificationKeyCache keys, TimeProvider time)
    {
        this.time = time;
        Meter = meters.Create(Name);
        operations = Meter.CreateCounter<long>(
            "openpassage.operations",
            "{operation}",
            "Operations, by outcome: ok, refused (code says why, rejection which step of WebAuthn), failed, aborted by the caller.");
        regressions = Meter.CreateCounter<long>(
            "openpassage.sign_count.regressed",
            "{sign_in}",
            "Sign-ins whose signature counter did not grow, which may mean a copied authenticator; answer: reported or refused.");
        reuses = Meter.CreateCounter<long>(
            "openpassage.refresh_token.reused",
            "{session}",
            "Sessions that ended because one of their older refresh tokens was used again.");
        messages = Meter.CreateCounter<long>(
            "openpassage.messages",
            "{message}",
            "Mails and text messages, by channel (email, phone) and outcome: sent, postponed, refused by their receiver, given_up.");
        spentBudgets = Meter.CreateCounter<long>(
            "openpassage.messages.over_budget",
            "{message}",
            "Mails and text messages that were not written because their app had sent as many as it may within an hour.");
        wrongCodes = Meter.CreateCounter<long>(
            "openpassage.codes.wrong", "{code}", "One-time codes that were entered and were not the code that was sent.");
        refusedGuesses = Meter.CreateCounter<long>(
            "openpassage.codes.over_budget",
            "{code}",
            "One-time codes that were not looked at, because their network or their app (scope) had had too many wrong ones.");
        readinessReports = Meter.CreateCounter<long>(
            "openpassage.readiness.reports",
            "{report}",
            "Reports of what devices can do that came with a good key, by outcome: taken, bot, over_budget (their network had too many "
                + "devices), lost (too many waited to be counted).");
        messageWaits = Meter.CreateHistogram(
            "openpassage.message.wait.duration",
            "s",
            "How long messages waited, from when they were written to when they were handed over.",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [.. Seconds, 30, 60, 300, 1800, 3600] });
        durations = Meter.CreateHistogram(
            "openpassage.operation.duration",
            "s",
            "How long operations took, from their route to their answer.",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = Seconds });
        groups = Meter.CreateHistogram(
            "openpassage.store.group.size",
            "{write}",
            "How many callers' writes went into one database transaction.",
            advice: new InstrumentAdvice<long> { HistogramBucketBoundaries = Sizes });
        waits = Meter.CreateHistogram(
            "openpassage.store.wait.duration",
            "s",
            "How long callers waited for a connection of the pool (PostgreSQL) or for the writer (SQLite).",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = Seconds });
        Meter.CreateObservableCounter(
            "openpassage.key_cache.lookups",
            () => Lookups(keys),
            "{lookup}",
            "Public keys that were found imported already (hit), or not (miss).");
    }

    /// <summary>This host's own: another one in the same process has another meter of the same name.</summary>
    public Meter Meter { get; }

    /// <summary>Now, for <see cref="Waited"/> and <see cref="Operation"/>.</summary>
    public long Timestamp() => time.GetTimestamp();

    /// <summary>An operation has come to its end.</summary>
    public void Operation(string operation, long since, in Ending ending)
    {
        if (operations.Enabled)
        {
            var tags = new TagList { { "operation", operation }, { "outcome", ending.Outcome } };
            if (ending.Code is not null)
                tags.Add("code", ending.Code);
            if (ending.Rejection is not null)
                tags.Add("rejection", ending.Rejection);
            operations.Add(1, tags);
        }

        if (durations.Enabled)
            durations.Record(time.GetElapsedTime(since).TotalSeconds, new("operation", operation), new("outcome", ending.Outcome));
    }

    /// <summary>A signature counter did not grow: the sign of a copied authenticator, no proof.</summary>
    public void SignCountRegressed(bool refused)
        => regressions.Add(1, new KeyValuePair<string, object?>("answer", refused ? "refused" : "reported"));

    /// <summary>A session ended because an older one of its refresh tokens was used again: the sign of a stolen token.</summary>
    public void RefreshTokenReused() => reuses.Add(1);

    /// <summary>An attempt to send a message has come to its end.</summary>
    public void Message(string channel, string outcome)
        => messages.Add(1, new KeyValuePair<string, object?>("channel", channel), new KeyValuePair<string, object?>("outcome", outcome));

    /// <summary>A message was handed over so long after it was written.</summary>
    public void MessageWaited(string channel, TimeSpan wait)
        => messageWaits.Record(wait.TotalSeconds, new KeyValuePair<string, object?>("channel", channel));

    /// <summary>An app has asked for more messages than it may send.</summary>
    public void MessageBudgetSpent(string channel) => spentBudgets.Add(1, new KeyValuePair<string, object?>("channel", channel));

    /// <summary>A one-time code was entered that was none.</summary>
    public void WrongCode() => wrongCodes.Add(1);

    /// <summary>One was not looked at: its network (<c>network</c>) or its app (<c>app</c>) has had too many wrong ones.</summary>
    public void GuessRefused(string scope) => refusedGuesses.Add(1, new KeyValuePair<string, object?>("scope", scope));

    /// <summary>A report of what a device can do has come with a good key.</summary>
    public void ReadinessReport(string outcome) => readinessReports.Add(1, new KeyValuePair<string, object?>("outcome", outcome));

    /// <summary>One database transaction carried the writes of this many callers.</summary>
    public void Group(int callers) => groups.Record(callers);

    /// <summary>A caller has waited for its turn at the database.</summary>
    public void Waited(long since)
    {
        if (waits.Enabled)
            waits.Record(time.GetElapsedTime(since).TotalSeconds);
    }

    private static IEnumerable<Measurement<long>> Lookups(VerificationKeyCache keys) =>
        [
            new(keys.Hits, new KeyValuePair<string, object?>("result", "hit")),
            new(keys.Misses, new KeyValuePair<string, object?>("result", "miss")),
        ];
}
