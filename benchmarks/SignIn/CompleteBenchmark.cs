using System.Collections.Concurrent;
using OpenPassage.Proof.Tests.Processes;

namespace OpenPassage.Benchmarks.SignIn;

/// <summary>
/// Sign-ins to an app of Complete over HTTP (start, sign, finish, answered with a token and a refresh token), and refreshes. Sign-ins
/// stand beside their limit, refreshes beside oidc-provider on the same database, equally durable, and tokens beside bare signatures.
/// </summary>
internal static class CompleteBenchmark
{
    private const int People = 512;
    private static readonly int[] Clients = [16, 64];

    public static async Task RunAsync(int rounds, TimeSpan turn)
    {
        await using var postgres = Programs.PostgresBinaries is null ? null : await PostgresDaemon.StartNewAsync();
        await using var peerPostgres = postgres is null ? null : await PostgresDaemon.StartNewAsync();
        if (postgres is null)
            Console.WriteLine("PostgreSQL is left out: it is not installed.");
        if (PeerServer.Missing is { } reason)
            Console.WriteLine($"The peer is left out: {reason}.");
        await using var sqlite = await PartAsync("SQLite", postgres: null, peerPostgres: null);
        await using var pg = postgres is null ? null : await PartAsync("PostgreSQL", postgres, peerPostgres);
        List<Part> parts = pg is null ? [sqlite] : [sqlite, pg];

        await using var meter = await CompleteLimitMeter.StartAsync(Clients.Min(), postgres);
        await using var race = await TokenRace.StartAsync();
        List<CompleteLimit> limits = [];
        List<(double Token, double Signature)> tokens = [];
        await MeasureAsync(parts, rounds, turn, async () =>
        {
            limits.Add(await meter.MeasureAsync());
            tokens.Add(await race.MeasureAsync());
        });

        Print(parts, rounds, turn);
        PrintFigures(sqlite, pg, limits, tokens);
    }

    /// <summary>Our server alone, for whoever looks for where its time goes.</summary>
    /// <param name="engine"><c>sqlite</c> or <c>postgres</c>.</param>
    /// <param name="operation"><c>signin</c>, <c>refresh</c>, or null for both.</param>
    /// <param name="rounds">How often.</param>
    /// <param name="turn">How long each time.</param>
    public static async Task RunOneAsync(string engine, string? operation, int rounds, TimeSpan turn)
    {
        await using var postgres = engine == "postgres" ? await PostgresDaemon.StartNewAsync() : null;
        await using var part = await PartAsync(engine, postgres, peerPostgres: null, withPeer: false, operation);
        await MeasureAsync([part], rounds, turn, alsoAsync: null);
        Print([part], rounds, turn);
    }

    private static async Task<Part> PartAsync(
        string name, PostgresDaemon? postgres, PostgresDaemon? peerPostgres, bool withPeer = true, string? operation = null)
    {
        var server = await ServerProcess.StartAsync($"OpenPassage, {name}", postgres?.ConnectionString, complete: true);
        var members = await SignUpAsync(server);
        var peer = withPeer && PeerServer.Missing is null
            ? await RefreshPeer.StartAsync($"oidc-provider, {(peerPostgres is null ? "better-sqlite3" : "pg")}", People, peerPostgres)
            : null;
        return new(
            server,
            peer,
            operation == "refresh" ? null : EntryOf(server, members.Select(Visit.SignIn), postgres),
            operation == "signin" ? null : EntryOf(server, members.Select(member => Visit.Refresh(member.Session)), postgres),
            peer is null ? null : EntryOf(peer, peer.Sessions.Select(Visit.Refresh), peerPostgres));
    }

    private static async Task MeasureAsync(List<Part> parts, int rounds, TimeSpan turn, Func<Task>? alsoAsync)
    {
        List<Entry> entries = [.. parts.SelectMany(part => part.Entries)];
        foreach (var entry in entries)
            await entry.Load.WarmUpAsync(Clients.Max());
        for (var round = 0; round < rounds; round++)
        {
            foreach (var clients in Clients)
            {
                foreach (var entry in entries)
                    entry.Runs[clients].Add(await entry.Load.ClosedAsync(clients, turn));
            }
            if (alsoAsync is not null)
                await alsoAsync();
        }
    }

    private static async Task<Member[]> SignUpAsync(Contender server)
    {
        var members = new ConcurrentBag<Member>();
        var next = -1;
        await Load.DriveAsync(server, Clients.Max(), async connection =>
        {
            while (Interlocked.Increment(ref next) is var index && index < People)
                members.Add(await Member.SignUpAsync(connection, $"member-{index}@example.com"));
        });
        return [.. members];
    }

    private static void Print(List<Part> parts, int rounds, TimeSpan turn)
    {
        List<Entry> signIns = [.. parts.Select(part => part.SignIns).OfType<Entry>()];
        List<Entry> refreshes = [.. parts.SelectMany(part => new[] { part.Refreshes, part.PeerRefreshes }).OfType<Entry>()];
        if (signIns is not [])
            Tables.Print("sign-ins with tokens over HTTP (2 calls each)", "sign-in", "sign-ins", signIns, rounds, turn, People);
        if (refreshes is not [])
            Tables.Print("refreshes over HTTP (1 call each)", "refresh", "refreshes", refreshes, rounds, turn, People);
    }

    private static void PrintFigures(
        Part sqlite, Part? pg, List<CompleteLimit> limits, List<(double Token, double Signature)> tokens)
    {
        double Of(Func<CompleteLimit, double> figure) => Figures.Median(limits.Select(figure));
        string Micros(Func<CompleteLimit, double> figure) => $"{Of(figure) * 1000:F1} µs";
        Console.WriteLine();
        Console.WriteLine(
            $"the limit: P-256 verification {Micros(limit => limit.Parts.Verify)} + RSA-2048 signature {Micros(limit => limit.Sign)} " +
            $"+ 2 × empty request {Micros(limit => limit.Parts.Request)} + 2 × row {Micros(limit => limit.Parts.Row)}" +
            (pg is null ? "" : $" (PostgreSQL {Micros(limit => limit.PostgresRow!.Value)})"));
        PrintSignIns(sqlite, Of(limit => limit.OnSqlite));
        if (pg is not null)
            PrintSignIns(pg, Of(limit => limit.OnPostgres));
        Console.WriteLine(
            $"a token: {Figures.Median(tokens.Select(both => both.Token)) * 1000:F1} µs; " +
            $"a bare RSA-2048 signature: {Figures.Median(tokens.Select(both => both.Signature)) * 1000:F1} µs");

        Console.WriteLine();
        var signIns = sqlite.RatioToLimit(limits.Select(limit => limit.OnSqlite));
        Console.WriteLine($"ratio complete.signin.sqlite/limit {signIns:F2}");
        if (pg is not null)
        {
            var onPostgres = pg.RatioToLimit(limits.Select(limit => limit.OnPostgres));
            Console.WriteLine($"ratio complete.signin.postgres/limit {onPostgres:F2}");
            signIns = Math.Min(signIns, onPostgres);
        }
        double? refreshes = null;
        foreach (var (engine, part) in new[] { ("sqlite", sqlite), ("postgres", pg) })
        {
            if (part?.RatioToPeer is not { } ratio)
                continue;
            Console.WriteLine($"ratio complete.refresh.{engine}/peer {ratio:F2}");
            refreshes = Math.Min(refreshes ?? ratio, ratio);
        }
        Console.WriteLine($"ratio complete.signin/limit {signIns:F2}");
        Console.WriteLine($"ratio complete.token/rsa {Figures.Median(tokens.Select(both => both.Signature / both.Token)):F2}");
        if (refreshes is { } least)
            Console.WriteLine($"ratio complete.refresh/peer {least:F2}");
    }

    private static void PrintSignIns(Part part, double limit) => Console.WriteLine(
        $"a CPU-second of {part.SignIns!.Name}, database included: {Figures.Median(part.SignIns.PerCpuSecond):F0} sign-ins; " +
        $"its limit: {limit:F0}");

    private static Entry EntryOf(Contender server, IEnumerable<Func<Connection, ValueTask>> people, PostgresDaemon? database) =>
        new(new Load(server, people, database?.ProcessId), Clients);

    /// <summary>What is done on one database.</summary>
    private sealed record Part(ServerProcess Server, RefreshPeer? Peer, Entry? SignIns, Entry? Refreshes, Entry? PeerRefreshes)
        : IAsyncDisposable
    {
        public IEnumerable<Entry> Entries => new[] { SignIns, Refreshes, PeerRefreshes }.OfType<Entry>();

        /// <summary>Null: there is no peer.</summary>
        public double? RatioToPeer => PeerRefreshes is null ? null : Refreshes!.CpuRatioTo(PeerRefreshes);

        /// <param name="limits">Sign-ins a CPU-second, of each round.</param>
        public double RatioToLimit(IEnumerable<double> limits)
            => Figures.Median(SignIns!.PerCpuSecond.Zip(limits, (ours, limit) => ours / limit));

        public async ValueTask DisposeAsync()
        {
            await Server.DisposeAsync();
            if (Peer is not null)
                await Peer.DisposeAsync();
        }
    }

    private static class Visit
    {
        public static Func<Connection, ValueTask> SignIn(Member member) => member.SignInAsync;

        public static Func<Connection, ValueTask> Refresh(BenchSession session) => session.RefreshAsync;
    }
}
