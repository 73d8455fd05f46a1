using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using OpenPassage.Server.Admission;
using OpenPassage.Server.Apps;
using OpenPassage.Server.Complete.Keys;
using OpenPassage.Server.Http;

namespace OpenPassage.Server.Complete.Sessions;

/// <summary>The public keys of an app's tokens (RFC 7517), the next one among them.</summary>
internal static class GetKeys
{
    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("apps/{app_id}/.well-known/jwks.json", Handle)
        .Describe(nameof(GetKeys), "The public keys that the app's tokens are verified with.", Refusal.OtherProduct);

    private static async Task<Outcome<KeySet>> Handle(
        HttpContext context, string app_id, AppDirectory apps, SigningKeys keys, CancellationToken cancellationToken)
    {
        if (apps.Find(app_id) is not { } app)
            return Refusal.AppNotFound;
        if (app.Type != AppType.Complete)
            return Refusal.OtherProduct;
        context.Response.Headers.CacheControl = "public, max-age=300";
        context.Response.Headers.AccessControlAllowOrigin = "*";
        var set = await keys.GetAsync(app, cancellationToken);
        return new KeySet([.. set.All.Select(key => new Key("RS256", key.Exponent, key.Kid, "RSA", key.Modulus, "sig"))]);
    }
}

internal sealed record KeySet(IReadOnlyList<Key> Keys) : IAnswer<KeySet>
{
    public static JsonTypeInfo<KeySet> Json => SessionsWire.Default.KeySet;
}

/// <summary>All texts, and all of them there: the members of RFC 7517 and RFC 7518 §6.3.</summary>
internal sealed record Key(string Alg, string E, string Kid, string Kty, string N, string Use);
