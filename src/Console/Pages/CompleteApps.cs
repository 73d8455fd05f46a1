using OpenPassage.Server.Apps;
using OpenPassage.Server.Http;
using OpenPassage.Server.Manage;

namespace OpenPassage.OperatorConsole.Pages;

/// <summary>Apps of Complete: they alone have accounts, sessions and signing keys.</summary>
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
                Refusal.OperationNotAllowed.Because("Only apps of the type complete have sessions and signing keys."));
    }
}
