using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using OpenPassage.OperatorConsole.Admission;
using OpenPassage.OperatorConsole.Http;
using OpenPassage.OperatorConsole.Pages;
using OpenPassage.Server;
using OpenPassage.Server.Http;
using OpenPassage.Server.Manage;
using OpenPassage.Server.Settings;

namespace OpenPassage.OperatorConsole.Apps;

/// <summary>Makes an app of a few fields: the rest can be said later.</summary>
internal static class CreateApp
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("apps/new", Ask);
        routes.MapPost("apps/new", Handle).Confirmed("create an app", "apps/new");
    }

    private static IResult Ask(AppForm form) => new Page<NewAppPage>(new NewAppModel(new AppOptions(), form.Products, Complaint: null));

    private static async Task<IResult> Handle(ConsoleCall call, ManagedApps apps, AppForm form, CancellationToken cancellationToken)
    {
        var settings = form.ReadNew(call, call.Field("id"));
        try
        {
            var made = await apps.CreateAsync(settings, call.Actor, cancellationToken);
            return SeeOther.With(ConsolePaths.App(made.Settings.Id, "start"), "app-created");
        }
        catch (RefusedException refused)
        {
            return new Page<NewAppPage>(new NewAppModel(settings, form.Products, refused.Refusal.Sentence), refused.Refusal.Status);
        }
    }
}

/// <param name="Settings">What the form shows.</param>
/// <param name="Products">To choose from; null: there is one only.</param>
/// <param name="Complaint">What was wrong with the form.</param>
internal sealed record NewAppModel(AppOptions Settings, Setting? Products, string? Complaint);
