using System.Buffers;
using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using OpenPassage.Server.Apps;
using OpenPassage.Server.Complete.Keys;
using OpenPassage.Server.Complete.Settings;
using OpenPassage.Server.Values;

namespace OpenPassage.Server.Complete.Sessions;

/// <summary>What a token of ours says.</summary>
/// <param name="Subject">The user's id.</param>
/// <param name="SessionId">The session's.</param>
internal readonly record struct TokenClaims(string Subject, string SessionId);

/// <summary>
/// Access tokens: JWTs (RFC 7519) signed with RS256, as Passage's clients and backends read them. The audience is a list of the app's
/// authentication origin and its id; <c>iat</c> lies a few seconds back, for backends whose clocks are slow.
/// </summary>
internal sealed class AccessTokens(SigningKeys keys, Issuers issuers, TimeProvider time)
{
    /// <summary>Longer ones are nobody's of ours.</summary>
    private const int MaxLength = 4096;

    private const string Algorithm = "RS256";

    private static readonly TimeSpan Back = TimeSpan.FromSeconds(5);

    // Longer than any backend looks past the end of a token.
    private static readonly TimeSpan LongAgo = TimeSpan.FromDays(1);

    private static readonly JsonReaderOptions Strict = new() { MaxDepth = 4 };

    /// <summary>Signs a token for a session; until when it is good.</summary>
    /// <param name="app">The user's.</param>
    /// <param name="userId">Whose.</param>
    /// <param name="sessionId">Which session.</param>
    /// <param name="amr">How the user signed in, by blanks.</param>
    /// <param name="signedInAt">When.</param>
    /// <param name="cancellationToken">Ends the wait for the keys.</param>
    public async ValueTask<string> SignAsync(
        App app, string userId, string sessionId, string amr, DateTimeOffset signedInAt, CancellationToken cancellationToken)
    {
        var set = await keys.GetAsync(app, cancellationToken);
        // After that: an app's first keys are made now.
        var now = time.GetUtcNow();
        return Sign(app, KeyOf(set, now), userId, sessionId, amr, signedInAt, now - Back);
    }

    /// <summary>Signs a token of no session that has expired a day ago, for who is to get one and not to be signed in.</summary>
    /// <param name="app">The user's.</param>
    /// <param name="userId">Whose.</param>
    /// <param name="cancellationToken">Ends the wait for the keys.</param>
    public async ValueTask<string> SignExpiredAsync(App app, string userId, CancellationToken cancellationToken)
    {
        var set = await keys.GetAsync(app, cancellationToken);
        var now = time.GetUtcNow();
        var then = now - LongAgo - app.Settings.Complete.Session.TokenLifetime;
        return Sign(app, KeyOf(set, now), userId, Ids.New(), amr: "", then, then);
    }

    // Once a month the next one's turn has come, and it wants a successor; the loop sees to that.
    private static SigningKey KeyOf(SigningKeySet set, DateTimeOffset now)
        => set.Current(now) ?? throw new InvalidOperationException("The app has no key to sign with.");

    private string Sign(
        App app, SigningKey key, string userId, string sessionId, string amr, DateTimeOffset signedInAt, DateTimeOffset issuedAt)
    {
        var issued = issuedAt.ToUnixTimeSeconds();
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteStartArray("aud"u8);
            json.WriteStringValue(AuthOrigins.Of(app));
            json.WriteStringValue(app.Id.Value);
            json.WriteEndArray();
            json.WriteNumber("exp"u8, issued + (long)app.Settings.Complete.Session.TokenLifetime.TotalSeconds);
            json.WriteNumber("iat"u8, issued);
            json.WriteString("iss"u8, issuers.Of(app));
            // Else two tokens of one session in one second were the same.
            json.WriteString("jti"u8, Ids.New());
            json.WriteNumber("nbf"u8, issued);
            json.WriteString("sub"u8, userId);
            json.WriteString("sid"u8, sessionId);
            json.WriteStartArray("amr"u8);
            foreach (var method in amr.Split(' ', StringSplitOptions.RemoveEmptyEntries))
                json.WriteStringValue(method);
            json.WriteEndArray();
            json.WriteNumber("auth_time"u8, signedInAt.ToUnixTimeSeconds());
            json.WriteEndObject();
        }

        var head = Base64Url.EncodeToString(Encoding.UTF8.GetBytes($$"""{"alg":"RS256","kid":"{{key.Kid}}","typ":"JWT"}"""));
        var signed = $"{head}.{Base64Url.EncodeToString(buffer.WrittenSpan)}";
        return $"{signed}.{Base64Url.EncodeToString(key.Sign(Encoding.ASCII.GetBytes(signed)))}";
    }

    /// <summary>What a token says that is good now; null: it is none of this app's, or has expired.</summary>
    public async ValueTask<TokenClaims?> VerifyAsync(App app, string token, CancellationToken cancellationToken)
    {
        if (token.Length > MaxLength || token.Split('.') is not [var head, var body, var signature]
            || !Base64Url.IsValid(head) || !Base64Url.IsValid(body) || !Base64Url.IsValid(signature))
            return null;
        if (KidOf(Base64Url.DecodeFromChars(head)) is not { } kid
            || (await keys.GetAsync(app, cancellationToken)).Find(kid) is not { } key
            || !key.Verifies(Encoding.ASCII.GetBytes($"{head}.{body}"), Base64Url.DecodeFromChars(signature)))
            return null;
        return Read(Base64Url.DecodeFromChars(body), app, time.GetUtcNow().ToUnixTimeSeconds());
    }

    // The algorithm is ours to choose, not the token's: anything but ours is no token.
    private static string? KidOf(byte[] head)
    {
        try
        {
            var reader = new Utf8JsonReader(head, Strict);
            using var json = JsonDocument.ParseValue(ref reader);
            return Text(json.RootElement, "alg") == Algorithm && Text(json.RootElement, "typ") == "JWT"
                && !json.RootElement.TryGetProperty("crit", out _)
                ? Text(json.RootElement, "kid")
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private TokenClaims? Read(byte[] body, App app, long now)
    {
        var reader = new Utf8JsonReader(body, Strict);
        using var json = JsonDocument.ParseValue(ref reader);
        var claims = json.RootElement;
        var isGood = Text(claims, "iss") == issuers.Of(app)
            && claims.TryGetProperty("aud", out var audience) && audience.ValueKind == JsonValueKind.Array
            && audience.EnumerateArray().Any(one => one.ValueKind == JsonValueKind.String && one.ValueEquals(app.Id.Value))
            && Number(claims, "exp") > now && Number(claims, "nbf") <= now;
        return isGood && Text(claims, "sub") is { } subject && Text(claims, "sid") is { } session ? new(subject, session) : null;
    }

    private static string? Text(JsonElement json, string member)
        => json.ValueKind == JsonValueKind.Object && json.TryGetProperty(member, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;

    private static long? Number(JsonElement json, string member)
        => json.TryGetProperty(member, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number)
            ? number
            : null;
}
