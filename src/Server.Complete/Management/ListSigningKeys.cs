using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using OpenPassage.Server.Admission;
using OpenPassage.Server.Apps;
using OpenPassage.Server.Complete.Keys;
using OpenPassage.Server.Http;

namespace OpenPassage.Server.Complete.Management;

/// <summary>The keys that the app's tokens are signed with: those that are published.</summary>
internal static class ListSigningKeys
{
    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("manage/apps/{app_id}/signing-keys", Handle)
        .Needs(ApiKeyScopes.Admin)
        .Describe(nameof(ListSigningKeys), "The published keys of the app's tokens, in the order in which they sign.");

    private static async Task<Outcome<SigningKeyList>> Handle(
        AppCall call, SigningKeys keys, TimeProvider time, CancellationToken cancellationToken)
        => new SigningKeyList(ManagedSigningKey.Of(await keys.EnsureAsync(call.App, cancellationToken), time.GetUtcNow()));
}

internal sealed record SigningKeyList(IReadOnlyList<ManagedSigningKey> Keys) : IAnswer<SigningKeyList>
{
    public static JsonTypeInfo<SigningKeyList> Json => ManagementWire.Default.SigningKeyList;
}

/// <param name="Kid">The header <c>kid</c> of its tokens.</param>
/// <param name="CreatedAt">Since when it is published.</param>
/// <param name="SignsFrom">Tokens are signed with it from then on, until the next one's turn.</param>
/// <param name="State"><c>next</c>, <c>current</c> or <c>former</c>.</param>
internal sealed record ManagedSigningKey(string Kid, DateTimeOffset CreatedAt, DateTimeOffset SignsFrom, SigningKeyState State)
{
    public static IReadOnlyList<ManagedSigningKey> Of(SigningKeySet set, DateTimeOffset now)
    {
        var current = set.Current(now);
        return
        [
            .. set.All.Select(key => new ManagedSigningKey(
                key.Kid, key.CreatedAt, key.SignsFrom,
                key == current ? SigningKeyState.Current : key.SignsFrom > now ? SigningKeyState.Next : SigningKeyState.Former)),
        ];
    }
}

[JsonConverter(typeof(JsonStringEnumConverter<SigningKeyState>))]
internal enum SigningKeyState
{
    /// <summary>Published, so that everybody knows it when its turn comes.</summary>
    [JsonStringEnumMemberName("next")]
    Next,

    /// <summary>It signs.</summary>
    [JsonStringEnumMemberName("current")]
    Current,

    /// <summary>Published until its last token has expired.</summary>
    [JsonStringEnumMemberName("former")]
    Former,
}
