namespace OpenPassage.Benchmarks.SignIn;

/// <summary>
/// How long an operator waits: from starting the process with an empty data directory to <c>/health/ready</c>, beside the least that
/// any server with a SQLite file takes. Both are published as operators are told to publish, and started in turns.
/// </summary>
internal static class StartUpBenchmark
{
    private const int Rounds = 11;

    /// <summary>Where <c>./bench startup</c> has published a program to.</summary>
    public static string Published(string program, string file) =>
        Path.Combine(Proof.Tests.Repository.Root, "artifacts", "startup", program, file);

    public static async Task RunAsync()
    {
        // The first start of each reads its files from the disk.
        _ = (await OurStartAsync(), await BareStartAsync());
        var (ours, bare) = (new List<StartUp>(), new List<StartUp>());
        for (var round = 0; round < Rounds; round++)
        {
            ours.Add(await OurStartAsync());
            bare.Add(await BareStartAsync());
        }

        Console.WriteLine();
        Console.WriteLine($"process start to ready, empty data directory, median of {Rounds} starts each");
        Console.WriteLine();
        Console.WriteLine("| | ms | least–most | CPU ms | MiB resident |");
        Console.WriteLine("|:--|--:|--:|--:|--:|");
        Print("OpenPassage", ours);
        Print("bare Kestrel with SQLite", bare);
        Console.WriteLine();
        Console.WriteLine($"ratio startup/bare {Figures.Median(ours.Zip(bare, (our, its) => our.Milliseconds / its.Milliseconds)):F2}");
    }

    private static async Task<StartUp> OurStartAsync()
    {
        await using var server = await ServerProcess.StartAsync(program: Published("openpassage", "openpassage.dll"));
        return StartUp.Of(server);
    }

    private static async Task<StartUp> BareStartAsync()
    {
        await using var server = await BareServer.StartAsync();
        return StartUp.Of(server);
    }

    private static void Print(string name, List<StartUp> starts)
    {
        var times = starts.ConvertAll(start => start.Milliseconds);
        var cpu = Figures.Median(starts.Select(start => start.CpuMilliseconds));
        var memory = Figures.Median(starts.Select(start => start.ResidentMiB));
        Console.WriteLine($"| {name} | {Figures.Median(times):F0} | {times.Min():F0}–{times.Max():F0} | {cpu:F0} | {memory:F0} |");
    }

    private sealed record StartUp(double Milliseconds, double CpuMilliseconds, double ResidentMiB)
    {
        public static StartUp Of(Contender server) =>
            new(server.StartUp.TotalMilliseconds, server.CpuTime.TotalMilliseconds, server.ResidentMiB);
    }
}
