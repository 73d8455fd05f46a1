using System.Data.Common;
using System.Diagnostics;
using Microsoft.Data.Sqlite;
using Npgsql;
using OpenPassage.Benchmarks.SignIn;
using OpenPassage.Proof.Tests.Processes;

namespace OpenPassage.Benchmarks.Readiness;

/// <summary>
/// Reports over HTTP to the real server until all of them are counted, and the picture that management is answered with, with few and with
/// many devices of this month stored. Half of the reports are of new devices.
/// </summary>
internal static class Collecting
{
    public const int Few = 10_000;

    private const int Clients = 16, Reports = 20_000, Runs = 3, Pictures = 7;

    private static readonly string[] Queries = ["by=platform", "by=system", "by=browser", "by=app"];

    /// <summary>The cost of a report with so many stored, over that with few: the worse of the two databases.</summary>
    public static async Task<double> RunAsync(long many)
    {
        Console.WriteLine($"Reports by {Clients} clients, half of them of new devices, medians of {Runs} runs of {Reports}; pictures");
        Console.WriteLine();
        Console.WriteLine(
            "| database | devices stored | stored in s | reports/s | CPU µs a report: server | database | reports a CPU-second "
                + "| picture: CPU ms | median ms | most |");
        Console.WriteLine("|:--|--:|--:|--:|--:|--:|--:|--:|--:|--:|");
        var ratios = new List<double> { await OnSqliteAsync(many) };
        if (Programs.PostgresBinaries is not null)
            ratios.Add(await OnPostgresAsync(many));
        else
            Console.WriteLine("PostgreSQL is not installed.");
        Console.WriteLine();
        return ratios.Max();
    }

    private static async Task<double> OnSqliteAsync(long many)
    {
        await using var server = await ReadinessServer.StartAsync("SQLite", database: null);
        await using var connection = new SqliteConnection($"Data Source={server.SqliteFile};Pooling=False");
        await connection.OpenAsync();
        return await GrowAsync(server, connection, null, many);
    }

    private static async Task<double> OnPostgresAsync(long many)
    {
        await using var postgres = await PostgresDaemon.StartNewAsync("shared_buffers=1GB", "max_wal_size=16GB");
        await using var server = await ReadinessServer.StartAsync("PostgreSQL", postgres.ConnectionString);
        await using var connection = new NpgsqlConnection(postgres.ConnectionString);
        await connection.OpenAsync();
        return await GrowAsync(server, connection, postgres.ProcessId, many);
    }

    private static async Task<double> GrowAsync(ReadinessServer server, DbConnection connection, int? database, long many)
    {
        var stored = new StoredReports(connection, database is not null, server.KeyId);
        var sender = new Sender(server);
        // Until compiled code has reached its last tier; what that leaves is not of the few.
        for (var i = 0; i < 5; i++)
            await CountAsync(stored, sender);
        await stored.ClearAsync();
        var costs = new List<double>();
        foreach (var size in new[] { Few, many })
        {
            var watch = Stopwatch.StartNew();
            await stored.GrowAsync(size);
            var storing = watch.Elapsed;
            costs.Add(await MeasureAsync(server, stored, sender, database, size, storing));
        }
        Console.WriteLine();
        Console.WriteLine($"{server.Name}: {costs[1] / costs[0]:F2} times the CPU time a report");
        Console.WriteLine();
        return costs[1] / costs[0];
    }

    private static async Task<double> MeasureAsync(
        ReadinessServer server, StoredReports stored, Sender sender, int? database, long size, TimeSpan storing)
    {
        var runs = new List<(double Rate, double Server, double Database)>();
        for (var run = 0; run < Runs; run++)
        {
            TimeSpan DatabaseCpu() => database is { } process ? ProcessTree.CpuTime(process) : default;
            var (serverBefore, databaseBefore) = (server.CpuTime, DatabaseCpu());
            var rate = await CountAsync(stored, sender);
            runs.Add((
                rate,
                (server.CpuTime - serverBefore).TotalMicroseconds / Reports,
                (DatabaseCpu() - databaseBefore).TotalMicroseconds / Reports));
        }

        await server.PictureAsync(Queries[0]);
        var pictures = new List<double>();
        var beforePictures = server.CpuTime;
        for (var i = 0; i < Pictures * Queries.Length; i++)
            pictures.Add((await server.PictureAsync(Queries[i % Queries.Length])).TotalMilliseconds);
        var cpu = (server.CpuTime - beforePictures).TotalMilliseconds / pictures.Count;
        var cost = Figures.Median(runs.Select(run => run.Server + run.Database));
        Console.WriteLine(
            $"| {server.Name} | {size} | {storing.TotalSeconds:F0} | {Figures.Median(runs.Select(run => run.Rate)):F0} "
                + $"| {Figures.Median(runs.Select(run => run.Server)):F0} "
                + $"| {(database is null ? "" : $"{Figures.Median(runs.Select(run => run.Database)):F0}")} | {1e6 / cost:F0} "
                + $"| {cpu:F0} | {Figures.Median(pictures):F0} | {pictures.Max():F0} |");
        return cost;
    }

    /// <summary>Until each of the reports is counted; how many were taken a second.</summary>
    private static async Task<double> CountAsync(StoredReports stored, Sender sender)
    {
        var (counted, watch) = (await stored.CountedAsync(), Stopwatch.StartNew());
        var news = await sender.SendAsync(Reports);
        var rate = Reports / watch.Elapsed.TotalSeconds;
        while (await stored.CountedAsync() - counted < news)
        {
            if (watch.Elapsed > TimeSpan.FromMinutes(2))
                throw new InvalidOperationException($"Of {news} devices, {await stored.CountedAsync() - counted} were counted.");
            await Task.Delay(100);
        }
        return rate;
    }

    /// <summary>Pages that report what their browsers can do.</summary>
    private sealed class Sender(ReadinessServer server)
    {
        private static readonly string[] Chromes =
        [
            .. Enumerable.Range(120, 20).Select(version =>
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
                    + $"Chrome/{version}.0.0.0 Safari/537.36"),
        ];

        private int sent;

        /// <summary>How many of the devices were new.</summary>
        public async Task<int> SendAsync(int reports)
        {
            var first = sent;
            await Task.WhenAll(Enumerable.Range(0, Clients).Select(async _ =>
            {
                using var connection = await ReportConnection.OpenAsync(server);
                while (Interlocked.Increment(ref sent) is var number && number <= first + reports)
                    await connection.SendAsync(Device(number, first), Chromes[number % Chromes.Length]);
            }));
            sent = first + reports;
            return Enumerable.Range(first + 1, reports).Count(number => number % 2 == 1);
        }

        // Each second one comes again, from anywhere among those of this run that are likely to have been counted by now.
        private static string Device(int number, int first) => number % 2 == 1
            ? $"device-{number:D12}"
            : $"device-{first + 1 + (int)((uint)number * 2654435761 % (uint)(number - first)) / 2 * 2:D12}";
    }
}
