using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using OpenPassage.Server.Admission;
using OpenPassage.Server.Apps;
using OpenPassage.Server.Http;

namespace OpenPassage.Server.Complete.Sessions;

/// <summary>
/// Whose tokens they are and where their keys lie (OpenID Connect Discovery §3), as far as it is true: nobody
/// is sent here to sign in.
/// </summary>
internal static class GetOpenIdConfiguration
{
    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("apps/{app_id}/.well-known/openid-configuration", Handle)
        .Describe(nameof(GetOpenIdConfiguration), "The issuer of the app's tokens, and where its keys are.", Refusal.OtherProduct);

    private static Outcome<OpenIdConfiguration> Handle(HttpContext context, string app_id, AppDirectory apps, Issuers issuers)
    {
        if (apps.Find(app_id) is not { } app)
            return Refusal.AppNotFound;
        if (app.Type != AppType.Complete)
            return Refusal.OtherProduct;
        context.Response.Headers.CacheControl = "public, max-age=300";
        context.Response.Headers.AccessControlAllowOrigin = "*";
        var issuer = issuers.Of(app);
        return new OpenIdConfiguration(issuer, $"{issuer}/.well-known/jwks.json");
    }
}

internal sealed record OpenIdConfiguration(string Issuer, string JwksUri) : IAnswer<OpenIdConfiguration>
{
    public static JsonTypeInfo<OpenIdConfiguration> Json => SessionsWire.Default.OpenIdConfiguration;

    public IReadOnlyList<string> IdTokenSigningAlgValuesSupported { get; init; } = ["RS256"];

    public IReadOnlyList<string> SubjectTypesSupported { get; init; } = ["public"];

    public IReadOnlyList<string> ClaimsSupported { get; init; } =
        ["aud", "exp", "iat", "iss", "jti", "nbf", "sub", "sid", "amr", "auth_time"];
}
