using System.Globalization;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Options;
using Npgsql;
using OpenPassage.Host.Serving;
using OpenPassage.Server.Apps;
using OpenPassage.Server.Sql;
using OpenPassage.Server.Tests.Apps;
using Xunit.v3;

namespace OpenPassage.Server.Tests.Store;

/// <summary>A database of before settings were one text is opened, and every app keeps every setting.</summary>
public class SettingsSchemaTests : IAsyncLifetime
{
    /// <summary>How many settings had a column. Those that came later have none in an old database.</summary>
    private const int Columns = 29;

    private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("openpassage-tests-");
    private readonly string name = $"columns_{Guid.NewGuid():N}";
    private PostgresServer? server;

    private string Setting => server?.ConnectionString(name) ?? "openpassage.db";

    private static bool OnPostgres
        => TestContext.Current.TestClass is IXunitTestClass { Class: var type } && type.IsAssignableTo(typeof(IOnPostgres));

    public async ValueTask InitializeAsync()
    {
        if (!OnPostgres)
            return;
        server = await PostgresServer.SharedAsync();
        await server.ExecuteAsync("postgres", $"CREATE DATABASE {name}");
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (server is not null)
            await server.DropDatabaseAsync(name);
        directory.Delete(recursive: true);
    }

    [Fact]
    public async Task An_app_with_every_setting_one_with_none_and_the_consoles_are_what_they_were()
    {
        var full = ServedRooms.Settings.Kept(SampleSettings.App("full"));
        await RunAsync([.. OldSteps(), Insert(full, "managed"), Insert(Plain(), "kept"), Insert(Plain(".console"), "console")]);

        using var database = Database.Open(
            Options.Create(new OpenPassageOptions { DataDirectory = directory.FullName, Database = Setting }),
            TimeProvider.System,
            ServedRooms.Schema);
        var apps = await database.ListAsync(
            new($"{AppRows.Select} ORDER BY source, app_id"),
            new AppRows(ServedRooms.Settings).Read,
            default);

        Assert.Equal(1, await database.NumberAsync(new("SELECT COUNT(*) FROM apps WHERE source = 'console'"), default));
        Assert.Equal(["plain", "full"], apps.Select(app => app.Settings.Id));
        var (plainNow, fullNow) = (apps[0], apps[1]);
        Assert.Equal((AppSource.Kept, AppSource.Managed), (plainNow.Source, fullNow.Source));
        foreach (var field in ServedRooms.Settings.Fields)
            Assert.Equal(field.Read(ServedRooms.Settings.Kept(Plain())), field.Read(plainNow.Settings));
        var others = ServedRooms.Settings.Fields
            .Where(field => !field.Read(full).SequenceEqual(field.Read(fullNow.Settings)))
            .ToList();
        Assert.True(
            ServedRooms.Settings.Fields.Count - others.Count == Columns,
            $"Not what they were, or newer: {string.Join(", ", others.Select(field => field.Path.Member))}");
        Assert.All(others, field => Assert.Equal(field.Read(new AppOptions()), field.Read(fullNow.Settings)));

        Assert.Equal([("full", "shop.example"), ("plain", "example.com")], await database.ListAsync(
            new("SELECT app_id, rp_id FROM apps WHERE source <> 'console' ORDER BY app_id"),
            row => (row.GetString(0), row.GetString(1)),
            default));
    }

    private static AppOptions Plain(string id = "plain")
    {
        var app = new AppOptions { Id = id, RpId = "example.com" };
        app.Origins.Add("https://example.com");
        return app;
    }

    private static IEnumerable<string> OldSteps() =>
    [
        FormerSchema.Table,
        .. FormerSchema.Steps(OnPostgres)
            .SelectMany(step => step.Texts.Append($"INSERT INTO schema_version (version, applied_at) VALUES ({step.Number}, 0)")),
    ];

    // As the program of that schema wrote it: lists one a line, the words of an Android app with blanks between.
    private static string Insert(AppOptions app, string source)
    {
        var pages = app.PasskeyEndpoints;
        (string Column, string Value)[] columns =
        [
            ("app_id", Text(app.Id)), ("name", Text(app.Name ?? app.Id)), ("rp_id", Text(app.RpId)),
            ("rp_name", Text(app.RpName ?? app.Id)), ("origins", Lines(app.Origins)), ("user_verification", Text(app.UserVerification)),
            ("related_origins", Lines(app.RelatedOrigins)),
            ("android_apps", Lines(app.AndroidApps.Select(
                android => string.Join(' ', android.CertificateFingerprints.Prepend(android.Package))))),
            ("apple_apps", Lines(app.AppleApps)), ("enroll_url", Text(pages.Enroll)), ("manage_url", Text(pages.Manage)),
            ("prf_usage_url", Text(pages.PrfUsageDetails)), ("attachment", Text(app.Attachment ?? "")), ("hints", Lines(app.Hints)),
            ("attestation", Text(app.Attestation)), ("attestation_required", Flag(app.RequireAttestation)),
            ("allowed_aaguids", Lines(app.AllowedAaguids)), ("denied_aaguids", Lines(app.DeniedAaguids)),
            ("ceremony_timeout", ((long)(app.CeremonyTimeout ?? TimeSpan.Zero).TotalSeconds).ToString(CultureInfo.InvariantCulture)),
            ("conditional_create", Flag(app.ConditionalCreate)), ("hold_new_passkeys", Flag(app.HoldNewPasskeys)),
            ("counter_policy", Text(app.CounterPolicy)), ("top_origins", Lines(app.TopOrigins)),
            ("allow_unnamed_top_origin", Flag(app.AllowUnnamedTopOrigin)), ("algorithms", Lines(app.Algorithms)),
            ("attestation_formats", Lines(app.AttestationFormats)), ("untrusted_attestation", Text(app.UntrustedAttestation)),
            ("refused_statuses", Lines(app.RefusedStatuses)), ("allow_sha1", Flag(app.AllowSha1)),
            ("synced_passkeys", Text(app.SyncedPasskeys)), ("source", Text(source)), ("in_service", "1"), ("created_at", "0"),
            ("updated_at", "0"),
        ];
        var (names, values) = (columns.Select(one => one.Column), columns.Select(one => one.Value));
        return $"INSERT INTO apps ({string.Join(", ", names)}) VALUES ({string.Join(", ", values)})";

        static string Text(string? text) => text is null ? "NULL" : $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";
        static string Lines(IEnumerable<string> lines) => Text(string.Join('\n', lines));
        static string Flag(bool flag) => flag ? "1" : "0";
    }

    private async Task RunAsync(IEnumerable<string> statements)
    {
        await using System.Data.Common.DbConnection connection = OnPostgres
            ? new NpgsqlConnection($"{Setting};Pooling=false")
            : new SqliteConnection($"Data Source={Path.Combine(directory.FullName, "openpassage.db")};Pooling=False");
        await connection.OpenAsync();
        foreach (var statement in statements)
        {
            await using var command = connection.CreateCommand();
#pragma warning disable CA2100 // The text is ours.
            command.CommandText = statement;
#pragma warning restore CA2100
            await command.ExecuteNonQueryAsync();
        }
    }
}
