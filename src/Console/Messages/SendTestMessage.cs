using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using OpenPassage.OperatorConsole.Admission;
using OpenPassage.OperatorConsole.Http;
using OpenPassage.OperatorConsole.Pages;
using OpenPassage.Server.Apps;
using OpenPassage.Server.Complete.Management;
using OpenPassage.Server.Http;
using OpenPassage.Server.Manage;

namespace OpenPassage.OperatorConsole.Messages;

/// <summary>Sends a test to an address or a number; the list shows what becomes of it.</summary>
internal static class SendTestMessage
{
    private const string Messages = "apps/{app_id}/messages";

    public static void Map(IEndpointRouteBuilder routes)
        => routes.MapPost($"{Messages}/test", Handle).Confirmed("send a test message", Messages);

    private static async Task<IResult> Handle(
        ConsoleCall call, string app_id, ManagedApps apps, AppDirectory directory, TestMessages tests, MessageModels models,
        CancellationToken cancellationToken)
    {
        var (record, app) = await apps.GetServedAsync(directory, app_id, cancellationToken);
        try
        {
            var sent = await tests.SendAsync(app, call.Field("to"), call.Actor, cancellationToken);
            return SeeOther.With($"{ConsolePaths.App(app_id, "messages")}?test={sent.Id}", "test-written");
        }
        catch (RefusedException refused)
        {
            return new Page<MessagesPage>(
                await models.ReadAsync(call, record, cancellationToken) with
                {
                    To = call.Field("to"), Complaint = refused.Refusal.Sentence,
                },
                refused.Refusal.Status);
        }
    }
}
