using System.Diagnostics;
using System.Text;
using OpenPassage.Fuzz.Tests.Targets;

namespace OpenPassage.Fuzz.Tests;

/// <summary>Judges bent input of one target for a time, and counts.</summary>
internal sealed class Fuzzing(Target target, int seed)
{
    /// <summary>The most that one case may allocate: 1 MiB.</summary>
    public const long MaxAllocated = 1024 * 1024;

    /// <summary>The longest that one case may take.</summary>
    public static readonly TimeSpan MaxElapsed = TimeSpan.FromMilliseconds(50);

    private const int Repeats = 3;

    private readonly SortedDictionary<string, int> outcomes = new(StringComparer.Ordinal);
    private TimeSpan slowest, spent;
    private long largest;

    public int Cases { get; private set; }

    /// <summary>How often each outcome was seen.</summary>
    public IReadOnlyDictionary<string, int> Outcomes => outcomes;

    /// <summary>At least that many cases, and more until the time is over.</summary>
    public void Run(int cases, TimeSpan time)
    {
        var watch = Stopwatch.StartNew();
        while (Cases < cases || watch.Elapsed < time)
            Judge(Cases);
        spent = watch.Elapsed;
    }

    /// <summary>One case: the same number under the same seed is the same case.</summary>
    public void Judge(int number)
    {
        var made = target.Make(new Random(HashOf(number)));
        Cases++;
        var outcome = Measure(made, number, out var elapsed, out var allocated);
        // Another process may have had the core, or the compiler came by: what is slow is judged again, alone.
        if (elapsed > slowest && elapsed > TimeSpan.FromMilliseconds(1))
        {
            for (var i = 0; i < Repeats; i++)
            {
                Measure(made, number, out var again, out var allocatedAgain);
                (elapsed, allocated) = (again < elapsed ? again : elapsed, Math.Min(allocated, allocatedAgain));
            }
        }
        if (elapsed > MaxElapsed)
            Fail(made, number, $"took {elapsed.TotalMilliseconds:F1} ms each time", exception: null);
        if (allocated > MaxAllocated)
            Fail(made, number, $"allocated {allocated} bytes", exception: null);
        (slowest, largest) = (elapsed > slowest ? elapsed : slowest, Math.Max(allocated, largest));
        outcomes[outcome] = outcomes.GetValueOrDefault(outcome) + 1;
    }

    public override string ToString()
    {
        var text = new StringBuilder();
        text.Append($"{target.Name}: seed {seed}, {Cases} cases, {Cases / spent.TotalSeconds:F0}/s, {outcomes.Count} outcomes, ");
        text.Append($"slowest {slowest.TotalMilliseconds:F2} ms, most allocated {largest} bytes:");
        foreach (var (outcome, count) in outcomes)
            text.Append($" {outcome} {count}");
        return text.ToString();
    }

    private string Measure(Case made, int number, out TimeSpan elapsed, out long allocated)
    {
        try
        {
            return Measure(made, out elapsed, out allocated);
        }
        catch (Exception thrown)
        {
            Fail(made, number, "threw", thrown);
            throw;
        }
    }

    /// <summary>Judges a case once, with a watch.</summary>
    public static string Measure(Case made, out TimeSpan elapsed, out long allocated)
    {
        var (before, start) = (GC.GetAllocatedBytesForCurrentThread(), Stopwatch.GetTimestamp());
        var outcome = made.Judge();
        elapsed = Stopwatch.GetElapsedTime(start);
        allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        return outcome;
    }

    private void Fail(Case made, int number, string what, Exception? exception)
    {
        var input = made.Input.AsSpan(0, Math.Min(made.Input.Length, 64 * 1024));
        Assert.Fail($"""
            Case {number} of "{target.Name}" {what}. Again: OPENPASSAGE_FUZZ_SEED={seed} OPENPASSAGE_FUZZ_CASE={number}
            {made.Input.Length} bytes in base64: {Convert.ToBase64String(input)}
            {exception}
            """);
    }

    /// <summary>Not HashCode, which differs from run to run.</summary>
    private int HashOf(int number)
    {
        var hash = 2166136261u;
        foreach (var octet in Encoding.UTF8.GetBytes($"{target.Name}/{seed}/{number}"))
            hash = (hash ^ octet) * 16777619u;
        return (int)hash;
    }
}
