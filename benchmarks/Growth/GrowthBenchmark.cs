using System.Diagnostics;
using Npgsql;
using OpenPassage.Benchmarks.SignIn;
using OpenPassage.Proof.Tests.Processes;

namespace OpenPassage.Benchmarks.Growth;

/// <summary>
/// Sign-ins through the real server at PostgreSQL with more and more passkeys. Those who sign in are spread over all of them, and more
/// than the server keeps imported keys of, so that neither rows nor keys are warmer in the small database than in the large one.
/// </summary>
internal static class GrowthBenchmark
{
    private const int Known = 10_000, Clients = 16, Runs = 5;
    private static readonly TimeSpan RunTime = TimeSpan.FromSeconds(5);

    public static async Task RunAsync(IReadOnlyList<int> sizes)
    {
        if (Programs.PostgresBinaries is null)
        {
            Console.WriteLine("PostgreSQL is not installed.");
            return;
        }
        await using var postgres = await PostgresDaemon.StartNewAsync("shared_buffers=1GB", "max_wal_size=16GB");
        await using var server = await ServerProcess.StartAsync("OpenPassage", postgres.ConnectionString);
        await using var database = NpgsqlDataSource.Create(postgres.ConnectionString);
        using (var connection = await Connection.OpenAsync(server))
            await Person.RegisterAsync(connection, "the-first");

        Console.WriteLine(
            $"sign-ins by {Known} people, {Clients} clients, medians of {Runs} runs of {RunTime.TotalSeconds:F0} s; "
                + "PostgreSQL with 1 GB of buffers");
        Console.WriteLine();
        Console.WriteLine(
            "| passkeys | loaded in s | bytes on disk a user | sign-ins/s | p50 ms | p99 ms | CPU ms a sign-in: server | database | "
                + "rows kept a sign-in | bytes on disk a sign-in | bytes of log a sign-in | server MiB before–after |");
        Console.WriteLine("|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|");
        var population = new Population(database);
        var costs = new List<double>();
        foreach (var size in sizes)
        {
            var watch = Stopwatch.StartNew();
            var people = await population.GrowAsync(size, Known);
            costs.Add(await MeasureAsync(population, people, server, postgres, watch.Elapsed));
        }

        Console.WriteLine();
        for (var i = 1; i < sizes.Count; i++)
            Console.WriteLine($"ratio growth.{sizes[i]}/{sizes[0]} {costs[i] / costs[0]:F2} (CPU time of server and database a sign-in)");
    }

    private static async Task<double> MeasureAsync(
        Population population, List<Person> people, ServerProcess server, PostgresDaemon postgres, TimeSpan loading)
    {
        var perUser = await population.AskAsync<long>(
            "SELECT pg_total_relation_size('users') + pg_total_relation_size('passkeys')") / population.Count;
        var memory = server.ResidentMiB;
        var shuffled = people.ToArray();
        System.Security.Cryptography.RandomNumberGenerator.Shuffle<Person>(shuffled);
        var load = new Load(server, shuffled.Select(person => (Func<Connection, ValueTask>)person.SignInAsync), postgres.ProcessId);
        await load.WarmUpAsync(Clients);

        var before = await Usage.OfAsync(population);
        var runs = new List<Run>();
        for (var run = 0; run < Runs; run++)
            runs.Add(await load.ClosedAsync(Clients, RunTime));
        var signIns = runs.Sum(run => run.Latencies.Count);
        var used = await Usage.OfAsync(population) - before;

        double Median(Func<Run, double> figure) => Figures.Median(runs.Select(figure));
        Console.WriteLine(
            $"| {population.Count} | {loading.TotalSeconds:F0} | {perUser} | {Median(run => run.Rate):F0} | "
                + $"{Median(run => run.P50):F2} | {Median(run => run.P99):F2} " +
            $"| {Median(run => run.ServerCpu / run.Latencies.Count):F3} | {Median(run => run.DatabaseCpu / run.Latencies.Count):F3} " +
            $"| {(double)used.Rows / signIns:F2} | {used.Bytes / signIns} | {used.Log / signIns} | {memory:F0}–{server.ResidentMiB:F0} |");
        return Median(run => (run.ServerCpu + run.DatabaseCpu) / run.Latencies.Count);
    }

    /// <summary>What the database holds: rows and bytes of all its tables, and the bytes ever written to its log.</summary>
    private sealed record Usage(long Rows, long Bytes, long Log)
    {
        public static async Task<Usage> OfAsync(Population population) => new(
            await population.AskAsync<long>("SELECT (SELECT COUNT(*) FROM spent) + (SELECT COUNT(*) FROM events)"),
            await population.AskAsync<long>("SELECT SUM(pg_total_relation_size(relid))::bigint FROM pg_stat_user_tables"),
            await population.AskAsync<long>("SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::bigint"));

        public static Usage operator -(Usage after, Usage before) =>
            new(after.Rows - before.Rows, after.Bytes - before.Bytes, after.Log - before.Log);
    }
}
