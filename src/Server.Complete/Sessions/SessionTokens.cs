using System.Text.Json.Serialization;
using OpenPassage.Server.Apps;
using OpenPassage.Server.Complete.Keys;
using OpenPassage.Server.Http;
using OpenPassage.Server.Users;
using OpenPassage.Server.Values;

namespace OpenPassage.Server.Complete.Sessions;

/// <summary>Sessions as their users get them: a token, and if the app has them on, a refresh token beside it.</summary>
internal sealed class SessionTokens(SessionStore sessions, AccessTokens tokens, AppSecrets secrets, TimeProvider time)
{
    /// <summary>A session that begins now.</summary>
    /// <param name="app">The user's.</param>
    /// <param name="amr">How the user signed in (RFC 8176), by blanks.</param>
    public NewSession New(App app, string amr)
    {
        var (now, settings) = (time.GetUtcNow(), app.Settings.Complete.Session);
        var absolute = now + (settings.Refresh ? settings.RefreshAbsolute : settings.TokenLifetime);
        var idle = settings.Refresh ? now + settings.RefreshInactivity : absolute;
        return new(Ids.New(), now, amr, settings.Refresh, absolute, idle < absolute ? idle : absolute);
    }

    /// <summary>What a sign-in answers.</summary>
    public async ValueTask<AuthResult> BeginAsync(App app, string userId, NewSession session, CancellationToken cancellationToken)
        => await ResultAsync(
            app, userId, session.Id, session.Amr, session.CreatedAt, session.HasRefresh ? 1 : 0, session.ExpiresAt, cancellationToken);

    /// <summary>What a sign-in answered whose answer got lost; null: its session has ended.</summary>
    public async ValueTask<AuthResult?> AgainAsync(App app, string sessionId, CancellationToken cancellationToken)
    {
        var session = await sessions.FindAsync(app.Id, sessionId, cancellationToken);
        if (session is null || session.IsOver(time.GetUtcNow()) || session.UserStatus != UserStatus.Active)
            return null;
        return await ResultAsync(
            app, session.UserId, session.Id, session.Amr, session.CreatedAt, session.Generation, session.ExpiresAt, cancellationToken);
    }

    /// <summary>What somebody gets whom an opened link does not sign in: a token that has expired, as clients want one.</summary>
    public async ValueTask<AuthResult> ExpiredAsync(App app, string userId, CancellationToken cancellationToken)
        => new(await tokens.SignExpiredAsync(app, userId, cancellationToken), RedirectOf(app));

    /// <summary>The next tokens for a refresh token.</summary>
    public async ValueTask<RefreshAnswer> RefreshAsync(App app, string text, Caller caller, CancellationToken cancellationToken)
    {
        var secret = await secrets.GetAsync(app.Id, AppSecrets.OfRefreshTokens, cancellationToken);
        var settings = app.Settings.Complete.Session;
        if (!RefreshToken.TryRead(text, secret, out var read) || read is not { } token)
            return new(null, IsAuthentic: false);
        if (!settings.Refresh)
            return new(null, IsAuthentic: true);
        for (var tries = 0; tries < 3; tries++)
        {
            if (await sessions.TryMoveAsync(app.Id, token, settings.RefreshInactivity, cancellationToken) is { } moved)
            {
                return new(
                    await ResultAsync(
                        app, moved.UserId, token.SessionId, moved.Amr, moved.SignedInAt, token.Generation + 1, moved.ExpiresAt,
                        cancellationToken),
                    IsAuthentic: true);
            }

            var session = await sessions.FindAsync(app.Id, token.SessionId, cancellationToken);
            switch (SessionDecision.Of(session, token.Generation, time.GetUtcNow(), settings.RefreshGrace))
            {
                case RefreshVerdict.Newest:
                    continue;
                case RefreshVerdict.SameSuccessor:
                    return new(
                        await ResultAsync(
                            app, session!.UserId, session.Id, session.Amr, session.CreatedAt, session.Generation, session.ExpiresAt,
                            cancellationToken),
                        IsAuthentic: true);
                case RefreshVerdict.Reused:
                    await sessions.RevokeReusedAsync(app.Id, session!, caller, cancellationToken);
                    return new(null, IsAuthentic: true);
                default:
                    return new(null, IsAuthentic: true);
            }
        }

        // Not a refusal: a client that is refused forgets its user.
        throw new RefusedException(Refusal.Busy);
    }

    /// <summary>Ends the session of a refresh token, whichever generation it is of; nothing where it is none.</summary>
    public async ValueTask EndAsync(App app, string text, CancellationToken cancellationToken)
    {
        var secret = await secrets.GetAsync(app.Id, AppSecrets.OfRefreshTokens, cancellationToken);
        if (RefreshToken.TryRead(text, secret, out var token)
            && await sessions.FindAsync(app.Id, token.Value.SessionId, cancellationToken) is { } session)
            await sessions.RevokeAsync(app.Id, session.UserId, session.Id, cancellationToken);
    }

    private async ValueTask<AuthResult> ResultAsync(
        App app, string userId, string sessionId, string amr, DateTimeOffset signedInAt, long generation, DateTimeOffset expiresAt,
        CancellationToken cancellationToken)
    {
        var token = await tokens.SignAsync(app, userId, sessionId, amr, signedInAt, cancellationToken);
        var redirect = RedirectOf(app);
        if (generation == 0)
            return new(token, redirect);
        var secret = await secrets.GetAsync(app.Id, AppSecrets.OfRefreshTokens, cancellationToken);
        return new(token, redirect)
        {
            RefreshToken = new RefreshToken(sessionId, generation).Write(secret),
            RefreshTokenExpiration = expiresAt.ToUnixTimeSeconds(),
        };
    }

    private static string RedirectOf(App app) => app.Settings.Complete.RedirectUrl is { Length: > 0 } url ? url : "/";
}

/// <summary>What a refresh came to.</summary>
/// <param name="Result">Null: it is refused.</param>
/// <param name="IsAuthentic">Whether the token was one of ours at all.</param>
internal readonly record struct RefreshAnswer(AuthResult? Result, bool IsAuthentic);

/// <summary>A sign-in as every client reads it.</summary>
/// <param name="AuthToken">The JWT.</param>
/// <param name="RedirectUrl">Never empty: Passage's elements wait for ever at an empty one.</param>
internal sealed record AuthResult(string AuthToken, string RedirectUrl)
{
    /// <summary>Absent: refresh tokens are off.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? RefreshToken { get; init; }

    /// <summary>In Unix seconds: when the session ends unless it is used.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? RefreshTokenExpiration { get; init; }
}
