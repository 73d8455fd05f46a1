using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using OpenPassage.OperatorConsole.Http;
using OpenPassage.OperatorConsole.Pages;
using OpenPassage.Server.Manage;
using OpenPassage.Server.Statistics;

namespace OpenPassage.OperatorConsole.Dashboard;

/// <summary>How long a sign-in by password takes, to draw beside passkeys. It changes a picture and nothing else.</summary>
internal static class SetBaseline
{
    private const double Longest = 600;

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("apps/{app_id}/baseline", Handle);

    private static async Task<IResult> Handle(
        ConsoleCall call, string app_id, ManagedApps apps, CounterStore store, CancellationToken cancellationToken)
    {
        await apps.GetAsync(new(app_id), cancellationToken);
        var text = call.Field("seconds").Replace(',', '.');
        var seconds = 0.0;
        if (text.Length > 0
            && (!double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out seconds) || seconds > Longest))
            return Problem.Because(
                StatusCodes.Status400BadRequest,
                "Not a duration",
                $"Enter seconds from 0 to {Longest}, such as 12.5. Leave it empty to remove the line.");
        await store.SetPasswordBaselineAsync(new(app_id), TimeSpan.FromSeconds(seconds), call.Actor, cancellationToken);
        return SeeOther.With(ConsolePaths.App(app_id), "baseline-saved");
    }
}
