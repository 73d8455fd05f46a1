using System.Data.Common;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using OpenPassage.Server.Ready.Keys;
using OpenPassage.Server.Ready.Reports;
using OpenPassage.Server.Ready.Values;
using OpenPassage.Server.Sealing;
using OpenPassage.Server.Sql;
using OpenPassage.Server.Statistics;

namespace OpenPassage.Server.Tests.Ready;

/// <summary>A device counts once a month and once a week, as what it last was in that span: never twice, never less than nothing.</summary>
public class DeviceCountsTests(ServerFixture server) : ServerTests(server)
{
    private static readonly Profile Old = Of(browserMajor: 100);
    private static readonly Profile New = Of(browserMajor: 130);

    private static Profile Of(int browserMajor, Capabilities reported = Capabilities.SecurityKey)
        => new(Platforms.Web, "Windows", 11, "Chrome", browserMajor, reported);

    /// <summary>Noon of a day; 2026-06-01 is a Monday.</summary>
    private static DateTimeOffset On(string date)
        => DateTimeOffset.ParseExact($"{date} 12:00 +00:00", "yyyy-MM-dd HH:mm zzz", CultureInfo.InvariantCulture);

    private static string DateOf(long day) => Days.ToDate(day).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private Database Database => Server.Services.GetRequiredService<Database>();

    /// <summary>As another node has it.</summary>
    private DeviceCounts Node()
        => new(Database, new MonthSecrets(Database, Server.Services.GetRequiredService<TicketKeys>()), new KnownProfiles(Database));

    private async Task<ReadinessKey> KeyAsync() => (await Reporter.NewAsync(Server)).Key;

    private static Report Report(ReadinessKey key, string device, Profile profile, string date) => new(key.Id, device, profile, On(date));

    private async Task<IEnumerable<(string Span, string Start, Profile Profile, long Devices)>> CountedAsync(ReadinessKey key)
        => (await Counted.ReadAsync(Database, key)).Select(one => (one.Span, DateOf(one.Start), one.Profile, one.Devices));

    [Fact]
    public async Task Once_a_month_and_once_a_week_however_often_it_reports()
    {
        var (key, node) = (await KeyAsync(), Node());
        foreach (var date in (string[])["2026-06-02", "2026-06-02", "2026-06-05", "2026-06-09", "2026-06-28", "2026-07-14"])
            await node.AddAsync([Report(key, "a", New, date)], CancellationToken.None);

        Assert.Equal(
            [
                ("month", "2026-06-01", New, 1), ("month", "2026-07-01", New, 1),
                ("week", "2026-06-01", New, 1), ("week", "2026-06-08", New, 1), ("week", "2026-06-22", New, 1),
                ("week", "2026-07-13", New, 1),
            ],
            await CountedAsync(key));
    }

    [Fact]
    public async Task As_what_it_last_was_and_the_former_one_is_taken_back()
    {
        var (key, node) = (await KeyAsync(), Node());
        await node.AddAsync([Report(key, "a", Old, "2026-06-02"), Report(key, "b", Old, "2026-06-02")], CancellationToken.None);
        await node.AddAsync([Report(key, "a", New, "2026-06-09")], CancellationToken.None);

        Assert.Equal(
            ((string, string, Profile, long)[])
            [
                ("month", "2026-06-01", Old, 1), ("month", "2026-06-01", New, 1),
                ("week", "2026-06-01", Old, 2), ("week", "2026-06-08", New, 1),
            ],
            (await CountedAsync(key)).OrderBy(one => one.Span).ThenBy(one => one.Start).ThenBy(one => one.Profile.BrowserMajor));

        await node.AddAsync([Report(key, "a", Old, "2026-06-10")], CancellationToken.None);
        Assert.Equal(
            [("month", "2026-06-01", Old, 2), ("week", "2026-06-01", Old, 2), ("week", "2026-06-08", Old, 1)],
            await CountedAsync(key));
    }

    [Fact]
    public async Task Twice_in_one_batch_it_is_one_device_and_its_last_kind_counts()
    {
        var key = await KeyAsync();
        await Node().AddAsync(
            [.. ((Profile[])[Old, New, Old, New]).Select(profile => Report(key, "a", profile, "2026-06-02"))], CancellationToken.None);

        Assert.Equal([("month", "2026-06-01", New, 1), ("week", "2026-06-01", New, 1)], await CountedAsync(key));
    }

    /// <summary>2026-06-29 is a Monday: its week ends on the fifth of July.</summary>
    [Fact]
    public async Task A_week_of_two_months_knows_it_as_one_and_each_month_knows_it_too()
    {
        var (key, node) = (await KeyAsync(), Node());
        // One that is there in both months, as another kind; one that comes in the new month only; one in the old month only.
        await node.AddAsync([Report(key, "a", Old, "2026-06-30"), Report(key, "c", Old, "2026-06-30")], CancellationToken.None);
        await node.AddAsync([Report(key, "a", New, "2026-07-01"), Report(key, "b", New, "2026-07-01")], CancellationToken.None);
        await node.AddAsync([Report(key, "a", New, "2026-07-05"), Report(key, "b", New, "2026-07-04")], CancellationToken.None);
        await node.AddAsync([Report(key, "b", Old, "2026-07-07")], CancellationToken.None);

        Assert.Equal(
            ((string, string, Profile, long)[])
            [
                ("month", "2026-06-01", Old, 2), ("month", "2026-07-01", Old, 1), ("month", "2026-07-01", New, 1),
                ("week", "2026-06-29", Old, 1), ("week", "2026-06-29", New, 2), ("week", "2026-07-06", Old, 1),
            ],
            (await CountedAsync(key)).OrderBy(one => one.Span).ThenBy(one => one.Start).ThenBy(one => one.Profile.BrowserMajor));
    }

    [Fact]
    public async Task What_comes_late_takes_nothing_back_and_counts_nothing_twice()
    {
        var (key, node) = (await KeyAsync(), Node());
        await node.AddAsync([Report(key, "a", New, "2026-06-09")], CancellationToken.None);
        // From a node that could not write for a while.
        await node.AddAsync([Report(key, "a", New, "2026-06-07")], CancellationToken.None);
        await node.AddAsync([Report(key, "a", New, "2026-06-09")], CancellationToken.None);

        Assert.Equal([("month", "2026-06-01", New, 1), ("week", "2026-06-08", New, 1)], await CountedAsync(key));
    }

    [Fact]
    public async Task The_same_id_with_two_keys_is_two_devices()
    {
        var (one, two, node) = (await KeyAsync(), await KeyAsync(), Node());
        await node.AddAsync([Report(one, "a", New, "2026-06-02"), Report(two, "a", New, "2026-06-02")], CancellationToken.None);

        foreach (var key in (ReadinessKey[])[one, two])
            Assert.Equal([("month", "2026-06-01", New, 1), ("week", "2026-06-01", New, 1)], await CountedAsync(key));
    }

    [Fact]
    public async Task Several_nodes_that_count_the_same_devices_at_once_count_each_once()
    {
        const int Devices = 300;
        var key = await KeyAsync();
        var kinds = Enumerable.Range(90, 7).Select(major => Of(major)).ToArray();
        // Both of a week, in the middle of a month and at its end, so that the two ways meet.
        await Task.WhenAll(Enumerable.Range(0, 6).Select(node => Task.Run(async () =>
        {
            var (counts, random) = (Node(), new Random(node));
            for (var batch = 0; batch < 8; batch++)
            {
                var date = random.Next(3) switch { 0 => "2026-08-31", 1 => "2026-09-01", _ => "2026-09-02" };
                await counts.AddAsync(
                    [.. Enumerable.Range(0, 200).Select(_ => Report(
                        key, $"device {random.Next(Devices)}", kinds[random.Next(kinds.Length)], date))],
                    CancellationToken.None);
            }
        })));
        // Each at last with a kind that is known.
        var last = Node();
        foreach (var date in (string[])["2026-08-31", "2026-09-02"])
        {
            await last.AddAsync(
                [.. Enumerable.Range(0, Devices).Select(device => Report(key, $"device {device}", kinds[device % 2], date))],
                CancellationToken.None);
        }

        var counted = (await CountedAsync(key)).ToList();
        Assert.Equal(6, counted.Count);
        Assert.All(counted, one => Assert.Equal(Devices / 2, one.Devices));
        Assert.Equal(0, await Database.NumberAsync(
            new("SELECT COUNT(*) FROM readiness_counts WHERE devices < 0 OR nameless < 0"), CancellationToken.None));
    }

    [Fact]
    public async Task A_batch_that_is_tried_again_after_its_answer_was_lost_counts_no_device_twice()
    {
        var (key, node) = (await KeyAsync(), Node());
        Report[] batch = [Report(key, "a", Old, "2026-06-02"), Report(key, "b", New, "2026-06-02")];
        await node.AddAsync(batch, CancellationToken.None);
        await Node().AddAsync(batch, CancellationToken.None);

        Assert.Equal(4, (await CountedAsync(key)).Sum(one => one.Devices));
    }

    [Fact]
    public async Task What_cannot_be_counted_now_waits_and_what_waits_is_counted_when_the_server_stops()
    {
        var key = await KeyAsync();
        var gathered = new GatheredReports(NullLogger<GatheredReports>.Instance);
        using var writing = new ReportWriting(gathered, Node(), new FakeTime(), NullLogger<ReportWriting>.Instance);
        await writing.StartAsync(CancellationToken.None);
        Assert.True(gathered.TryAdd(Report(key, "a", Old, "2026-06-02")));
        Assert.True(gathered.TryAdd(Report(key, "", Old, "2026-06-02")));
        await RunAsync("ALTER TABLE readiness_counts RENAME TO readiness_counts_away");
        try
        {
            await Assert.ThrowsAnyAsync<DbException>(() => writing.WriteAsync(CancellationToken.None).AsTask());
        }
        finally
        {
            await RunAsync("ALTER TABLE readiness_counts_away RENAME TO readiness_counts");
        }

        Assert.True(gathered.TryAdd(Report(key, "a", New, "2026-06-02")));
        await writing.StopAsync(CancellationToken.None);

        Assert.Equal(
            [("month", 1, 0), ("month", 0, 1), ("week", 1, 0), ("week", 0, 1)],
            (await Counted.ReadAsync(Database, key)).OrderBy(one => one.Span).ThenBy(one => one.Nameless)
                .Select(one => (one.Span, one.Devices, one.Nameless)));
        Assert.Empty(gathered.Take());

        Task RunAsync(string sql) => Database.WriteAsync([new(sql) { OneOff = true }], CancellationToken.None).AsTask();
    }

    [Fact]
    public async Task Versions_without_end_fill_no_table_without_end()
    {
        var (key, node) = (await KeyAsync(), Node());
        const int Forged = 10_000;
        foreach (var batch in Enumerable.Range(1, Forged).Chunk(1000))
        {
            await node.AddAsync(
                [.. batch.Select(number => Report(
                    key, $"forged {number}",
                    new(Platforms.Web, $"System {number % 10}", number, $"Browser {number}", number, Capabilities.SecurityKey),
                    "2026-06-02"))],
                CancellationToken.None);
        }

        // Another node knows of what this one has counted.
        await Node().AddAsync([Report(key, "late", Of(browserMajor: 7777), "2026-06-03")], CancellationToken.None);
        var weeks = (await CountedAsync(key)).Where(one => one.Span == "week").ToList();
        Assert.Equal(Forged + 1, weeks.Sum(one => one.Devices));
        Assert.InRange(weeks.Count, KnownProfiles.Most, (2 * KnownProfiles.Most) + 1);
        Assert.DoesNotContain(weeks, one => one.Profile.BrowserMajor == 7777);
    }

    [Fact]
    public async Task Reports_without_an_id_count_as_reports_in_both_spans()
    {
        var (key, node) = (await KeyAsync(), Node());
        await node.AddAsync([.. Enumerable.Range(0, 3).Select(_ => Report(key, "", New, "2026-07-02"))], CancellationToken.None);
        await node.AddAsync([Report(key, "", New, "2026-07-02"), Report(key, "a", New, "2026-07-02")], CancellationToken.None);

        var counted = await Counted.ReadAsync(Database, key);
        Assert.Equal(
            [("month", "2026-07-01", 1, 4), ("week", "2026-06-29", 1, 4)],
            counted.Select(one => (one.Span, DateOf(one.Start), one.Devices, one.Nameless)));
    }
}
