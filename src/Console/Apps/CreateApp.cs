using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using OpenPassage.OperatorConsole.Admission;
using OpenPassage.OperatorConsole.Http;
using OpenPassage.OperatorConsole.Pages;
using OpenPassage.Server;
using OpenPassage.Server.Http;
using OpenPassage.Server.Manage;

namespace OpenPassage.OperatorConsole.Apps;

/// <summary>Makes an app of three fields: the rest can be said later.</summary>
internal static class CreateApp
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("apps/new", Ask);
        routes.MapPost("apps/new", Handle).Confirmed("create an app", "apps/new");
    }

    private static IResult Ask() => new Page<NewAppPage>(new NewAppModel(new AppOptions(), Complaint: null));

    private static async Task<IResult> Handle(ConsoleCall call, ManagedApps apps, AppForm form, CancellationToken cancellationToken)
    {
        var settings = form.Read(call, call.Field("id"));
        try
        {
            var made = await apps.CreateAsync(settings, call.Actor, cancellationToken);
            return SeeOther.With(ConsolePaths.App(made.Settings.Id, "start"), "app-created");
        }
        catch (RefusedException refused)
        {
            return new Page<NewAppPage>(new NewAppModel(settings, refused.Refusal.Sentence), refused.Refusal.Status);
        }
    }
}

internal sealed record NewAppModel(AppOptions Settings, string? Complaint);
