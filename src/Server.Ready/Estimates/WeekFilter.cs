using System.Runtime.InteropServices;

namespace OpenPassage.Server.Ready.Estimates;

/// <summary>A week's logit, how far sampling may have moved it, and where in the year it lies.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Observation(double Logit, double Variance, double Sine, double Cosine)
{
    public static Observation None { get; } = new(0, double.PositiveInfinity, 0, 0);

    public bool IsNone => double.IsPositiveInfinity(Variance);
}

/// <summary>Kalman's filter over level, slope and season, for three kinds of weeks at once.</summary>
internal sealed class WeekFilter(Pace pace)
{
    // The first, 0, is an ordinary week.
    private const int LeftOut = 1, Changed = 2, Kinds = 3;
    private const double LeftOutVariance = 4;
    public const double ChangedLevel = 0.3 * 0.3, ChangedSlope = 0.05 * 0.05;

    private static readonly double[] Next =
    [
        0.97, 0.015, 0.015,
        0.60, 0.385, 0.015,
        0.70, 0.015, 0.285,
    ];

    private static readonly double[] LogNext = [.. Next.Select(one => Math.Log(one))];

    private State[] now = [State.Start(Math.Log(0.97)), State.Start(Math.Log(0.015)), State.Start(Math.Log(0.015))];
    private State[] next = [new(), new(), new()];
    private readonly State[] paths = [.. Enumerable.Range(0, Kinds * Kinds).Select(_ => new State())];
    private bool begun;

    public void Pass(Observation week)
    {
        for (var to = 0; to < Kinds; to++)
        {
            for (var from = 0; from < Kinds; from++)
            {
                var path = paths[to * Kinds + from];
                path.CopyFrom(now[from]);
                if (begun)
                {
                    path.LogWeight += LogNext[from * Kinds + to];
                    path.Move(pace);
                    if (to == Changed)
                        path.Widen(ChangedLevel, ChangedSlope);
                }
                else if (from != to)
                    path.LogWeight = double.NegativeInfinity;
                if (!week.IsNone)
                    path.Learn(week, pace.Scatter + (to == LeftOut ? LeftOutVariance : 0));
            }
            next[to].Merge(paths.AsSpan(to * Kinds, Kinds));
        }
        (now, next, begun) = (next, now, true);
    }

    public IEnumerable<Possibility> End() => now.Select(state => new Possibility(pace, state));
}
