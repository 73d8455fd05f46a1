using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using OpenPassage.Server.Admission;
using OpenPassage.Server.Http;

namespace OpenPassage.Server.Ready.Keys;

/// <summary>All readiness keys, oldest first.</summary>
internal static class ListReadinessKeys
{
    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("manage/readiness/keys", Handle)
        .Describe(nameof(ListReadinessKeys), "All readiness keys, revoked ones included: what they have counted stays.");

    private static async Task<Outcome<ReadinessKeyList>> Handle(ManagedReadinessKeys keys, CancellationToken cancellationToken)
        => new ReadinessKeyList([.. (await keys.ListAsync(cancellationToken)).Select(ManagedReadinessKey.Of)]);
}

internal sealed record ReadinessKeyList(IReadOnlyList<ManagedReadinessKey> Keys) : IAnswer<ReadinessKeyList>
{
    public static JsonTypeInfo<ReadinessKeyList> Json => ReadinessKeysWire.Default.ReadinessKeyList;
}
