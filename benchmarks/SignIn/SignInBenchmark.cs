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
        await using var pgPeer = PeerServer.Missing is null && peerPostgres is not null
            ? await FasterAsync("peer, pg", people, peerPostgres)
            : null;

        var entries = new List<Entry> { EntryOf(sqlite, await RegisterAsync(sqlite)) };
        if (sqlitePeer is not null)
            entries.Add(EntryOf(sqlitePeer, people));
        if (pg is not null)
            entries.Add(EntryOf(pg, await RegisterAsync(pg), postgres!.ProcessId));
        if (pgPeer is not null)
            entries.Add(EntryOf(pgPeer, people, peerPostgres!.ProcessId));

        await using var meter = await LimitMeter.StartAsync(Clients.Min());
        var limits = await MeasureAsync(entries, rounds, turn, meter);
        Print(entries, rounds, turn);
        Tables.PrintLimit(entries[0], limits);
        PrintRatios(entries, sqlite, sqlitePeer, pg, pgPeer, limits);
    }

    /// <summary>Our server alone, for whoever looks for where its time goes: <c>sqlite</c> or <c>postgres</c>.</summary>
    public static async Task RunOneAsync(string engine, int rounds, TimeSpan turn)
    {
        await using var postgres = engine == "postgres" ? await PostgresDaemon.StartNewAsync() : null;
        await using var server = await ServerProcess.StartAsync($"OpenPassage, {engine}", postgres?.ConnectionString);
        List<Entry> entries = [EntryOf(server, await RegisterAsync(server), postgres?.ProcessId)];
        await MeasureAsync(entries, rounds, turn, meter: null);
        Print(entries, rounds, turn);
    }

    /// <summary>What a site with the server in it gains by not calling itself over HTTP.</summary>
    public static async Task RunInProcessAsync(int rounds, TimeSpan turn)
    {
        await using var inProcess = await SiteProcess.StartAsync("a site with the server in it, in process", overHttp: false);
        await using var overHttp = await SiteProcess.StartAsync("the same, over HTTP to itself", overHttp: true);
        List<Entry> entries = [EntryOf(inProcess, await RegisterAsync(inProcess)), EntryOf(overHttp, await RegisterAsync(overHttp))];
        await MeasureAsync(entries, rounds, turn, meter: null);
        Print(entries, rounds, turn);
        Console.WriteLine();
        Console.WriteLine($"ratio signin.inprocess/http {entries[0].RatioTo(entries[1]):F2}");
        Console.WriteLine($"ratio signin.inprocess/http.cpu {entries[0].CpuRatioTo(entries[1]):F2}");
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

    private static async Task<Person[]> RegisterAsync(Contender server)
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
            var load = new Load(tried, people.Select(person => (Func<Connection, ValueTask>)person.SignInAsync));
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
        await Daemon.RunAsync(
            Path.Combine(Programs.PostgresBinaries!, "psql"),
            "--quiet", "--command", "DROP SCHEMA public CASCADE", "--command", "CREATE SCHEMA public", database.Url);
        return database.Url;
    }

    private static void Print(List<Entry> entries, int rounds, TimeSpan turn)
    {
        Tables.Print("sign-ins over HTTP (4 calls each)", "sign-in", "sign-ins", entries, rounds, turn, People);
        Tables.PrintHalfLoad(entries);
    }

    private static void PrintRatios(
        List<Entry> entries, Contender sqlite, Contender? sqlitePeer, Contender? pg, Contender? pgPeer, List<Limit> limits)
    {
        Entry? Of(Contender? contender) => entries.SingleOrDefault(entry => entry.Load.Server == contender);
        Console.WriteLine();
        if (pg is not null && pgPeer is not null)
            Console.WriteLine($"ratio signin.postgres/peer {Of(pg)!.RatioTo(Of(pgPeer)!):F2}");
        if (sqlitePeer is not null)
            Console.WriteLine($"ratio signin.sqlite/peer {Of(sqlite)!.RatioTo(Of(sqlitePeer)!):F2}");
        var ofLimit = Of(sqlite)!.PerCpuSecond.Zip(limits, (ours, limit) => ours / limit.SignInsPerCpuSecond);
        Console.WriteLine($"ratio signin.cpu/limit {Figures.Median(ofLimit):F2}");
    }

    private static Entry EntryOf(Contender server, IReadOnlyList<Person> people, int? databaseProcess = null) =>
        new(new Load(server, people.Select(person => (Func<Connection, ValueTask>)person.SignInAsync), databaseProcess), Clients);
}
