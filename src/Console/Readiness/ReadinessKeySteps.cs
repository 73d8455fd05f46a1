using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using OpenPassage.OperatorConsole.Admission;
using OpenPassage.OperatorConsole.Http;
using OpenPassage.OperatorConsole.Pages;
using OpenPassage.Server.Audit;
using OpenPassage.Server.Http;
using OpenPassage.Server.Ready.Keys;
using OpenPassage.Server.Values;

namespace OpenPassage.OperatorConsole.Readiness;

/// <summary>Readiness keys, made and revoked: they stand on the page of all apps.</summary>
internal static class ReadinessKeySteps
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("readiness/keys", Create).Confirmed("create a readiness key", "readiness");
        routes.MapPost("readiness/keys/{key_id}/revoke", Revoke).Confirmed("revoke this readiness key", "readiness");
    }

    private static async Task<IResult> Create(
        ConsoleCall call, ManagedReadinessKeys keys, ReadinessModels models, CancellationToken cancellationToken)
    {
        try
        {
            await keys.CreateAsync(
                call.Field("app") is { Length: > 0 } app ? new AppId(app) : AuditStore.Server,
                call.Field("name"),
                call.Items("sources"),
                call.Actor,
                cancellationToken);
            return SeeOther.With(ConsolePaths.Readiness, "readiness-key-created");
        }
        catch (RefusedException refused)
        {
            var model = await models.ReadAsync(call, app: null, cancellationToken);
            return new Page<ReadinessPage>(
                model with
                {
                    Typed = new(call.Field("name"), call.Field("app"), string.Join('\n', call.Items("sources"))),
                    Complaint = refused.Refusal.Sentence,
                },
                refused.Refusal.Status);
        }
    }

    private static async Task<IResult> Revoke(
        ConsoleCall call, string key_id, ManagedReadinessKeys keys, CancellationToken cancellationToken)
    {
        await keys.RevokeAsync(key_id, call.Actor, cancellationToken);
        return SeeOther.With(ConsolePaths.Readiness, "readiness-key-revoked");
    }
}

/// <summary>What the form for a new key holds.</summary>
/// <param name="Name">For people.</param>
/// <param name="App">Empty: no app's.</param>
/// <param name="Sources">Origins and bundle ids, a line each; empty: any.</param>
internal sealed record TypedReadinessKey(string Name, string App, string Sources);
