using OpenPassage.Server.Devices;
using OpenPassage.Server.Values;
using OpenPassage.WebAuthn;

namespace OpenPassage.Server.Statistics;

/// <summary>
/// Counts in memory what dashboards show. A call that counts pays for a few additions and waits for nothing;
/// <see cref="StatisticsWriting"/> takes what has gathered every few seconds. So a stranger's start costs no row.
/// </summary>
internal sealed class Counting(TimeProvider time)
{
    // Bounds what can gather while the database is away.
    private const int MaxCounters = 200_000;
    private const int MaxUsers = 500_000;

    private readonly Lock gate = new();
    private Dictionary<Counter, long> numbers = [];
    private HashSet<ActiveUser> active = [];

    // Those of this month that are written already.
    private readonly HashSet<ActiveUser> known = [];
    private long knownMonth;

    public void Started(AppId app, string ceremony) => Add(app, (Counted.Started, ceremony, 1));

    /// <summary>The browser has brought an answer, and this came of it.</summary>
    /// <param name="app">Whose.</param>
    /// <param name="ceremony">One of <see cref="CeremonyKinds"/>.</param>
    /// <param name="refusal">The code of what refused; null: nothing did.</param>
    public void Answered(AppId app, string ceremony, string? refusal)
    {
        if (refusal is null)
            Add(app, (Counted.Answered, ceremony, 1), (Counted.Succeeded, ceremony, 1));
        else
            Add(app, (Counted.Answered, ceremony, 1), (Counted.Refused, refusal, 1));
    }

    /// <summary>What was brought was refused, and the ceremony goes on: a wrong code may be followed by the right one.</summary>
    /// <param name="app">Whose.</param>
    /// <param name="refusal">The code of what refused.</param>
    public void Refused(AppId app, string refusal) => Add(app, (Counted.Refused, refusal, 1));

    public void Verified(AppId app) => Add(app, (Counted.Verified, "", 1));

    public void Registered(AppId app, CredentialRecord record, string userAgent, string? provider = null)
    {
        var synced = record.BackupEligible switch
        {
            true => "synced",
            false => "device-bound",
            null => "not known",
        };
        Add(
            app,
            (Counted.Provider, provider ?? Aaguids.NameOf(record.Aaguid) ?? "Unknown", 1),
            (Counted.Synced, synced, 1),
            (Counted.System, UserAgent.SystemOf(userAgent) ?? "Other", 1),
            (Counted.Browser, UserAgent.BrowserOf(userAgent) ?? "Other", 1));
    }

    /// <summary>A user is asked to make a passkey.</summary>
    /// <param name="app">Whose.</param>
    /// <param name="userAgent">As it was sent.</param>
    /// <param name="inShare">Whether the app asks this user; null: it asks all alike.</param>
    public void Asked(AppId app, string userAgent, bool? inShare)
    {
        Add(app, (Counted.Asked, UserAgent.Display(userAgent) ?? "Other", 1));
        Compared(app, inShare, ShareSteps.Asked);
    }

    /// <summary>A user who was asked has made one.</summary>
    /// <inheritdoc cref="Asked"/>
    public void Made(AppId app, string userAgent, bool? inShare)
    {
        Add(app, (Counted.Made, UserAgent.Display(userAgent) ?? "Other", 1));
        Compared(app, inShare, ShareSteps.Made);
    }

    /// <summary>A user has signed in with one.</summary>
    /// <param name="app">Whose.</param>
    /// <param name="inShare">Whether the app asks this user; null: it asks all alike.</param>
    public void Used(AppId app, bool? inShare) => Compared(app, inShare, ShareSteps.Used);

    /// <summary>What a prompt came to, as a page tells it. Words that are none of ours are not counted.</summary>
    /// <param name="app">Whose.</param>
    /// <param name="report">Null: the page tells nothing.</param>
    /// <param name="userAgent">As it was sent.</param>
    public void Prompted(AppId app, PromptReport? report, string userAgent)
    {
        if (report is not { IsKnown: true })
            return;
        Add(app, (Counted.Prompt, $"{report.Kind} {report.Result} {UserAgent.BrowserOf(userAgent) ?? "Other"}", 1));
        if (report.HasKnownError)
            Add(app, (Counted.PromptError, $"{report.Kind} {report.Error}", 1));
    }

    private void Compared(AppId app, bool? inShare, string step)
    {
        if (inShare is { } isIn)
            Add(app, (Counted.Share, $"{(isIn ? ShareSteps.In : ShareSteps.Out)} {step}", 1));
    }

    /// <summary>A user who had signed in without a passkey has added one.</summary>
    /// <param name="app">Whose.</param>
    /// <param name="amr">How the user had signed in, in the words of RFC 8176.</param>
    public void Enrolled(AppId app, string amr) => Add(app, (Counted.Enrolled, amr, 1));

    /// <param name="app">Whose.</param>
    /// <param name="userId">Who.</param>
    /// <param name="userAgent">As it was sent.</param>
    /// <param name="took">From start to finish; null where the start was the page's and not the user's.</param>
    public void SignedIn(AppId app, string userId, string userAgent, TimeSpan? took)
    {
        var system = (Counted.System, UserAgent.SystemOf(userAgent) ?? "Other", 1L);
        var browser = (Counted.Browser, UserAgent.BrowserOf(userAgent) ?? "Other", 1L);
        if (took is { } lasted)
            Add(
                app,
                system,
                browser,
                (Counted.Seconds, SecondsLabel(lasted), 1),
                (Counted.Milliseconds, "", (long)Math.Max(0, lasted.TotalMilliseconds)));
        else
            Add(app, system, browser);
        CameIn(app, userId);
    }

    /// <summary>A user is signed in, also without a ceremony that counts as a sign-in, such as by signing up.</summary>
    public void CameIn(AppId app, string userId)
    {
        var user = new ActiveUser(app, Days.OfMonth(time.GetUtcNow()), userId);
        lock (gate)
        {
            if (active.Count < MaxUsers && !known.Contains(user))
                active.Add(user);
        }
    }

    /// <summary>What has gathered since the last time; it is the caller's now.</summary>
    public (IReadOnlyDictionary<Counter, long> Numbers, IReadOnlyCollection<ActiveUser> Active) Take()
    {
        lock (gate)
        {
            var taken = (numbers, active);
            (numbers, active) = ([], []);
            return taken;
        }
    }

    /// <summary>What could not be written waits for the next time.</summary>
    public void PutBack(IEnumerable<KeyValuePair<Counter, long>> counted, IEnumerable<ActiveUser> users)
    {
        lock (gate)
        {
            foreach (var (counter, number) in counted)
                Add(counter, number);
            active.UnionWith(users.Take(MaxUsers - active.Count));
        }
    }

    /// <summary>These are written: until the month ends they need not be again.</summary>
    public void Written(IReadOnlyCollection<ActiveUser> users)
    {
        lock (gate)
        {
            var month = Days.OfMonth(time.GetUtcNow());
            if (month != knownMonth || known.Count + users.Count > MaxUsers)
                known.Clear();
            knownMonth = month;
            known.UnionWith(users);
        }
    }

    private void Add(AppId app, params ReadOnlySpan<(string Kind, string Label, long Number)> counted)
    {
        var day = Days.Of(time.GetUtcNow());
        lock (gate)
        {
            foreach (var (kind, label, number) in counted)
                Add(new(app, kind, day, label), number);
        }
    }

    private void Add(Counter counter, long number)
    {
        if (numbers.TryGetValue(counter, out var before))
            numbers[counter] = before + number;
        else if (numbers.Count < MaxCounters)
            numbers.Add(counter, number);
    }

    private static string SecondsLabel(TimeSpan took) => Math.Clamp((int)took.TotalSeconds, 0, Counted.MaxSeconds).ToString();
}
