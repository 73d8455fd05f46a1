using System.Globalization;

namespace OpenPassage.Server.Statistics;

/// <summary>What the counters of a range say, chart by chart.</summary>
internal sealed class Figures
{
    private readonly ILookup<string, Sum> byKind;

    public Figures(
        DayRange range, IReadOnlyList<Sum> sums, IReadOnlyList<DayCount> succeeded, IReadOnlyList<DayCount> active, TimeSpan? baseline)
    {
        Range = range;
        Baseline = baseline;
        byKind = sums.ToLookup(sum => sum.Kind, StringComparer.Ordinal);
        SignInsByDay = range.Columns(succeeded.Where(count => count.Label != CeremonyKinds.Register));
        RegistrationsByDay = range.Columns(succeeded.Where(count => count.Label == CeremonyKinds.Register));
        ActiveMonths = Months(active, range.To);
        ActiveByMonth = [.. ActiveMonths.Select(
            month => new Bar(month.First.ToString("MMM yyyy", CultureInfo.InvariantCulture), month.Number))];
        Active = active;
        Seconds = Histogram(byKind[Counted.Seconds]);
        Charts = new Dictionary<string, IReadOnlyList<Bar>>(StringComparer.Ordinal)
        {
            ["sign-ins"] = SignInsByDay,
            ["registrations"] = RegistrationsByDay,
            ["active"] = ActiveByMonth,
            ["seconds"] = Seconds,
            ["stops"] = [.. Stops.SelectMany(stop => (Bar[])[
                new($"{stop.Name}: begun", stop.Begun),
                new($"{stop.Name}: never answered", stop.NeverAnswered),
                new($"{stop.Name}: refused", stop.Refused),
                new($"{stop.Name}: succeeded", stop.Succeeded),
            ])],
            ["enrolled"] = Bars(Counted.Enrolled),
            ["rejections"] = Bars(Counted.Refused),
            ["providers"] = Bars(Counted.Provider),
            ["synced"] = Bars(Counted.Synced),
            ["systems"] = Bars(Counted.System),
            ["browsers"] = Bars(Counted.Browser),
            ["prompts"] = [.. Prompts.SelectMany(prompt => (Bar[])[
                new($"{prompt.Kind} in {prompt.Browser}: shown", prompt.Shown),
                new($"{prompt.Kind} in {prompt.Browser}: dismissed", prompt.Dismissed),
                new($"{prompt.Kind} in {prompt.Browser}: failed", prompt.Failed),
                new($"{prompt.Kind} in {prompt.Browser}: fallback", prompt.Fallback),
            ])],
            ["share"] = [.. Shares.SelectMany(share => (Bar[])[
                new($"{share.Group}: asked", share.Asked), new($"{share.Group}: made", share.Made), new($"{share.Group}: used", share.Used),
            ])],
        };
    }

    public DayRange Range { get; }
    /// <summary>Null: they are being counted.</summary>
    public UserCount? Users { get; init; }

    public long ThisMonth { get; init; }
    public IReadOnlyList<DayCount> Active { get; }
    public IReadOnlyList<Bar> SignInsByDay { get; }
    public IReadOnlyList<Bar> RegistrationsByDay { get; }

    /// <summary>Users who signed in, month by month.</summary>
    public IReadOnlyList<(DateOnly First, long Number)> ActiveMonths { get; }

    public IReadOnlyList<Bar> ActiveByMonth { get; }

    /// <summary>Sign-ins by whole seconds; the last bar is all that took longer.</summary>
    public IReadOnlyList<Bar> Seconds { get; }

    public TimeSpan? Baseline { get; }

    /// <summary>Every chart's numbers, by the name that they are downloaded by.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<Bar>> Charts { get; }

    public long SignIns => SignInsByDay.Sum(bar => bar.Value);

    public long Registrations => RegistrationsByDay.Sum(bar => bar.Value);

    public long ActiveThisMonth => Active.Where(count => count.Day == ThisMonth).Sum(count => count.Number);

    public long Timed => Seconds.Sum(bar => bar.Value);

    /// <summary>Of the sign-ins that are timed; null: there is none.</summary>
    public double? MeanSeconds => Timed == 0 ? null : byKind[Counted.Milliseconds].Sum(sum => sum.Number) / 1000.0 / Timed;

    /// <summary>Within its second it is taken to be evenly spread.</summary>
    public double? MedianSeconds
    {
        get
        {
            if (Timed == 0)
                return null;
            var (half, below) = (Timed / 2.0, 0L);
            for (var second = 0; second < Seconds.Count; second++)
            {
                if (below + Seconds[second].Value >= half)
                    return second + (half - below) / Seconds[second].Value;
                below += Seconds[second].Value;
            }

            return Seconds.Count;
        }
    }

    /// <summary>How many ceremonies stopped where, by how they were begun.</summary>
    public IReadOnlyList<Stop> Stops =>
    [
        Stop("Sign-in of a named user", CeremonyKinds.Authenticate),
        Stop("Sign-in without a name", CeremonyKinds.Discoverable),
        Stop("Registration", CeremonyKinds.Register),
        .. ByCode.Begun > 0 ? [ByCode] : Array.Empty<Stop>(),
    ];

    private Stop ByCode => Stop("Sign-in with a code", CeremonyKinds.Code);

    /// <summary>What prompts came to, by kind and browser.</summary>
    public IReadOnlyList<PromptFigure> Prompts => PromptFigure.Of(byKind[Counted.Prompt]);

    /// <summary>Users whom the app asks for a passkey beside those whom it does not; empty: it asks all alike.</summary>
    public IReadOnlyList<ShareFigure> Shares => ShareFigure.Of(byKind[Counted.Share]);

    /// <summary>Sign-ins and registrations whose nonce no backend asked for.</summary>
    public long NeverVerified => Math.Max(0, Of(Counted.Succeeded).Sum(sum => sum.Number) - Of(Counted.Verified).Sum(sum => sum.Number));

    /// <summary>The largest first.</summary>
    public IReadOnlyList<Bar> All(string kind)
        => [.. Of(kind).OrderByDescending(sum => sum.Number)
            .ThenBy(sum => sum.Label, StringComparer.Ordinal)
            .Select(sum => new Bar(sum.Label, sum.Number))];

    /// <summary>The largest first; from the tenth on they are one.</summary>
    public IReadOnlyList<Bar> Bars(string kind)
    {
        var all = All(kind);
        return all.Count <= 10 ? all : [.. all.Take(9), new Bar($"{all.Count - 9} others", all.Skip(9).Sum(bar => bar.Value))];
    }

    private IEnumerable<Sum> Of(string kind) => byKind[kind];

    private Stop Stop(string name, string ceremony)
    {
        long Count(string kind) => Of(kind).Where(sum => sum.Label == ceremony).Sum(sum => sum.Number);
        var (answered, succeeded) = (Count(Counted.Answered), Count(Counted.Succeeded));
        // What succeeded before there were counters was begun too.
        var begun = Math.Max(Count(Counted.Started), Math.Max(answered, succeeded));
        return new(name, ceremony, begun, begun - Math.Max(answered, succeeded), Math.Max(0, answered - succeeded), succeeded);
    }

    /// <summary>A year of months, or more where more is known.</summary>
    private static (DateOnly First, long Number)[] Months(IReadOnlyList<DayCount> active, long today)
    {
        var last = Days.ToDate(today) is var date ? new DateOnly(date.Year, date.Month, 1) : default;
        var first = active.Count > 0 && Days.ToDate(active[0].Day) < last.AddMonths(-11) ? Days.ToDate(active[0].Day) : last.AddMonths(-11);
        var byMonth = active.ToDictionary(count => Days.ToDate(count.Day), count => count.Number);
        List<(DateOnly First, long Number)> months = [];
        for (var month = first; month <= last; month = month.AddMonths(1))
            months.Add((month, byMonth.GetValueOrDefault(month)));
        return [.. months];
    }

    private static Bar[] Histogram(IEnumerable<Sum> sums)
    {
        var bySecond = sums.ToDictionary(sum => int.Parse(sum.Label, NumberStyles.None, CultureInfo.InvariantCulture), sum => sum.Number);
        if (bySecond.Count == 0)
            return [];
        var last = Math.Max(15, bySecond.Keys.Max());
        return [.. Enumerable.Range(0, last + 1).Select(
            second => new Bar(second == Counted.MaxSeconds ? $"{second} s or more" : $"{second} s", bySecond.GetValueOrDefault(second)))];
    }
}

/// <summary>Where ceremonies of one kind stopped.</summary>
/// <param name="Name">The kind, for people.</param>
/// <param name="Ceremony">One of <see cref="CeremonyKinds"/>.</param>
/// <param name="Begun">All of them.</param>
/// <param name="NeverAnswered">The browser brought nothing back.</param>
/// <param name="Refused">What it brought was refused.</param>
/// <param name="Succeeded">A passkey was made or used, or the code was right.</param>
internal sealed record Stop(string Name, string Ceremony, long Begun, long NeverAnswered, long Refused, long Succeeded);
