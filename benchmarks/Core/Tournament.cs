namespace OpenPassage.Benchmarks.Core;

/// <summary>
/// Contenders take turns, A B C A B C …, so that what else the machine does falls on all alike. Medians over the rounds;
/// a ratio is the median of the rounds' own ratios.
/// </summary>
internal sealed class Tournament
{
    private const int WarmUps = 4;
    private readonly Dictionary<Contender, List<Sample>> samples = [];

    private Tournament()
    {
    }

    public static Tournament Run(IReadOnlyList<Contender> contenders, int rounds, TimeSpan turn)
    {
        var tournament = new Tournament();
        var operations = contenders.ToDictionary(contender => contender, _ => 200);
        // Compiled code reaches its last tier within the warm-ups, and each contender learns how many operations fill its turn.
        for (var i = 0; i < WarmUps; i++)
        {
            foreach (var contender in contenders)
                operations[contender] = Math.Max(50, (int)(contender.Run(operations[contender]).PerSecond * turn.TotalSeconds));
        }

        foreach (var contender in contenders)
            tournament.samples[contender] = [];
        for (var i = 0; i < rounds; i++)
        {
            foreach (var contender in contenders)
                tournament.samples[contender].Add(contender.Run(operations[contender]));
        }

        return tournament;
    }

    public void PrintTable(string title)
    {
        Console.WriteLine();
        Console.WriteLine($"{title,-48} {"ops/CPU-s",10} {"ops/s",9} {"B/op",7}");
        foreach (var (contender, rounds) in samples)
        {
            var bytes = rounds[0].Bytes is null ? "-" : $"{Median(rounds, sample => sample.BytesPerOperation!.Value):F0}";
            var perCpuSecond = Median(rounds, sample => sample.PerCpuSecond);
            var perSecond = Median(rounds, sample => sample.PerSecond);
            Console.WriteLine($"{contender.Name,-48} {perCpuSecond,10:F0} {perSecond,9:F0} {bytes,7}");
        }
    }

    /// <summary>How many times as many operations as the other in the same processor time.</summary>
    public double Ratio(Contender contender, Contender other) =>
        Median(samples[contender].Zip(samples[other]), pair => pair.First.PerCpuSecond / pair.Second.PerCpuSecond);

    private static double Median<T>(IEnumerable<T> items, Func<T, double> value)
    {
        var sorted = items.Select(value).Order().ToArray();
        var middle = sorted.Length / 2;
        return sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
