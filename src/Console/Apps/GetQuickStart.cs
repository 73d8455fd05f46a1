using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using OpenPassage.OperatorConsole.Pages;
using OpenPassage.OperatorConsole.Sessions;
using OpenPassage.Server.Apps;
using OpenPassage.Server.Manage;

namespace OpenPassage.OperatorConsole.Apps;

/// <summary>What an app's backend and page need, with its id filled in, and in Flex a ceremony to try.</summary>
internal static class GetQuickStart
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("apps/{app_id}/start", Handle);

    private static async Task<IResult> Handle(
        string app_id, ManagedApps apps, AppDirectory directory, ConsoleApp console, CancellationToken cancellationToken)
    {
        var app = await apps.GetAsync(new(app_id), cancellationToken);
        var model = new QuickStartModel(app, console.Origin, TryApp.Obstacle(directory.Find(app_id), console.Origin));
        return app.IsComplete() ? new Page<CompleteQuickStartPage>(model) : new Page<QuickStartPage>(model);
    }
}

/// <param name="App">The app.</param>
/// <param name="Origin">Where the console is opened, which is where its backend and its page find this server.</param>
/// <param name="Obstacle">Why no ceremony can be tried from here; null: one can.</param>
internal sealed record QuickStartModel(AppRecord App, string Origin, string? Obstacle);
