using Microsoft.Extensions.DependencyInjection;
using OpenPassage.Server.Ready.Values;
using OpenPassage.Server.Sql;
using OpenPassage.Server.Statistics;
using static OpenPassage.Server.Sql.Parameter;

namespace OpenPassage.Server.Tests.Ready;

/// <summary>Counts of devices as reports leave them, written without any report.</summary>
internal sealed class SeededCounts(ServerFixture server, string app)
{
    public const Capabilities All = Capabilities.SecurityKey | Capabilities.Platform | Capabilities.Synced | Capabilities.CrossDevice
        | Capabilities.ConditionalUi;

    private readonly string key = $"key-{Guid.NewGuid():N}";
    private readonly List<Statement> statements = [];

    /// <summary>Such as <c>ios</c>, iOS 18, Safari 18.</summary>
    public static Profile Kind(
        Capabilities reported, string platform = "web", string system = "", int systemMajor = 0, string browser = "", int browserMajor = 0)
        => new(platform, system, systemMajor, browser, browserMajor, reported);

    public SeededCounts Month(DateOnly start, Profile profile, long devices, long nameless = 0)
        => Add("month", start, profile, devices, nameless);

    public SeededCounts Week(DateOnly start, Profile profile, long devices) => Add("week", start, profile, devices, nameless: 0);

    public async Task WriteAsync()
    {
        Statement ofKey = new(
            """
            INSERT INTO readiness_keys (key_id, app_id, key, name, sources, created_at, revoked_at)
            VALUES (@id, @app, @key, 'a page', '[]', 0, 0)
            """,
            Text("id", key),
            Text("app", app),
            Text("key", $"public-{key}"));
        foreach (var some in statements.Prepend(ofKey).Chunk(400))
            await server.Services.GetRequiredService<Database>().WriteAsync(some, CancellationToken.None);
    }

    private SeededCounts Add(string span, DateOnly start, Profile profile, long devices, long nameless)
    {
        statements.Add(new(
            """
            INSERT INTO readiness_profiles (profile_id, platform, system, system_major, browser, browser_major, capabilities)
            VALUES (@profile, @platform, @system, @system_major, @browser, @browser_major, @capabilities)
            ON CONFLICT (profile_id) DO NOTHING
            """,
            Number("profile", profile.Id),
            Text("platform", profile.Platform),
            Text("system", profile.System),
            Number("system_major", profile.SystemMajor),
            Text("browser", profile.Browser),
            Number("browser_major", profile.BrowserMajor),
            Number("capabilities", (long)profile.Reported)));
        statements.Add(new(
            """
            INSERT INTO readiness_counts (key_id, span, start, profile_id, devices, nameless)
            VALUES (@key, @span, @start, @profile, @devices, @nameless)
            """,
            Text("key", key),
            Text("span", span),
            Number("start", Days.OfDate(start)),
            Number("profile", profile.Id),
            Number("devices", devices),
            Number("nameless", nameless)));
        return this;
    }
}
