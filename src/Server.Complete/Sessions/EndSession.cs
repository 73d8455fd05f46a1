using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using OpenPassage.Server.Admission;
using OpenPassage.Server.Http;

namespace OpenPassage.Server.Complete.Sessions;

/// <summary>
/// Signs out: ends the session of a refresh token. Every token is good enough, also one that is unknown, expired or bent: clients keep
/// their user signed in when they are refused here.
/// </summary>
internal static class EndSession
{
    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapDelete("apps/{app_id}/tokens", Handle)
        .WithMetadata(new QueryParametersMetadata([new("refresh_token", "string", "Any token; one that is good for nothing is no error.")]))
        .Describe(nameof(EndSession), "Ends the session of a refresh token.");

    private static async Task<Outcome<Ended>> Handle(
        AppCall call, HttpContext context, SessionTokens tokens, CancellationToken cancellationToken)
    {
        await tokens.EndAsync(call.App, context.Request.Query["refresh_token"].ToString(), cancellationToken);
        return new Ended();
    }
}

/// <summary>An empty object.</summary>
internal sealed record Ended : IAnswer<Ended>
{
    public static JsonTypeInfo<Ended> Json => SessionsWire.Default.Ended;
}
