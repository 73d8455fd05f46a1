using System.Diagnostics;
using System.Security.Cryptography;

namespace OpenPassage.Server.Tests;

/// <summary>
/// Whether the clock tells two kinds of calls apart: by the chance that one of the one kind took longer than one of the other (the area
/// under the ROC curve), which is one half when nobody can tell and one when everybody can. It compares ranks, so a busy machine, whose
/// noise falls on all kinds alike, moves it towards one half and never away from it.
/// </summary>
internal static class ToldApart
{
    private const int SamplesOfAKind = 5_000;

    /// <summary>Six standard errors of 5,000 beside 5,000 samples in which there is nothing to find.</summary>
    private const double Chance = 0.035;

    public const double Least = 0.5 - Chance;

    public const double Most = 0.5 + Chance;

    /// <summary>Of each other kind, the chance that it takes longer than the usual one.</summary>
    /// <param name="warmUp">Calls of each kind before the first that counts.</param>
    /// <param name="usual">Makes the call of that number, and says how long it took.</param>
    /// <param name="others">The same for those that are compared with it.</param>
    public static async Task<IReadOnlyList<double>> MeasureAsync(
        int warmUp, Func<int, Task<long>> usual, params Func<int, Task<long>>[] others)
    {
        Func<int, Task<long>>[] kinds = [usual, .. others];
        var times = kinds.Select(_ => new List<long>(SamplesOfAKind)).ToArray();
        var order = Enumerable.Range(0, kinds.Length).ToArray();
        for (var sample = -warmUp; sample < SamplesOfAKind; sample++)
        {
            // Which comes first changes, so that what one call leaves behind falls on all kinds.
            RandomNumberGenerator.Shuffle(order.AsSpan());
            foreach (var kind in order)
            {
                var time = await kinds[kind](sample + warmUp);
                if (sample >= 0)
                    times[kind].Add(time);
            }
        }

        return [.. times.Skip(1).Select(other => Longer(other, times[0]))];
    }

    /// <summary>How long an answer takes.</summary>
    public static async Task<long> TimeAsync(HttpClient http, HttpRequestMessage request, int expected)
    {
        var since = Stopwatch.GetTimestamp();
        using var answer = await http.SendAsync(request);
        var time = Stopwatch.GetTimestamp() - since;
        Assert.Equal(expected, (int)answer.StatusCode);
        return time;
    }

    /// <summary>From the ranks of all samples together (Mann and Whitney's U); equal times share their ranks' mean.</summary>
    private static double Longer(List<long> first, List<long> second)
    {
        var all = first.Select(time => (Time: time, OfFirst: true)).Concat(second.Select(time => (Time: time, OfFirst: false)))
            .GroupBy(sample => sample.Time)
            .OrderBy(group => group.Key);
        var (ranks, below) = (0.0, 0);
        foreach (var tied in all)
        {
            ranks += tied.Count(sample => sample.OfFirst) * (below + ((tied.Count() + 1) / 2.0));
            below += tied.Count();
        }

        return (ranks - (first.Count * (first.Count + 1.0) / 2)) / ((double)first.Count * second.Count);
    }
}
