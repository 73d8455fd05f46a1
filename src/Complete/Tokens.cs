using System.Net;
using System.Text.Json;

namespace OpenPassage.Complete;

/// <summary>Judges tokens: a column of guards, the cheap ones first.</summary>
internal sealed class Tokens(SigningKeys keys, string appId, string? issuer, TimeProvider time)
{
    public async Task<ValidatedToken> ValidateAsync(string text, CancellationToken cancellationToken)
    {
        if (!Jwt.TryParse(text, out var jwt))
            throw Refused("This is not an access token: that is a JWT with the algorithm RS256, the type JWT and a key id.");
        if (await keys.FindAsync(jwt.KeyId, cancellationToken).ConfigureAwait(false) is not { } key)
            throw Refused("The token is signed with a key that is not one of this app's keys.");
        if (!key.Verifies(jwt.Signed, jwt.Signature))
            throw Refused("The token's signature is wrong: the token was changed, or is not from this app.");

        using var json = Jwt.ParseObject(jwt.Payload);
        if (json?.RootElement is not { } claims)
            throw Refused("The token contains no claims.");
        if (!IsFor(claims, appId))
            throw Refused("The token is for another app: its audience does not name this one.");
        if (issuer is not null && Jwt.TextOf(claims, "iss") != issuer)
            throw Refused("The token is from another issuer than the one that is set.");
        // No leeway: Passage dates its tokens a few seconds back, and pages renew them before they expire.
        var now = time.GetUtcNow();
        if (TimeOf(claims, "exp") is not { } expires || expires <= now)
            throw Refused("The token has expired. Get a new one with the refresh token, or let the user sign in again.");
        if (TimeOf(claims, "nbf") is not { } from || from > now)
            throw Refused("The token is not valid yet. Check this machine's clock.");
        if (Jwt.TextOf(claims, "sub") is not { Length: > 0 } user)
            throw Refused("The token names no user.");

        return new ValidatedToken
        {
            UserId = user,
            ExpiresAt = expires,
            SessionId = Jwt.TextOf(claims, "sid"),
            AuthenticationMethods = MethodsOf(claims),
            SignedInAt = TimeOf(claims, "auth_time"),
            Issuer = Jwt.TextOf(claims, "iss"),
        };
    }

    // RFC 7519 §4.1.3: one text, or a list of them.
    private static bool IsFor(JsonElement claims, string appId) =>
        claims.TryGetProperty("aud", out var audience) && audience.ValueKind switch
        {
            JsonValueKind.String => audience.ValueEquals(appId),
            JsonValueKind.Array => audience.EnumerateArray().Any(one => one.ValueKind == JsonValueKind.String && one.ValueEquals(appId)),
            _ => false,
        };

    private static string[] MethodsOf(JsonElement claims) =>
        claims.TryGetProperty("amr", out var methods) && methods.ValueKind == JsonValueKind.Array
            ? [.. methods.EnumerateArray().Where(one => one.ValueKind == JsonValueKind.String).Select(one => one.GetString()!)]
            : [];

    /// <summary>A NumericDate (RFC 7519 §2), in whole seconds as Passage writes it; null: there is none.</summary>
    private static DateTimeOffset? TimeOf(JsonElement claims, string member) =>
        claims.TryGetProperty(member, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var seconds)
            && seconds >= 0 && seconds <= DateTimeOffset.MaxValue.ToUnixTimeSeconds()
            ? DateTimeOffset.FromUnixTimeSeconds(seconds)
            : null;

    private static PassageException Refused(string sentence) =>
        new(PassageErrorCode.InvalidToken, "invalid_token", HttpStatusCode.Unauthorized, sentence);
}
