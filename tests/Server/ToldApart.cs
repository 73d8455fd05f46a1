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

    /// <summary>How many standard errors from the bound it must be before nobody looks further.</summary>
    private const int Sure = 3;

    private static readonly double Chance = ChanceOf(SamplesOfAKind);

    public static readonly double Least = 0.5 - Chance;

    public static readonly double Most = 0.5 + Chance;

    /// <summary>Six standard errors of so many samples beside as many in which there is nothing to find: 0.035 of 5,000.</summary>
    public static double ChanceOf(int samples) => 6 * ErrorOf(samples);

    private static double ErrorOf(int samples) => Math.Sqrt(1 / (6.0 * samples));

    /// <summary>
    /// Of each other kind, the chance that it takes longer than the usual one, from 5,000 of each; from fewer where more would not change
    /// on which side of <see cref="Least"/> and <see cref="Most"/> they are: three standard errors of what is there stand between each
    /// of them and the bound at one of the looks, a tenth apart. That costs nothing of what is found. In 40,000 drawn runs, differences
    /// of 0.02, 0.035, 0.04 and 0.046 were found by 0.6, 49.8, 82 and 97.6 of 100 both ways, and none was found where there was none; then
    /// 2,250 of each were enough on average, or 2,620 where two kinds are compared with the usual one.
    /// </summary>
    /// <param name="warmUp">Calls of each kind before the first that counts.</param>
    /// <param name="usual">Makes the call of that number, and says how long it took.</param>
    /// <param name="others">The same for those that are compared with it.</param>
    public static Task<IReadOnlyList<double>> MeasureAsync(
        int warmUp, Func<int, Task<long>> usual, params Func<int, Task<long>>[] others)
        => MeasureAsync(SamplesOfAKind, warmUp, endsEarly: true, usual, others);

    /// <summary>The same with so many calls of each kind, and never fewer unless it may end early.</summary>
    public static async Task<IReadOnlyList<double>> MeasureAsync(
        int samples, int warmUp, bool endsEarly, Func<int, Task<long>> usual, params Func<int, Task<long>>[] others)
    {
        Func<int, Task<long>>[] kinds = [usual, .. others];
        var times = kinds.Select(_ => new List<long>(samples)).ToArray();
        var looks = 1;
        for (var begun = -warmUp; begun < samples; begun += kinds.Length)
        {
            var made = new int[kinds.Length];
            foreach (var kind in EachAfterEach(kinds.Length))
            {
                var sample = begun + made[kind]++;
                var time = await kinds[kind](sample + warmUp);
                if (sample >= 0 && sample < samples)
                    times[kind].Add(time);
            }

            if (!endsEarly || times[0].Count * 10 / samples <= looks)
                continue;
            looks = times[0].Count * 10 / samples;
            if (IsClear(times, samples))
                break;
        }

        return Chances(times);
    }

    /// <summary>
    /// Every kind as often as there are kinds, once behind each of them and itself: what a call leaves behind, such as a message that is
    /// being sent while the next one is timed, then falls on all alike. Drawn anew each time: a walk through all pairs (Hierholzer).
    /// </summary>
    private static int[] EachAfterEach(int kinds)
    {
        var next = Enumerable.Range(0, kinds).Select(_ => new Stack<int>(Shuffled(kinds))).ToArray();
        List<int> walk = [];
        Stack<int> way = new([RandomNumberGenerator.GetInt32(kinds)]);
        while (way.TryPeek(out var at))
        {
            if (next[at].TryPop(out var to))
                way.Push(to);
            else
                walk.Add(way.Pop());
        }

        // It ends where it began.
        walk.Reverse();
        return [.. walk.Take(kinds * kinds)];
    }

    private static int[] Shuffled(int kinds)
    {
        var order = Enumerable.Range(0, kinds).ToArray();
        RandomNumberGenerator.Shuffle(order.AsSpan());
        return order;
    }

    private static List<double> Chances(List<long>[] times) => [.. times.Skip(1).Select(other => Longer(other, times[0]))];

    private static bool IsClear(List<long>[] times, int samples)
    {
        var (most, unsure) = (ChanceOf(samples), Sure * ErrorOf(times[0].Count));
        var far = Chances(times).ConvertAll(chance => Math.Abs(chance - 0.5));
        return far.TrueForAll(chance => chance + unsure < most) || far.Exists(chance => chance - unsure > most);
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

    /// <summary>How long an answer takes, and what it looks like but for what is random in it: its status, headers and length.</summary>
    public static async Task<(long Time, string Answer)> TimeAsync(HttpClient http, HttpRequestMessage request)
    {
        var since = Stopwatch.GetTimestamp();
        using var answer = await http.SendAsync(request);
        var time = Stopwatch.GetTimestamp() - since;
        Assert.True(answer.IsSuccessStatusCode, $"{answer.StatusCode}");
        var headers = answer.Headers.Concat(answer.Content.Headers).Where(header => header.Key != "Date")
            .Select(header => $"{header.Key}: {string.Join(',', header.Value)}");
        return (time, $"{answer.StatusCode} {(await answer.Content.ReadAsByteArrayAsync()).Length} {string.Join('\n', headers)}");
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
