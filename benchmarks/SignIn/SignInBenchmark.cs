using System.Diagnostics;

namespace OpenPassage.Benchmarks.SignIn;

/// <summary>
/// Whole sign-ins over HTTP against the real server process: create a transaction, start, sign, finish, verify the nonce. A client
/// begins its next sign-in when its last one is over. Generator and server share this machine, so the generator's own CPU is shown.
/// </summary>
internal static class SignInBenchmark
{
    private const int People = 256;
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(3);
    private static readonly int[] Clients = [1, 16, 64];

    public static async Task RunAsync(int runs, TimeSpan runTime)
    {
        await using var server = await ServerProcess.StartAsync();
        using var api = new Api(server, Clients.Max());
        var people = await RegisterAsync(api);

        Console.WriteLine();
        Console.WriteLine($"sign-ins over HTTP (4 calls each; {Environment.ProcessorCount} cores shared with the generator; medians of {runs} runs of {runTime.TotalSeconds:F0} s; {People} people)");
        Console.WriteLine();
        Console.WriteLine("| clients | sign-ins/s | lowest–highest | p50 ms | p99 ms | server CPU ms a sign-in | generator CPU ms a sign-in | CPU share server/generator |");
        Console.WriteLine("|--:|--:|--:|--:|--:|--:|--:|--:|");
        foreach (var clients in Clients)
        {
            await MeasureAsync(server, api, people, clients, WarmUp);
            var measured = new List<Run>();
            for (var run = 0; run < runs; run++)
                measured.Add(await MeasureAsync(server, api, people, clients, runTime));
            Print(clients, measured);
        }
        Console.WriteLine();
        Console.WriteLine($"server memory after all runs: {server.WorkingSetMiB:F0} MiB resident");
    }

    private static async Task<Person[]> RegisterAsync(Api api)
    {
        var people = new Person[People];
        for (var index = 0; index < People; index++)
            people[index] = await Person.RegisterAsync(api, $"person-{index}");
        return people;
    }

    private static async Task<Run> MeasureAsync(ServerProcess server, Api api, Person[] people, int clients, TimeSpan time)
    {
        var (serverCpu, generatorCpu) = (server.CpuTime, Environment.CpuUsage.TotalTime);
        var watch = Stopwatch.StartNew();
        // Each client has people of its own, so that no two sign-ins of one person run at once.
        var latencies = await Task.WhenAll(Enumerable.Range(0, clients).Select(client => Task.Run(async () =>
        {
            var mine = new List<double>();
            for (var turn = client; watch.Elapsed < time; turn = (turn + clients) % People)
            {
                var begun = watch.Elapsed;
                await people[turn].SignInAsync(api);
                mine.Add((watch.Elapsed - begun).TotalMilliseconds);
            }
            return mine;
        })));
        var seconds = watch.Elapsed.TotalSeconds;
        return new Run(
            seconds,
            [.. latencies.SelectMany(one => one).Order()],
            (server.CpuTime - serverCpu).TotalMilliseconds,
            (Environment.CpuUsage.TotalTime - generatorCpu).TotalMilliseconds);
    }

    private static void Print(int clients, List<Run> runs)
    {
        double Median(Func<Run, double> figure) => Figures.Median(runs.Select(figure));
        var rates = runs.Select(run => run.Rate).ToList();
        var available = Environment.ProcessorCount * 1000.0;
        Console.WriteLine(
            $"| {clients} | {Median(run => run.Rate):F0} | {rates.Min():F0}–{rates.Max():F0} " +
            $"| {Median(run => Figures.Percentile(run.Latencies, 0.5)):F2} | {Median(run => Figures.Percentile(run.Latencies, 0.99)):F2} " +
            $"| {Median(run => run.ServerCpu / run.Latencies.Count):F3} | {Median(run => run.GeneratorCpu / run.Latencies.Count):F3} " +
            $"| {Median(run => run.ServerCpu / run.Seconds / available):P0} / {Median(run => run.GeneratorCpu / run.Seconds / available):P0} |");
    }

    private sealed record Run(double Seconds, IReadOnlyList<double> Latencies, double ServerCpu, double GeneratorCpu)
    {
        public double Rate => Latencies.Count / Seconds;
    }
}
