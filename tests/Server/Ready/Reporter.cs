using System.Diagnostics;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using OpenPassage.Server.Audit;
using OpenPassage.Server.Ready.Keys;
using OpenPassage.Server.Ready.Reports;
using OpenPassage.Server.Ready.Values;
using OpenPassage.Server.Sql;
using OpenPassage.Server.Values;

namespace OpenPassage.Server.Tests.Ready;

/// <summary>A page or an app that reports what its device can do, with a key, and what has come of its key's reports.</summary>
internal sealed class Reporter(ServerFixture server, ReadinessKey key)
{
    public const string Chrome =
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36";

    public ReadinessKey Key => key;

    /// <summary>With a key of its own.</summary>
    public static async Task<Reporter> NewAsync(ServerFixture server, AppId? app = null, params string[] sources)
        => new(server, await server.Services.GetRequiredService<ManagedReadinessKeys>().CreateAsync(
            app ?? AuditStore.Server, "a key", sources, Actor.Command("test"), CancellationToken.None));

    /// <summary>A body as the specification of Passage's newer clients has it.</summary>
    public static string Body(string deviceId, bool can = true)
    {
        var flag = can ? "true" : "false";
        return $$"""
            {"device_id":"{{deviceId}}","security_key":{{flag}},"platform":{{flag}},"synced_credential":{{flag}},
            "cross_device_credential":{{flag}},"conditional_ui":{{flag}}}
            """;
    }

    /// <summary>From a page in Chrome, unless headers say otherwise; a header without a value is left away.</summary>
    public async Task<Reply> SendAsync(string body, params (string Name, string? Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "v1/analytics/passkey-readiness")
        {
            Content = new StringContent(body, Encoding.UTF8, "application/json"),
        };
        (string Name, string? Value)[] usual = [("X-API-KEY", key.Key), ("User-Agent", Chrome)];
        foreach (var (name, value) in usual.Where(one => headers.All(header => header.Name != one.Name)).Concat(headers))
        {
            if (value is not null)
                request.Headers.TryAddWithoutValidation(name, value);
        }

        return await Reply.ReadAsync(await server.Http.SendAsync(request));
    }

    /// <summary>Waits until reports with a key are answered so: nodes ask every two seconds what others have changed.</summary>
    public static async Task UntilAsync(ServerFixture server, string key, int status)
    {
        var reporter = await NewAsync(server);
        var patience = Stopwatch.StartNew();
        while ((await reporter.SendAsync(Body("x"), ("X-API-KEY", key), ("Origin", "https://shop.example.com"))).Status != status)
        {
            Assert.True(patience.Elapsed < TimeSpan.FromMinutes(1), "It was not noticed.");
            await Task.Delay(50);
        }
    }

    /// <summary>Has what was reported counted, and tells what the key has counted in all.</summary>
    public async Task<IReadOnlyList<Counted>> CountedAsync()
    {
        await server.Services.GetRequiredService<ReportWriting>().WriteAsync(CancellationToken.None);
        return await Counted.ReadAsync(server.Services.GetRequiredService<Database>(), key);
    }

    /// <summary>What it has counted in months, by kind: one month, where a test moves no clock.</summary>
    public async Task<IReadOnlyList<Counted>> OfMonthAsync() => [.. (await CountedAsync()).Where(one => one.Span == "month")];
}

/// <summary>A row of the counts, with its kind of device.</summary>
internal sealed record Counted(string Span, long Start, Profile Profile, long Devices, long Nameless)
{
    /// <summary>What a key has counted, without what has come to nothing.</summary>
    public static async Task<IReadOnlyList<Counted>> ReadAsync(Database database, ReadinessKey key)
        => await database.ListAsync(
            new(
                """
                SELECT c.span, c.start, p.platform, p.system, p.system_major, p.browser, p.browser_major, p.capabilities,
                    c.devices, c.nameless
                FROM readiness_counts c JOIN readiness_profiles p ON p.profile_id = c.profile_id
                WHERE c.key_id = @key AND (c.devices <> 0 OR c.nameless <> 0) ORDER BY c.span, c.start, c.profile_id
                """,
                Parameter.Text("key", key.Id)),
            row => new Counted(
                row.GetString(0),
                row.GetInt64(1),
                new(
                    row.GetString(2), row.GetString(3), (int)row.GetInt64(4), row.GetString(5), (int)row.GetInt64(6),
                    (Capabilities)row.GetInt64(7)),
                row.GetInt64(8),
                row.GetInt64(9)),
            CancellationToken.None);
}
