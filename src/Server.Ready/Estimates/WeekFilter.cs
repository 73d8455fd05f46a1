using System.Runtime.InteropServices;

namespace OpenPassage.Server.Ready.Estimates;

/// <summary>A week's logit, how far sampling may have moved it, and where in the year it lies.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Observation(double Logit, double Variance, double Sine, double Cosine)
{
    public static Observation None { get; } = new(0, double.PositiveInfinity, 0, 0);

    public bool IsNone => double.IsPositiveInfinity(Variance);
}

/// <summary>
/// Kalman's filter over a <see cref="State"/>, for three kinds of weeks at once: for each kind that the last week may have been, what is
/// thought then, and how likely that is.
/// </summary>
/// <param name="pace">How a share moves.</param>
/// <param name="paths">Room to work in, from <see cref="Room"/>; several filters that take turns can share it.</param>
internal sealed class WeekFilter(Pace pace, State[] paths)
{
    // The first, 0, is an ordinary week.
    private const int LeftOut = 1, Changed = 2, Kinds = 3;

    /// <summary>Variance of a week that bots were in, in logits.</summary>
    private const double LeftOutScatter = 2 * 2;

    /// <summary>What kind of week follows which, a row for each of the former.</summary>
    private static readonly double[] Next =
    [
        0.970, 0.015, 0.015,
        0.600, 0.385, 0.015,
        0.700, 0.015, 0.285,
    ];

    private static readonly double[] LogNext = [.. Next.Select(one => Math.Log(one))];

    private State[] now = [.. Next[..Kinds].Select(one => State.Start(Math.Log(one)))];
    private State[] next = [new(), new(), new()];
    private bool begun;

    public static State[] Room() => [.. Enumerable.Range(0, Kinds * Kinds).Select(_ => new State())];

    /// <summary>How well the weeks were foretold, as a logarithm.</summary>
    public double LogWeight { get; private set; }

    public void Pass(Observation week)
    {
        for (var to = 0; to < Kinds; to++)
        {
            for (var from = 0; from < Kinds; from++)
                Follow(paths[to * Kinds + from], from, to, week);
            next[to].Merge(paths.AsSpan(to * Kinds, Kinds));
        }
        (now, next, begun) = (next, now, true);
        var most = now.Max(state => state.LogWeight);
        LogWeight = most + Math.Log(now.Sum(state => Math.Exp(state.LogWeight - most)));
    }

    public IEnumerable<Possibility> End() => now.Select(state => new Possibility(pace, state, state.LogWeight));

    private void Follow(State path, int from, int to, Observation week)
    {
        path.CopyFrom(now[from]);
        if (begun)
        {
            path.LogWeight += LogNext[from * Kinds + to];
            path.Move(pace);
            if (to == Changed)
                path.Widen(Change.Level, Change.Slope, Change.Surge);
        }
        else if (from != to)
        {
            path.LogWeight = double.NegativeInfinity;
        }
        if (!week.IsNone)
            path.Learn(week, pace.Scatter + (to == LeftOut ? LeftOutScatter : 0));
    }
}
