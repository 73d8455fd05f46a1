using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace OpenPassage.Complete.AspNetCore;

/// <summary>
/// The framework's bearer scheme with Passage's tokens: where they come from, who judges them, and what is answered without a good one.
/// The application's own events run first.
/// </summary>
internal sealed class BearerTokens(Passage passage, IOptions<PassageSiteOptions> options, ILogger<Passage> logger)
    : IPostConfigureOptions<JwtBearerOptions>
{
    public void PostConfigure(string? name, JwtBearerOptions options)
    {
        if (name != PassageDefaults.AuthenticationScheme)
            return;
        options.TokenHandlers.Clear();
        options.TokenHandlers.Add(new PassageTokenHandler(passage));

        options.Events ??= new JwtBearerEvents();
        var receiving = options.Events.OnMessageReceived;
        options.Events.OnMessageReceived = async context =>
        {
            await receiving(context);
            if (context.Result is null && context.Token is null)
                FromCookie(context);
        };
        var challenging = options.Events.OnChallenge;
        options.Events.OnChallenge = async context =>
        {
            await challenging(context);
            if (!context.Handled)
                await ChallengeAsync(context);
        };
        var forbidding = options.Events.OnForbidden;
        options.Events.OnForbidden = async context =>
        {
            await forbidding(context);
            if (!context.Response.HasStarted)
                await (context.HttpContext.Features.Get<Refusal>() ?? Refusal.Forbidden).ExecuteAsync(context.HttpContext);
        };
    }

    // A bearer in the header is what the sender meant; a cookie comes by itself.
    private void FromCookie(MessageReceivedContext context)
    {
        var name = options.Value.CookieName;
        if (string.IsNullOrEmpty(name)
            || context.Request.Headers.Authorization.ToString().StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase)
            || !context.Request.Cookies.TryGetValue(name, out var token) || string.IsNullOrEmpty(token))
            return;
        if (OwnPages.MaySend(context.Request))
            context.Token = token;
        else
            context.HttpContext.Features.Set(CookieOfAnotherSite.There);
    }

    private Task ChallengeAsync(JwtBearerChallengeContext context)
    {
        var refusal = Refusal.Of(context.AuthenticateFailure)
            ?? (context.HttpContext.Features.Get<CookieOfAnotherSite>() is null ? Refusal.SignedOut : Refusal.CrossSite);
        if (refusal.Code == Refusal.SomeInvalidToken.Code && !context.Options.IncludeErrorDetails)
            refusal = Refusal.SomeInvalidToken;
        if (refusal.Status >= 500)
            logger.LogError(context.AuthenticateFailure, "No token could be validated.");
        context.HandleResponse();
        if (refusal.Status == 401)
        {
            // RFC 6750 §3: an error only where there was a token. Its sentences are without quotation marks and backslashes.
            context.Response.Headers.Append(
                "WWW-Authenticate",
                refusal == Refusal.SignedOut
                    ? context.Options.Challenge
                    : $"{context.Options.Challenge} error=\"invalid_token\", error_description=\"{refusal.Sentence}\"");
        }
        return refusal.ExecuteAsync(context.HttpContext);
    }

    /// <summary>Marks a request whose cookie did not count.</summary>
    private sealed class CookieOfAnotherSite
    {
        public static readonly CookieOfAnotherSite There = new();
    }
}
