using OpenPassage.Server.Apps;
using OpenPassage.Server.Http;
using OpenPassage.Server.Manage;

namespace OpenPassage.OperatorConsole.Pages;

/// <summary>Apps of Complete: they alone have accounts, sessions, messages and signing keys.</summary>
internal static class CompleteApps
{
    public static bool IsComplete(this AppRecord app) => AppTypes.Of(app.Settings.Type) == AppType.Complete;

    /// <summary>The app, if it is one.</summary>
    /// <exception cref="RefusedException">It is another product's, or there is none.</exception>
    public static async ValueTask<AppRecord> GetCompleteAsync(this ManagedApps apps, string id, CancellationToken cancellationToken)
    {
        var app = await apps.GetAsync(new(id), cancellationToken);
        return app.IsComplete()
            ? app
            : throw new RefusedException(
                Refusal.OperationNotAllowed.Because("Only apps of the type complete have sessions, messages and signing keys."));
    }

    /// <summary>One that is in service: others sign and send nothing.</summary>
    /// <exception cref="RefusedException">It is not, is another product's, or there is none.</exception>
    public static async ValueTask<(AppRecord Record, App App)> GetServedAsync(
        this ManagedApps apps, AppDirectory directory, string id, CancellationToken cancellationToken)
    {
        var record = await apps.GetCompleteAsync(id, cancellationToken);
        return (record, directory.Find(id) ?? throw new RefusedException(
            Refusal.OperationNotAllowed.Because("This app is out of service, so it signs and sends nothing.")));
    }
}
