using System.Collections.Concurrent;
using System.Diagnostics;

namespace OpenPassage.Benchmarks.SignIn;

/// <summary>What one stretch of load came to.</summary>
/// <param name="Seconds">Time on the clock.</param>
/// <param name="Latencies">Of each operation in milliseconds, ascending.</param>
/// <param name="ServerCpu">CPU time of the server, in milliseconds.</param>
/// <param name="DatabaseCpu">CPU time of the database server; 0 where there is none.</param>
/// <param name="GeneratorCpu">CPU time of this process.</param>
internal sealed record Run(double Seconds, IReadOnlyList<double> Latencies, double ServerCpu, double DatabaseCpu, double GeneratorCpu)
{
    public double Rate => Latencies.Count / Seconds;

    public double P50 => Figures.Percentile(Latencies, 0.5);

    public double P99 => Figures.Percentile(Latencies, 0.99);

    /// <summary>Operations a CPU-second of the server and its database together.</summary>
    public double PerCpuSecond => Latencies.Count / (ServerCpu + DatabaseCpu) * 1000;
}

/// <summary>What people do at one server, with the same code whichever it is. A client has a connection of its own.</summary>
/// <param name="server">The server.</param>
/// <param name="people">What each of them does, such as to sign in; more than there are clients. Nobody does it twice at once.</param>
/// <param name="databaseProcess">The database server that it uses; null: none.</param>
internal sealed class Load(Contender server, IEnumerable<Func<Connection, ValueTask>> people, int? databaseProcess = null)
{
    private readonly ConcurrentQueue<Func<Connection, ValueTask>> idle = new(people);

    public Contender Server => server;

    /// <summary>Clients that each do this, until all have done it.</summary>
    public static async Task DriveAsync(Contender server, int clients, Func<Connection, Task> client)
    {
        var all = Enumerable.Range(0, clients).Select(async _ =>
        {
            using var connection = await Connection.OpenAsync(server);
            await client(connection);
        });
        // What comes after it is not for the thread that waits for the connections.
        await Task.WhenAll(all).ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
    }

    /// <summary>Until compiled code has reached its last tier: 6,000 operations and 6 s, but at most a minute.</summary>
    public async Task WarmUpAsync(int clients)
    {
        var (operations, seconds) = (0, 0.0);
        while (seconds < 60 && (operations < 6000 || seconds < 6))
        {
            var run = await ClosedAsync(clients, TimeSpan.FromSeconds(2));
            (operations, seconds) = (operations + run.Latencies.Count, seconds + run.Seconds);
        }
    }

    /// <summary>Each client begins its next operation when its last one is over.</summary>
    public Task<Run> ClosedAsync(int clients, TimeSpan time) => MeasureAsync((latencies, watch) =>
        DriveAsync(server, clients, async connection =>
        {
            while (watch.Elapsed < time)
                latencies.Add(await DoAsync(connection, watch, watch.Elapsed));
        }));

    /// <summary>
    /// Operations begin by the clock, however the earlier ones fare; the time of one counts from when it should have begun.
    /// </summary>
    /// <param name="clients">The most at once.</param>
    /// <param name="perSecond">Operations.</param>
    /// <param name="time">How long.</param>
    public Task<Run> OpenAsync(int clients, double perSecond, TimeSpan time)
    {
        var begun = -1;
        return MeasureAsync((latencies, watch) => DriveAsync(server, clients, async connection =>
        {
            while (TimeSpan.FromSeconds(Interlocked.Increment(ref begun) / perSecond) is var due && due < time)
            {
                while (watch.Elapsed < due)
                    await Task.Delay(1);
                latencies.Add(await DoAsync(connection, watch, due));
            }
        }));
    }

    private async ValueTask<double> DoAsync(Connection connection, Stopwatch watch, TimeSpan due)
    {
        if (!idle.TryDequeue(out var person))
            throw new InvalidOperationException("There are fewer people than clients.");
        await person(connection);
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
