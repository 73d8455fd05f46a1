namespace OpenPassage.Benchmarks.SignIn;

/// <summary>One server's part in a run.</summary>
internal sealed class Entry(Load load, IEnumerable<int> clients)
{
    public Load Load => load;

    public string Name => load.Server.Name;

    /// <summary>By the number of clients, one a round.</summary>
    public Dictionary<int, List<Run>> Runs { get; } = clients.ToDictionary(number => number, _ => new List<Run>());

    public Run? HalfLoad { get; set; }

    /// <summary>The most operations a second, at whichever number of clients that is.</summary>
    public double Rate => Runs.Values.Max(runs => Figures.Median(runs.Select(run => run.Rate)));

    /// <summary>Operations a CPU-second of the server and its database, of each round.</summary>
    public IEnumerable<double> PerCpuSecond => Bests(run => run.PerCpuSecond);

    /// <summary>The median of the rounds' own ratios, each at the number of clients that suits it best.</summary>
    public double RatioTo(Entry other) => Ratio(Bests(run => run.Rate), other.Bests(run => run.Rate));

    /// <summary>The same of operations a CPU-second.</summary>
    public double CpuRatioTo(Entry other) => Ratio(PerCpuSecond, other.PerCpuSecond);

    private static double Ratio(IEnumerable<double> mine, IEnumerable<double> theirs) =>
        Figures.Median(mine.Zip(theirs, (one, another) => one / another));

    private IEnumerable<double> Bests(Func<Run, double> figure) =>
        Enumerable.Range(0, Runs.Values.First().Count).Select(round => Runs.Values.Max(runs => figure(runs[round])));
}
