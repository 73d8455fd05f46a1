using System.Diagnostics;

namespace OpenPassage.Benchmarks.Core;

/// <summary>
/// What one contender did in one round: on the clock, in processor time of the whole process (its collector and its thread pool
/// included), and in managed bytes allocated, null where that is not known.
/// </summary>
internal sealed record Sample(int Operations, double Seconds, double CpuSeconds, long? Bytes)
{
    public double PerSecond => Operations / Seconds;

    public double PerCpuSecond => Operations / CpuSeconds;

    public double? BytesPerOperation => (double?)Bytes / Operations;
}

/// <summary>One way to do the work.</summary>
internal abstract class Contender(string name)
{
    public string Name { get; } = name;

    /// <summary>Does the work this many times, one after the other.</summary>
    /// <exception cref="InvalidOperationException">A good response was refused.</exception>
    public abstract Sample Run(int operations);
}

/// <summary>A contender in this process, whose one operation says whether the response was accepted.</summary>
internal sealed class InProcess(string name, Func<bool> verify) : Contender(name)
{
    public override Sample Run(int operations)
    {
        var bytes = GC.GetAllocatedBytesForCurrentThread();
        var cpu = Environment.CpuUsage.TotalTime;
        var start = Stopwatch.GetTimestamp();
        for (var i = 0; i < operations; i++)
        {
            if (!verify())
                throw new InvalidOperationException($"{Name} refused a good response.");
        }

        // Whoever makes garbage pays for it, finalizers included, and leaves none to the next.
        GC.Collect();
        GC.WaitForPendingFinalizers();
        var elapsed = Stopwatch.GetElapsedTime(start);
        cpu = Environment.CpuUsage.TotalTime - cpu;
        bytes = GC.GetAllocatedBytesForCurrentThread() - bytes;
        return new(operations, elapsed.TotalSeconds, cpu.TotalSeconds, bytes);
    }
}
