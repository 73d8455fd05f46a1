using Microsoft.Extensions.DependencyInjection;
using OpenPassage.OperatorConsole.Pages;
using OpenPassage.OperatorConsole.Sessions;
using OpenPassage.Server.Apps;
using OpenPassage.Server.Audit;
using OpenPassage.Server.Manage;
using OpenPassage.Server.Ready.Keys;
using OpenPassage.Server.Ready.Picture;

namespace OpenPassage.OperatorConsole.Readiness;

/// <summary>Reads what the page shows.</summary>
internal sealed class ReadinessModels(ManagedApps apps, PictureReader reader, ManagedReadinessKeys keys, ConsoleApp console)
{
    /// <summary>Made when it is asked for: on a server without Ready nobody does, and there is nothing to make it of.</summary>
    public static ReadinessModels Make(IServiceProvider services) => new(
        services.GetRequiredService<ManagedApps>(), services.GetRequiredService<PictureReader>(),
        services.GetRequiredService<ManagedReadinessKeys>(), services.GetRequiredService<ConsoleApp>());

    /// <param name="call">What is asked of it.</param>
    /// <param name="app">Whose devices; null: those of all apps.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<ReadinessModel> ReadAsync(ConsoleCall call, AppRecord? app, CancellationToken cancellationToken)
    {
        var filters = ReadinessFilters.Read(call, reader.Today);
        var query = filters.ToQuery(app is null ? null : new(app.Settings.Id));
        var picture = await reader.ReadAsync(query, app is null ? null : AppTypes.Of(app.Settings.Type), cancellationToken);
        var all = await keys.ListAsync(cancellationToken);
        var names = app is null
            ? (await apps.ListAsync(cancellationToken)).ToDictionary(one => one.Settings.Id, one => one.Settings.Name ?? one.Settings.Id)
            : [];
        return new(app, picture, filters, names, [.. all.Where(key => app is null || IsOf(key, app))], console.Origin)
        {
            Typed = new("", call.Query("app"), ""),
        };
    }

    private static bool IsOf(ReadinessKey key, AppRecord app) => key.App.Value == app.Settings.Id;
}

/// <param name="App">Whose devices; null: those of all apps.</param>
/// <param name="Picture">What there is to tell.</param>
/// <param name="Filters">What was asked for.</param>
/// <param name="AppNames">By id; empty on an app's own page.</param>
/// <param name="Keys">The app's, or all; the oldest first.</param>
/// <param name="Origin">Where the console is opened, which is where pages find this server.</param>
internal sealed record ReadinessModel(
    AppRecord? App,
    ReadinessPicture Picture,
    ReadinessFilters Filters,
    IReadOnlyDictionary<string, string> AppNames,
    IReadOnlyList<ReadinessKey> Keys,
    string Origin)
{
    /// <summary>What the form for a new key holds.</summary>
    public TypedReadinessKey Typed { get; init; } = new("", "", "");

    /// <summary>What was wrong with it.</summary>
    public string? Complaint { get; init; }

    /// <summary>The newest key that works; null: there is none.</summary>
    public ReadinessKey? Newest => Keys.LastOrDefault(key => key.RevokedAt is null);

    /// <summary>The name of the app whose devices a key counts.</summary>
    public string NameOf(ReadinessKey key)
        => key.App == AuditStore.Server ? "no app" : AppNames.GetValueOrDefault(key.App.Value, key.App.Value);
}
