using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using OpenPassage.Server.Admission;
using OpenPassage.Server.Http;
using OpenPassage.Server.Manage;
using OpenPassage.Server.Ready.Keys;
using OpenPassage.Server.Ready.Picture;
using OpenPassage.Server.Ready.Reports;
using OpenPassage.Server.Ready.Settings;
using OpenPassage.Server.Rooms;
using OpenPassage.Server.Settings;
using OpenPassage.Server.Sql;

namespace OpenPassage.Server.Ready;

/// <summary>Passkey Ready: what devices can do, counted without personal data.</summary>
internal static class ReadyRoom
{
    public static Room Room { get; } = new("ready")
    {
        Services = static services => services
            .AddSingleton<IValidateOptions<OpenPassageReadyOptions>>(
                new SettingsRules<OpenPassageReadyOptions>(ReadySettings.Broken))
            .AddSingleton<ReadinessKeyStore>()
            .AddSingleton<ReadinessKeys>()
            .AddSingleton(static provider => provider.GetRequiredService<ReadinessKeys>().Following)
            .AddSingleton<ManagedReadinessKeys>()
            .AddSingleton<ReportsGate>()
            .AddSingleton<ReportLimits>()
            .AddSingleton<GatheredReports>()
            .AddSingleton<MonthSecrets>()
            .AddSingleton<KnownProfiles>()
            .AddSingleton<DeviceCounts>()
            .AddSingleton<ReportWriting>()
            .AddHostedService(static provider => provider.GetRequiredService<ReportWriting>())
            .AddSingleton<PictureRows>()
            .AddSingleton<PictureReader>()
            .AddSingleton<MonthEnding>()
            .AddHostedService(static provider => provider.GetRequiredService<MonthEnding>()),
        Routes = static routes =>
        {
            var reporters = routes.MapGroup("v1").Behind<ReportsGate, Reporter>(Reporter.WithKey).WithTags("Readiness");
            CreatePasskeyReadiness.Map(reporters);
            AnyOrigin.MapPreflight(routes.MapGroup("v1").For(Audience.Anybody), CreatePasskeyReadiness.Path);

            var managers = ManageRoom.Operations(routes, Audience.Server);
            ListReadinessKeys.Map(managers);
            CreateReadinessKey.Map(managers);
            RevokeReadinessKey.Map(managers);
            GetReadiness.Map(managers);
        },
        Schema = new RoomSchema("ready", typeof(ReadyRoom).Assembly),
        Owned =
        [
            new("readiness_counts", "key_id, span, start, profile_id", IsOfUsers: false)
            {
                OfApp = "key_id IN (SELECT key_id FROM readiness_keys WHERE app_id = @app)",
            },
            new("readiness_keys", "key_id", IsOfUsers: false),
        ],
        WhenRemoved = ReadinessKeyStore.EndOfApp,
        Json = JsonTypeInfoResolver.Combine(ReportsWire.Default, ReadinessKeysWire.Default, PictureWire.Default),
        Tabs = [new("readiness", "Readiness", 5)],
    };
}
