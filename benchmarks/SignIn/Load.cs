using System.Collections.Concurrent;
using System.Diagnostics;

namespace OpenPassage.Benchmarks.SignIn;

/// <summary>What one stretch of load came to.</summary>
/// <param name="Seconds">Time on the clock.</param>
/// <param name="Latencies">Of each sign-in in milliseconds, ascending.</param>
/// <param name="ServerCpu">CPU time of the server, in milliseconds.</param>
/// <param name="DatabaseCpu">CPU time of the database server; 0 where there is none.</param>
/// <param name="GeneratorCpu">CPU time of this process.</param>
internal sealed record Run(double Seconds, IReadOnlyList<double> Latencies, double ServerCpu, double DatabaseCpu, double GeneratorCpu)
{
    public double Rate => Latencies.Count / Seconds;

    public double P50 => Figures.Percentile(Latencies, 0.5);

    public double P99 => Figures.Percentile(Latencies, 0.99);

    public double PerServerCpuSecond => Latencies.Count / ServerCpu * 1000;
}

/// <summary>People who sign in at one server, with the same code whichever it is.</summary>
/// <param name="server">The server.</param>
/// <param name="people">Who can sign in there; nobody does it twice at once.</param>
/// <param name="connections">The most at once.</param>
/// <param name="databaseProcess">The database server that it uses; null: none.</param>
internal sealed class Load(Contender server, IReadOnlyList<Person> people, int connections, int? databaseProcess = null) : IDisposable
{
    private readonly Api api = new(server, connections);
    private readonly ConcurrentQueue<Person> idle = new(people);

    public Contender Server => server;

    public void Dispose() => api.Dispose();

    /// <summary>Until compiled code has reached its last tier: 6,000 sign-ins and 6 s, but at most a minute.</summary>
    public async Task WarmUpAsync(int clients)
    {
        var (signIns, seconds) = (0, 0.0);
        while (seconds < 60 && (signIns < 6000 || seconds < 6))
        {
            var run = await ClosedAsync(clients, TimeSpan.FromSeconds(2));
            (signIns, seconds) = (signIns + run.Latencies.Count, seconds + run.Seconds);
        }
    }

    /// <summary>Each client begins its next sign-in when its last one is over.</summary>
    public Task<Run> ClosedAsync(int clients, TimeSpan time) => MeasureAsync(async (latencies, watch) =>
        await Task.WhenAll(Enumerable.Range(0, clients).Select(_ => Task.Run(async () =>
        {
            while (watch.Elapsed < time)
                latencies.Add(await SignInAsync(watch, watch.Elapsed));
        }))));

    /// <summary>Sign-ins begin by the clock, however the earlier ones fare; the time of one counts from when it should have begun.</summary>
    public Task<Run> OpenAsync(double perSecond, TimeSpan time) => MeasureAsync(async (latencies, watch) =>
    {
        var begun = new List<Task>();
        async Task BeginAsync(TimeSpan due) => latencies.Add(await SignInAsync(watch, due));
        while (watch.Elapsed < time)
        {
            while (TimeSpan.FromSeconds(begun.Count / perSecond) is var due && due <= watch.Elapsed)
                begun.Add(Task.Run(() => BeginAsync(due)));
            await Task.Delay(1);
        }
        await Task.WhenAll(begun);
    });

    private async Task<double> SignInAsync(Stopwatch watch, TimeSpan due)
    {
        Person? person;
        while (!idle.TryDequeue(out person))
            await Task.Delay(1);
        await person.SignInAsync(api);
        idle.Enqueue(person);
        return (watch.Elapsed - due).TotalMilliseconds;
    }

    private async Task<Run> MeasureAsync(Func<ConcurrentBag<double>, Stopwatch, Task> load)
    {
        var latencies = new ConcurrentBag<double>();
        var (serverCpu, databaseCpu, generatorCpu) = (server.CpuTime, DatabaseCpu(), Environment.CpuUsage.TotalTime);
        var watch = Stopwatch.StartNew();
        await load(latencies, watch);
        return new Run(
            watch.Elapsed.TotalSeconds,
            [.. latencies.Order()],
            (server.CpuTime - serverCpu).TotalMilliseconds,
            (DatabaseCpu() - databaseCpu).TotalMilliseconds,
            (Environment.CpuUsage.TotalTime - generatorCpu).TotalMilliseconds);
    }

    private TimeSpan DatabaseCpu() => databaseProcess is { } process ? ProcessTree.CpuTime(process) : default;
}
