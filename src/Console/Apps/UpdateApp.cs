using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using OpenPassage.OperatorConsole.Admission;
using OpenPassage.OperatorConsole.Http;
using OpenPassage.OperatorConsole.Pages;
using OpenPassage.Server;
using OpenPassage.Server.Apps;
using OpenPassage.Server.Http;
using OpenPassage.Server.Manage;
using OpenPassage.Server.Settings;

namespace OpenPassage.OperatorConsole.Apps;

/// <summary>An app's settings, to look at and to change.</summary>
internal static class UpdateApp
{
    public static void MapPage(IEndpointRouteBuilder routes) => routes.MapGet("apps/{app_id}/settings", Show);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("apps/{app_id}/settings", Handle)
        .Confirmed("change the settings of this app", "apps/{app_id}/settings");

    private static async Task<IResult> Show(
        string app_id, ManagedApps apps, AppForm form, AttestationSources sources, CancellationToken cancellationToken)
    {
        var app = await apps.GetAsync(new(app_id), cancellationToken);
        var hasPasskeys = await apps.HasPasskeysAsync(new(app_id), cancellationToken);
        return new Page<SettingsPage>(
            new SettingsModel(app, app.Settings, form.Fields, hasPasskeys, Complaint: null) { Problems = sources.Problems });
    }

    private static async Task<IResult> Handle(
        ConsoleCall call, string app_id, ManagedApps apps, AppForm form, AttestationSources sources, CancellationToken cancellationToken)
    {
        try
        {
            await apps.UpdateAsync(new(app_id), settings => Apply(form, call, settings), call.Actor, cancellationToken);
            return SeeOther.With(ConsolePaths.App(app_id, "settings"), "app-saved");
        }
        catch (RefusedException refused) when (refused.Refusal.Status != StatusCodes.Status404NotFound)
        {
            var app = await apps.GetAsync(new(app_id), cancellationToken);
            return new Page<SettingsPage>(
                new SettingsModel(
                    app,
                    form.Read(call, app_id),
                    form.Fields,
                    await apps.HasPasskeysAsync(new(app_id), cancellationToken),
                    refused.Refusal.Sentence) { Problems = sources.Problems },
                refused.Refusal.Status);
        }
    }

    // A field that is fixed is not sent: then it stays.
    private static void Apply(AppForm form, ConsoleCall call, AppOptions settings)
    {
        var rpId = settings.RpId;
        form.Apply(call, settings);
        if (settings.RpId.Length == 0)
            settings.RpId = rpId;
    }
}

/// <param name="App">As it is kept.</param>
/// <param name="Settings">What the form shows: as kept, or as it was just sent.</param>
/// <param name="Fields">What there is to be set.</param>
/// <param name="HasPasskeys">Then the RP ID is fixed.</param>
/// <param name="Complaint">What was wrong with the form.</param>
internal sealed record SettingsModel(
    AppRecord App, AppOptions Settings, IReadOnlyList<SettingField<AppOptions>> Fields, bool HasPasskeys, string? Complaint)
{
    /// <summary>What is wrong with the files that vouch for authenticators.</summary>
    public IReadOnlyList<SourceProblem> Problems { get; init; } = [];
}
