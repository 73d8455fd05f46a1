namespace OpenPassage.Benchmarks.SignIn;

/// <summary>What a process and all that it started have used, as Linux counts it.</summary>
internal static class ProcessTree
{
    private const double TicksPerSecond = 100; // USER_HZ, which is the same on every architecture that .NET runs on.

    /// <summary>CPU time on all cores together, that of children which have ended included.</summary>
    public static TimeSpan CpuTime(int root) => TimeSpan.FromSeconds(All(root).Sum(Ticks) / TicksPerSecond);

    /// <summary>Resident memory in MiB; what processes share is counted in each.</summary>
    public static double ResidentMiB(int root)
    {
        var pages = All(root).Sum(process => long.Parse(File.ReadAllText($"/proc/{process}/statm").Split(' ')[1]));
        return pages * Environment.SystemPageSize / 1048576.0;
    }

    private static IEnumerable<int> All(int root)
    {
        yield return root;
        foreach (var thread in Directory.GetDirectories($"/proc/{root}/task"))
        {
            foreach (var child in Read(Path.Combine(thread, "children")).Split(' ', StringSplitOptions.RemoveEmptyEntries))
            {
                foreach (var process in All(int.Parse(child)))
                    yield return process;
            }
        }
    }

    private static long Ticks(int process)
    {
        // The name in parentheses may contain blanks; utime, stime, cutime and cstime are the 12th to 15th field after it.
        var fields = Read($"/proc/{process}/stat").Split(") ")[^1].Split(' ');
        return fields.Length < 15 ? 0 : fields[11..15].Sum(long.Parse);
    }

    /// <summary>Nothing when the thread or process has ended meanwhile.</summary>
    private static string Read(string file)
    {
        try
        {
            return File.ReadAllText(file);
        }
        catch (IOException)
        {
            return "";
        }
    }
}
