using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using OpenPassage.OperatorConsole.Http;
using OpenPassage.OperatorConsole.Pages;
using OpenPassage.Server.Apps;
using OpenPassage.Server.Complete.Management;
using OpenPassage.Server.Complete.Messages;
using OpenPassage.Server.Http;
using OpenPassage.Server.Manage;

namespace OpenPassage.OperatorConsole.Messages;

/// <summary>
/// What a message looks like, with a sample code or link, by the operator's templates as they are now. Its HTML is an answer of its own,
/// shut in a frame.
/// </summary>
internal static class PreviewMessage
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("apps/{app_id}/messages/preview", Show);
        routes.MapGet("apps/{app_id}/messages/preview/html", ShowHtml);
    }

    private static async Task<IResult> Show(
        ConsoleCall call, string app_id, ManagedApps apps, AppDirectory directory, MessagePreviews previews,
        CancellationToken cancellationToken)
    {
        var (record, app) = await apps.GetServedAsync(directory, app_id, cancellationToken);
        var wanted = Read(call, app);
        SecurityHeaders.AllowOwnFrames(call.Context.Response);
        try
        {
            return new Page<PreviewPage>(new PreviewModel(record, wanted, await previews.WriteAsync(app, wanted), Complaint: null));
        }
        catch (RefusedException refused)
        {
            return new Page<PreviewPage>(new PreviewModel(record, wanted, Preview: null, refused.Refusal.Sentence));
        }
    }

    private static async Task<IResult> ShowHtml(
        ConsoleCall call, string app_id, ManagedApps apps, AppDirectory directory, MessagePreviews previews,
        CancellationToken cancellationToken)
    {
        var (_, app) = await apps.GetServedAsync(directory, app_id, cancellationToken);
        return (await previews.WriteAsync(app, Read(call, app))).Html is { } html
            ? new SandboxedHtml(html)
            : Problem.NotFound("A text message has no HTML.");
    }

    // What there is not is passed over, as in other lists to choose from.
    private static PreviewWanted Read(ConsoleCall call, App app)
    {
        var wanted = PreviewWanted.Read(new QueryReader(call.Context.Request.Query), app);
        return wanted with { Kind = wanted.Kind ?? MessageKind.SignInCode };
    }

    private sealed class SandboxedHtml(string html) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            var response = httpContext.Response;
            SecurityHeaders.Sandbox(response);
            response.ContentType = "text/html; charset=utf-8";
            return response.WriteAsync(html, Encoding.UTF8, httpContext.RequestAborted);
        }
    }
}

/// <param name="App">Whose.</param>
/// <param name="Wanted">Which message.</param>
/// <param name="Preview">Null: it could not be written.</param>
/// <param name="Complaint">Why not.</param>
internal sealed record PreviewModel(AppRecord App, PreviewWanted Wanted, MessagePreview? Preview, string? Complaint);
