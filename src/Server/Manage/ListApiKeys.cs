using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using OpenPassage.Server.Admission;
using OpenPassage.Server.Apps;
using OpenPassage.Server.Http;

namespace OpenPassage.Server.Manage;

/// <summary>An app's API keys, oldest first, with their last use.</summary>
internal static class ListApiKeys
{
    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("manage/apps/{app_id}/keys", Handle)
        .Needs(ApiKeyScopes.Admin)
        .Describe(nameof(ListApiKeys), "An app's API keys, without the keys themselves.");

    private static async Task<Outcome<KeyList>> Handle(AppCall call, ManagedKeys keys, CancellationToken cancellationToken)
        => new KeyList([.. (await keys.ListAsync(call.AppId, cancellationToken)).Select(ManagedKey.Of)]);
}

internal sealed record KeyList(IReadOnlyList<ManagedKey> Keys) : IAnswer<KeyList>
{
    public static JsonTypeInfo<KeyList> Json => ManageWire.Default.KeyList;
}
