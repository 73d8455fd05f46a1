using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using OpenPassage.Server.Admission;
using OpenPassage.Server.Complete.Outcomes;
using OpenPassage.Server.Http;

namespace OpenPassage.Server.Complete.Sessions;

/// <summary>
/// The next token for a refresh token. A refusal is certain: clients forget their user then. A token that is ours is never counted
/// against a limit, and one whose answer got lost is answered again.
/// </summary>
internal static class RefreshSession
{
    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("apps/{app_id}/tokens", Handle)
        .CountsCallsItself()
        .WithMetadata(new RequestBodyMetadata(typeof(RefreshRequest)))
        .Describe(nameof(RefreshSession), "The next token for a refresh token.", CompleteRefusals.InvalidRefreshToken);

    private static async Task<Outcome<SignInAnswer>> Handle(
        AppCall call, HttpContext context, SessionTokens tokens, RateLimits limits, CancellationToken cancellationToken)
    {
        string token;
        try
        {
            token = RequestBody.Parse(await RequestBody.ReadAsync(context.Request, cancellationToken), RefreshRequest.Json).RefreshToken;
        }
        catch (RefusedException refused)
        {
            return limits.ForBrowserCall(context, call.App) ?? refused.Refusal;
        }

        var answer = await tokens.RefreshAsync(call.App, token, call.Caller, cancellationToken);
        if (answer.Result is { } result)
            return new SignInAnswer(result);
        return !answer.IsAuthentic && limits.ForBrowserCall(context, call.App) is { } tooMany
            ? tooMany
            : CompleteRefusals.InvalidRefreshToken;
    }
}

internal sealed record RefreshRequest(string RefreshToken) : IRequest<RefreshRequest>
{
    public static JsonTypeInfo<RefreshRequest> Json => SessionsWire.Default.RefreshRequest;

    public string? Complaint() => null;
}

/// <summary>What every sign-in and every refresh answers.</summary>
internal sealed record SignInAnswer(AuthResult AuthResult) : IAnswer<SignInAnswer>
{
    public static JsonTypeInfo<SignInAnswer> Json => SessionsWire.Default.SignInAnswer;
}
