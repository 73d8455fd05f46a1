using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using OpenPassage.OperatorConsole.Admission;
using OpenPassage.OperatorConsole.Http;
using OpenPassage.OperatorConsole.Pages;
using OpenPassage.Server.Manage;

namespace OpenPassage.OperatorConsole.Apps;

/// <summary>Removes an app and all it has, once its id was typed and a passkey shown.</summary>
internal static class DeleteApp
{
    public static void Map(IEndpointRouteBuilder routes)
        => routes.MapPost("apps/{app_id}/delete", Handle).Confirmed("delete this app", "apps/{app_id}/settings");

    private static async Task<IResult> Handle(
        ConsoleCall call, string app_id, ManagedApps apps, AppForm form, CancellationToken cancellationToken)
    {
        var app = await apps.GetAsync(new(app_id), cancellationToken);
        if (call.Field("confirm") != app_id)
        {
            var hasPasskeys = await apps.HasPasskeysAsync(new(app_id), cancellationToken);
            var complaint = $"Nothing was deleted: type the app's id, {app_id}, into the field.";
            return new Page<SettingsPage>(
                new SettingsModel(app, app.Settings, form.Fields, hasPasskeys, complaint), StatusCodes.Status400BadRequest);
        }

        await apps.DeleteAsync(new(app_id), withPasskeys: true, call.Actor, removed: null, cancellationToken);
        return SeeOther.With(ConsolePaths.Root, "app-deleted");
    }
}
