using System.Text;
using Microsoft.Extensions.DependencyInjection;
using OpenPassage.Server.Ready.Reports;
using OpenPassage.Server.Ready.Values;
using OpenPassage.Server.Sql;
using OpenPassage.Server.Statistics;

namespace OpenPassage.Server.Tests.Ready;

/// <summary>When the month after it has ended, nothing is left that tells devices of a month apart, and the counts stay.</summary>
public class MonthEndingTests
{
    private const int DevicesOfMonth = 3000;
    private const string Device = "7f1c2f0e-device-of-somebody";
    private const string Address = "203.0.113.77";
    private const string Agent = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";

    private sealed class Site : ServerFixture
    {
        protected override IEnumerable<string> Settings => ["--OpenPassage:TrustedProxies:0=127.0.0.1"];

        public Database Database => Services.GetRequiredService<Database>();

        /// <summary>The bytes of every file, the log among them.</summary>
        public IReadOnlyList<byte[]> Bytes()
            => [.. Directory.EnumerateFiles(DataDirectory, "openpassage.db*", SearchOption.AllDirectories).Select(file =>
            {
                using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
                var bytes = new byte[stream.Length];
                stream.ReadExactly(bytes);
                return bytes;
            })];
    }

    private static bool IsIn(IReadOnlyList<byte[]> files, byte[] bytes) => files.Any(file => file.AsSpan().IndexOf(bytes) >= 0);

    private static async Task<IReadOnlyList<byte[]>> HashesAsync(Database database, DateTimeOffset month)
        => await database.ListAsync(
            new(
                $"SELECT device FROM {DeviceTables.Of(Days.OfMonth(month))} WHERE month = @month",
                Parameter.Number("month", Days.OfMonth(month))),
            row => row.GetBytes(0),
            CancellationToken.None);

    private static async Task AddAsync(Site site, Reporter reporter, DateTimeOffset at)
    {
        var counts = site.Services.GetRequiredService<DeviceCounts>();
        var profile = new Profile(Platforms.Web, "", 0, "Firefox", 140, Capabilities.SecurityKey);
        foreach (var batch in Enumerable.Range(0, DevicesOfMonth).Chunk(500))
        {
            await counts.AddAsync(
                [.. batch.Select(device => new Report(reporter.Key.Id, $"{Device} {at:yyyy-MM} {device}", profile, at))],
                CancellationToken.None);
        }
    }

    [Fact]
    public async Task After_roll_up_the_database_holds_no_device_and_no_secret_of_the_month_and_what_was_counted()
    {
        await using var site = new Site();
        await site.InitializeAsync();
        var reporter = await Reporter.NewAsync(site);
        (await reporter.SendAsync(Reporter.Body(Device), ("User-Agent", Agent), ("X-Forwarded-For", Address))).Expect(200);
        Assert.NotEmpty(await reporter.CountedAsync());
        var march = site.Clock.GetUtcNow().AddDays(20);
        var (april, may) = (march.AddMonths(1), march.AddMonths(2));
        await AddAsync(site, reporter, march);
        var before = await reporter.CountedAsync();
        // The next month comes while the one before it is still known.
        await AddAsync(site, reporter, april);
        var (ofMarch, ofApril) = (await HashesAsync(site.Database, march), await HashesAsync(site.Database, april));
        Assert.Equal((DevicesOfMonth + 1, DevicesOfMonth), (ofMarch.Count, ofApril.Count));
        var isFile = !site.Database.IsShared;
        // Else the rest would prove nothing.
        if (isFile)
            Assert.True(IsIn(site.Bytes(), ofMarch[0]));

        var ending = site.Services.GetRequiredService<MonthEnding>();
        await ending.RemoveAsync(CancellationToken.None);
        Assert.Equal(DevicesOfMonth + 1, (await HashesAsync(site.Database, march)).Count);
        site.Clock.Advance(may - site.Clock.GetUtcNow());
        await AddAsync(site, reporter, may);
        await ending.RemoveAsync(CancellationToken.None);

        Assert.Empty(await HashesAsync(site.Database, march));
        Assert.Equal(DevicesOfMonth, (await HashesAsync(site.Database, april)).Count);
        Assert.Equal(
            [Days.OfMonth(april), Days.OfMonth(may)],
            await site.Database.ListAsync(
                new("SELECT month FROM readiness_months ORDER BY month"), row => row.GetInt64(0), CancellationToken.None));
        Assert.Equal(before, (await reporter.CountedAsync()).Where(one => one.Start <= Days.Of(march)));
        if (!isFile)
            return;
        await site.EndAsync();
        var files = site.Bytes();
        Assert.NotEmpty(files);
        Assert.Equal(0, ofMarch.Count(device => IsIn(files, device)));
        Assert.All(ofApril, device => Assert.True(IsIn(files, device)));
        foreach (var text in (string[])[Device, Address, Agent, "Mozilla"])
            Assert.False(IsIn(files, Encoding.UTF8.GetBytes(text)), text);
    }

    /// <summary>Its place is another month's by then.</summary>
    [Fact]
    public async Task A_server_that_was_away_for_months_removes_what_it_had_before()
    {
        await using var site = new Site();
        await site.InitializeAsync();
        var reporter = await Reporter.NewAsync(site);
        var march = site.Clock.GetUtcNow().AddDays(20);
        await AddAsync(site, reporter, march);
        var june = march.AddMonths(3);
        Assert.Equal(DeviceTables.Of(Days.OfMonth(march)), DeviceTables.Of(Days.OfMonth(june)));
        site.Clock.Advance(june - site.Clock.GetUtcNow());
        await AddAsync(site, reporter, june);

        await site.Services.GetRequiredService<MonthEnding>().RemoveAsync(CancellationToken.None);

        Assert.Empty(await HashesAsync(site.Database, march));
        Assert.Equal(DevicesOfMonth, (await HashesAsync(site.Database, june)).Count);
        Assert.Equal(2 * DevicesOfMonth, (await reporter.OfMonthAsync()).Sum(one => one.Devices));
    }
}
