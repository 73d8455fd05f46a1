using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using OpenPassage.Server.Admission;
using OpenPassage.Server.Apps;
using OpenPassage.Server.Http;

namespace OpenPassage.Server.Manage;

/// <summary>Removes an app and everything it has, for good.</summary>
internal static class DeleteApp
{
    private const string WithPasskeys = "with_passkeys";

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapDelete("manage/apps/{app_id}", Handle)
        .Needs(ApiKeyScopes.Admin)
        .WithMetadata(
            new QueryParametersMetadata([new(WithPasskeys, "string", "`true`: also when it has passkeys. Nobody can bring them back.")]))
        .Describe(
            nameof(DeleteApp), "Removes an app with its keys, users, passkeys and events.", Refusal.AppReadOnly, Refusal.AppHasPasskeys);

    private static async Task<Outcome<Done>> Handle(
        AppCall call, HttpRequest request, ManagedApps apps, CancellationToken cancellationToken)
    {
        await apps.DeleteAsync(call.AppId, request.Query[WithPasskeys] == "true", call.Actor, removed: null, cancellationToken);
        return new Done();
    }
}

/// <summary>An empty object: there is no more to say.</summary>
internal sealed record Done : IAnswer<Done>
{
    public static JsonTypeInfo<Done> Json => ManageWire.Default.Done;
}
