using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using OpenPassage.Server.Admission;
using OpenPassage.Server.Audit;
using OpenPassage.Server.Http;
using OpenPassage.Server.Values;

namespace OpenPassage.Server.Ready.Keys;

/// <summary>Makes a readiness key.</summary>
internal static class CreateReadinessKey
{
    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("manage/readiness/keys", Handle)
        .Describe(
            nameof(CreateReadinessKey), "Makes a key that pages and apps report the readiness of devices with.", Refusal.AppNotFound);

    private static async Task<Outcome<ManagedReadinessKey>> Handle(
        ServerCall call, RequestBody<CreateReadinessKeyRequest> body, ManagedReadinessKeys keys, CancellationToken cancellationToken)
    {
        var (app, sources) = (body.Value.AppId is { } id ? new(id) : AuditStore.Server, body.Value.Sources ?? []);
        return ManagedReadinessKey.Of(await keys.CreateAsync(app, body.Value.Name, sources, call.Actor, cancellationToken));
    }
}

internal sealed record CreateReadinessKeyRequest(string Name) : IRequest<CreateReadinessKeyRequest>
{
    public static JsonTypeInfo<CreateReadinessKeyRequest> Json => ReadinessKeysWire.Default.CreateReadinessKeyRequest;

    /// <summary>The app whose devices it counts; absent: no one app's.</summary>
    public string? AppId { get; init; }

    /// <summary>The origins and bundle ids whose reports it takes; absent: all.</summary>
    public IReadOnlyList<string>? Sources { get; init; }

    public string? Complaint()
        => (AppId is { } app ? GivenText.Complaint("app_id", app) : null) ?? ReadinessKey.Complaint(Name, Sources ?? []);
}

/// <summary>A readiness key. It is no secret, and is shown whenever it is asked for.</summary>
/// <param name="Id">24 letters and digits.</param>
/// <param name="Key">What pages and apps send as <c>X-API-KEY</c>.</param>
/// <param name="Name">A name for people.</param>
/// <param name="AppId">The app whose devices it counts; null: no one app's.</param>
/// <param name="Sources">The origins and bundle ids whose reports it takes; empty: all.</param>
/// <param name="CreatedAt">When.</param>
/// <param name="RevokedAt">Null: it works.</param>
internal sealed record ManagedReadinessKey(
    string Id,
    string Key,
    string Name,
    string? AppId,
    IReadOnlyList<string> Sources,
    DateTimeOffset CreatedAt,
    DateTimeOffset? RevokedAt) : IAnswer<ManagedReadinessKey>
{
    public static JsonTypeInfo<ManagedReadinessKey> Json => ReadinessKeysWire.Default.ManagedReadinessKey;

    public static ManagedReadinessKey Of(ReadinessKey key) => new(
        key.Id, key.Key, key.Name, key.App == AuditStore.Server ? null : key.App.Value, key.Sources, key.CreatedAt, key.RevokedAt);
}
