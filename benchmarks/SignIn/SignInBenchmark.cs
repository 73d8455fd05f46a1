using System.Collections.Concurrent;
using OpenPassage.Proof.Tests.Processes;

namespace OpenPassage.Benchmarks.SignIn;

/// <summary>
/// Whole sign-ins over HTTP: create a transaction, start, sign, finish, verify the nonce. The server on each database stands beside a
/// peer on the same one, equally durable; all take turns in every round, so that what else the machine does falls on all alike.
/// Generator, servers and database share this machine, so the CPU time of each is shown.
/// </summary>
internal static class SignInBenchmark
{
    private const int People = 512;
    private static readonly int[] Clients = [16, 64];

    public static async Task RunAsync(int rounds, TimeSpan turn)
    {
        await using var postgres = Programs.PostgresBinaries is null ? null : await PostgresDaemon.StartNewAsync();
        await using var peerPostgres = postgres is null ? null : await PostgresDaemon.StartNewAsync();
        await using var sqlite = await ServerProcess.StartAsync("OpenPassage, SQLite");
        await using var pg = postgres is null ? null : await ServerProcess.StartAsync("OpenPassage, PostgreSQL", postgres.ConnectionString);
        if (postgres is null)
            Console.WriteLine("PostgreSQL is left out: it is not installed.");
        if (PeerServer.Missing is { } reason)
            Console.WriteLine($"The peer is left out: {reason}.");

        var people = Enumerable.Range(0, People).Select(index => Person.Make($"person-{index}")).ToList();
        await using var sqlitePeer = PeerServer.Missing is null ? await FasterAsync("peer, better-sqlite3", people, database: null) : null;
        await using var pgPeer = PeerServer.Missing is null && peerPostgres is not null ? await FasterAsync("peer, pg", people, peerPostgres) : null;

        var entries = new List<Entry> { new(new Load(sqlite, await RegisterAsync(sqlite))) };
        if (sqlitePeer is not null)
            entries.Add(new(new Load(sqlitePeer, people)));
        if (pg is not null)
            entries.Add(new(new Load(pg, await RegisterAsync(pg), postgres!.ProcessId)));
        if (pgPeer is not null)
            entries.Add(new(new Load(pgPeer, people, peerPostgres!.ProcessId)));

        await using var meter = await LimitMeter.StartAsync(Clients.Min());
        var limits = await MeasureAsync(entries, rounds, turn, meter);
        Print(entries, rounds, turn);
        PrintLimit(entries[0], limits);
        PrintRatios(entries, sqlite, sqlitePeer, pg, pgPeer, limits);
    }

    /// <summary>Our server alone, for whoever looks for where its time goes: <c>sqlite</c> or <c>postgres</c>.</summary>
    public static async Task RunOneAsync(string engine, int rounds, TimeSpan turn)
    {
        await using var postgres = engine == "postgres" ? await PostgresDaemon.StartNewAsync() : null;
        await using var server = await ServerProcess.StartAsync($"OpenPassage, {engine}", postgres?.ConnectionString);
        List<Entry> entries = [new(new Load(server, await RegisterAsync(server), postgres?.ProcessId))];
        await MeasureAsync(entries, rounds, turn, meter: null);
        Print(entries, rounds, turn);
    }

    /// <summary>The limit of each round, where it is measured.</summary>
    private static async Task<List<Limit>> MeasureAsync(List<Entry> entries, int rounds, TimeSpan turn, LimitMeter? meter)
    {
        var limits = new List<Limit>();
        foreach (var entry in entries)
            await entry.Load.WarmUpAsync(Clients.Max());
        for (var round = 0; round < rounds; round++)
        {
            foreach (var clients in Clients)
            {
                foreach (var entry in entries)
                    entry.Runs[clients].Add(await entry.Load.ClosedAsync(clients, turn));
            }
            if (meter is not null)
                limits.Add(await meter.MeasureAsync());
        }
        foreach (var entry in entries)
            entry.HalfLoad = await entry.Load.OpenAsync(Clients.Max(), entry.Rate / 2, 2 * turn);
        return limits;
    }

    private static async Task<Person[]> RegisterAsync(ServerProcess server)
    {
        var people = new ConcurrentBag<Person>();
        var next = -1;
        await Load.DriveAsync(server, Clients.Max(), async connection =>
        {
            while (Interlocked.Increment(ref next) is var index && index < People)
                people.Add(await Person.RegisterAsync(connection, $"person-{index}"));
        });
        return [.. people];
    }

    /// <summary>The peer with one worker or with two, whichever does more sign-ins.</summary>
    private static async Task<PeerServer> FasterAsync(string name, List<Person> people, PostgresDaemon? database)
    {
        var rates = new List<double>();
        foreach (var workers in new[] { 1, 2 })
        {
            await using var tried = await PeerServer.StartAsync(name, people, workers, await FreshAsync(database));
            var load = new Load(tried, people);
            await load.ClosedAsync(Clients.Max(), TimeSpan.FromSeconds(2));
            rates.Add((await load.ClosedAsync(Clients.Max(), TimeSpan.FromSeconds(4))).Rate);
        }
        Console.WriteLine($"{name}: {rates[0]:F0} sign-ins/s with one worker, {rates[1]:F0} with two");
        return await PeerServer.StartAsync(name, people, rates[1] > rates[0] ? 2 : 1, await FreshAsync(database));
    }

    private static async Task<string?> FreshAsync(PostgresDaemon? database)
    {
        if (database is null)
            return null;
        await Daemon.RunAsync(Path.Combine(Programs.PostgresBinaries!, "psql"), "--quiet", "--command", "DROP SCHEMA public CASCADE", "--command", "CREATE SCHEMA public", database.Url);
        return database.Url;
    }

    private static void Print(List<Entry> entries, int rounds, TimeSpan turn)
    {
        var cores = Environment.ProcessorCount * 1000.0;
        Console.WriteLine();
        Console.WriteLine($"sign-ins over HTTP (4 calls each; {Environment.ProcessorCount} cores shared with the generator; medians of {rounds} rounds of {turn.TotalSeconds:F0} s; {People} people)");
        Console.WriteLine();
        Console.WriteLine("| server | clients | sign-ins/s | lowest–highest | p50 ms | p99 ms | CPU ms a sign-in: server | database | generator | generator's share of the CPU |");
        Console.WriteLine("|:--|--:|--:|--:|--:|--:|--:|--:|--:|--:|");
        foreach (var clients in Clients)
        {
            foreach (var entry in entries)
            {
                var runs = entry.Runs[clients];
                double Median(Func<Run, double> figure) => Figures.Median(runs.Select(figure));
                Console.WriteLine(
                    $"| {entry.Name} | {clients} | {Median(run => run.Rate):F0} | {runs.Min(run => run.Rate):F0}–{runs.Max(run => run.Rate):F0} " +
                    $"| {Median(run => run.P50):F2} | {Median(run => run.P99):F2} | {Median(run => run.ServerCpu / run.Latencies.Count):F3} " +
                    $"| {Median(run => run.DatabaseCpu / run.Latencies.Count):F3} | {Median(run => run.GeneratorCpu / run.Latencies.Count):F3} " +
                    $"| {Median(run => run.GeneratorCpu / run.Seconds / cores):P0} |");
            }
        }

        Console.WriteLine();
        Console.WriteLine("| at half of its own most | sign-ins/s | p50 ms | p99 ms | MiB resident |");
        Console.WriteLine("|:--|--:|--:|--:|--:|");
        foreach (var entry in entries)
            Console.WriteLine($"| {entry.Name} | {entry.HalfLoad!.Rate:F0} | {entry.HalfLoad.P50:F2} | {entry.HalfLoad.P99:F2} | {entry.Load.Server.ResidentMiB:F0} |");
    }

    private static void PrintLimit(Entry sqlite, List<Limit> limits)
    {
        double Median(Func<Limit, double> figure) => Figures.Median(limits.Select(figure));
        Console.WriteLine();
        Console.WriteLine($"a CPU-second of the server alone, database included: {Figures.Median(sqlite.PerCpuSecond):F0} sign-ins on SQLite");
        Console.WriteLine(
            $"its limit: {Median(limit => limit.SignInsPerCpuSecond):F0} = 1 / (P-256 verification {Median(limit => limit.Verify) * 1000:F0} µs " +
            $"+ 4 × empty request {Median(limit => limit.Request) * 1000:F1} µs + 2 × row {Median(limit => limit.Row) * 1000:F1} µs)");
    }

    private static void PrintRatios(List<Entry> entries, Contender sqlite, Contender? sqlitePeer, Contender? pg, Contender? pgPeer, List<Limit> limits)
    {
        Entry? Of(Contender? contender) => entries.SingleOrDefault(entry => entry.Load.Server == contender);
        Console.WriteLine();
        if (pg is not null && pgPeer is not null)
            Console.WriteLine($"ratio signin.postgres/peer {Of(pg)!.RatioTo(Of(pgPeer)!):F2}");
        if (sqlitePeer is not null)
            Console.WriteLine($"ratio signin.sqlite/peer {Of(sqlite)!.RatioTo(Of(sqlitePeer)!):F2}");
        Console.WriteLine($"ratio signin.cpu/limit {Figures.Median(Of(sqlite)!.PerCpuSecond.Zip(limits, (ours, limit) => ours / limit.SignInsPerCpuSecond)):F2}");
    }

    private sealed class Entry(Load load)
    {
        public Load Load => load;

        public string Name => load.Server.Name;

        /// <summary>By the number of clients, one a round.</summary>
        public Dictionary<int, List<Run>> Runs { get; } = Clients.ToDictionary(clients => clients, _ => new List<Run>());

        public Run? HalfLoad { get; set; }

        /// <summary>The most sign-ins a second, at whichever number of clients that is.</summary>
        public double Rate => Runs.Values.Max(runs => Figures.Median(runs.Select(run => run.Rate)));

        /// <summary>Sign-ins a CPU-second of the server, of each round.</summary>
        public IEnumerable<double> PerCpuSecond => Bests(run => run.PerServerCpuSecond);

        /// <summary>The median of the rounds' own ratios, each at the number of clients that suits it best.</summary>
        public double RatioTo(Entry other) => Figures.Median(Bests(run => run.Rate).Zip(other.Bests(run => run.Rate), (mine, theirs) => mine / theirs));

        private IEnumerable<double> Bests(Func<Run, double> figure) =>
            Enumerable.Range(0, Runs.Values.First().Count).Select(round => Runs.Values.Max(runs => figure(runs[round])));
    }
}
