using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Extensions.DependencyInjection;
using OpenPassage.Server.Apps;
using OpenPassage.Server.Http;
using OpenPassage.Server.Settings;

namespace OpenPassage.Server.Manage;

/// <summary>An app as management shows it: every setting, and where it comes from. API keys are listed apart.</summary>
internal sealed class ManagedApp : IAnswerOfHost<ManagedApp>
{
    public static JsonTypeInfo<ManagedApp> JsonIn(IServiceProvider host) => host.GetRequiredService<AppJson>().Of<ManagedApp>();

    public string Id { get; private set; } = "";

    public AppOptions Settings { get; private init; } = new();

    public string Source { get; private set; } = "";

    public string? ReadOnlyBecause { get; private set; }

    public bool InService { get; private set; }

    public DateTimeOffset CreatedAt { get; private set; }

    public DateTimeOffset UpdatedAt { get; private set; }

    public static ManagedApp Of(AppRecord app) => new()
    {
        Id = app.Settings.Id,
        Settings = app.Settings,
        Source = app.Source.ToWord(),
        ReadOnlyBecause = app.ReadOnlyBecause,
        InService = app.InService,
        CreatedAt = app.CreatedAt,
        UpdatedAt = app.UpdatedAt,
    };

    public static JsonTypeInfo<ManagedApp> ToJson(JsonSerializerOptions json, AppSettings settings) => SettingsJson.Object(
        json,
        new SettingsBody<ManagedApp, AppOptions>(app => app.Settings, (app, _, change) => change(app.Settings)) { IsWhole = true },
        settings.All,
        [SettingsJson.Member<ManagedApp, string>(json, "id", app => app.Id, (app, id) => app.Id = id!)],
        [
            SettingsJson.Member<ManagedApp, string>(json, "source", app => app.Source, (app, source) => app.Source = source!),
            SettingsJson.Member<ManagedApp, string>(
                json, "read_only_because", app => app.ReadOnlyBecause, (app, because) => app.ReadOnlyBecause = because, isNullable: true),
            SettingsJson.Member<ManagedApp, bool>(json, "in_service", app => app.InService, (app, flag) => app.InService = flag),
            SettingsJson.Member<ManagedApp, DateTimeOffset>(json, "created_at", app => app.CreatedAt, (app, at) => app.CreatedAt = at),
            SettingsJson.Member<ManagedApp, DateTimeOffset>(json, "updated_at", app => app.UpdatedAt, (app, at) => app.UpdatedAt = at),
        ]);
}
