using System.Text.Json;

namespace OpenPassage.Complete;

/// <summary>
/// The tokens that the browser SDK gets when somebody signs in, and sends to your backend; and links that sign users in.
/// </summary>
/// <remarks>
/// Tokens are validated without asking the server about each one: only the app's public keys come from there. While tokens arrive, the keys
/// are fetched again every five minutes; if the server is away, they are used for up to a day. A token with an unknown key causes at most
/// one request, however many such tokens arrive, and none within 30 seconds of the last answer. A token is valid until it expires, even if
/// its user is deactivated meanwhile, so give tokens a short lifetime.
/// </remarks>
public class AuthOperations
{
    private readonly Tokens? tokens;
    private readonly ServerApi? api;

    internal AuthOperations(Tokens tokens, ServerApi? managing) => (this.tokens, api) = (tokens, managing);

    /// <summary>For a class that replaces this one in tests: it calls no server, and does only what it overrides.</summary>
    protected AuthOperations()
    {
    }

    private Tokens Tokens => tokens ?? throw new NotSupportedException($"{GetType()} does not override this operation.");

    /// <summary>
    /// Validates a token and returns the user it was issued for. Do not trust anything else that a page says about who the user is.
    /// </summary>
    /// <param name="jwt">The token, as it was received; text that is not a token is refused.</param>
    /// <param name="cancellationToken">Ends the wait for the app's keys.</param>
    /// <returns>The user's id.</returns>
    /// <exception cref="PassageException">
    /// <see cref="PassageErrorCode.InvalidToken"/>: it is not from this app, was changed, or has expired: answer 401.
    /// <see cref="PassageErrorCode.AppNotFound"/>: the server has no such app.
    /// </exception>
    /// <exception cref="PassageConnectionException">
    /// The app's keys could not be fetched, so the token could not be checked: answer 503.
    /// </exception>
    public virtual async Task<string> ValidateJwtAsync(string jwt, CancellationToken cancellationToken = default) =>
        (await ValidateTokenAsync(jwt, cancellationToken).ConfigureAwait(false)).UserId;

    /// <summary>The same, with the rest of what the token says: the session, and how and when the user signed in.</summary>
    /// <param name="jwt">The token, as it was received; text that is not a token is refused.</param>
    /// <param name="cancellationToken">Ends the wait for the app's keys.</param>
    /// <returns>What the token says.</returns>
    /// <exception cref="PassageException">As <see cref="ValidateJwtAsync"/>.</exception>
    /// <exception cref="PassageConnectionException">As <see cref="ValidateJwtAsync"/>.</exception>
    public virtual Task<ValidatedToken> ValidateTokenAsync(string jwt, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(jwt);
        return Tokens.ValidateAsync(jwt, cancellationToken);
    }

    /// <summary>
    /// Makes a link that signs a user in or verifies the address or number, and has it sent if you like. Two networks may open it: mail
    /// scanners open links too, and what a scanner began ends when the user opens the link. Needs an API key; the call is never repeated.
    /// </summary>
    /// <param name="args">Whose link, and how.</param>
    /// <param name="cancellationToken">Cancels the call; the link may be made and sent all the same.</param>
    /// <returns>The link. Whoever has it can sign in with it.</returns>
    /// <exception cref="ArgumentException">Not exactly one of email, phone and user id is set, or the lifetime is no whole number of
    /// minutes from one to a week, or the type is none.</exception>
    /// <exception cref="InvalidOperationException">The client has no API key.</exception>
    /// <exception cref="PassageException">
    /// <see cref="PassageErrorCode.UserNotFound"/>: no such user.
    /// <see cref="PassageErrorCode.InvalidRequest"/>: an identifier, path or URL is not acceptable.
    /// <see cref="PassageErrorCode.OperationNotAllowed"/>: links are off for the app.
    /// <see cref="PassageErrorCode.CustomProviderRequired"/>: the server cannot send it: send it yourself.
    /// <see cref="PassageErrorCode.InvalidAccessToken"/>: the API key is not one of the app's keys.
    /// </exception>
    /// <exception cref="PassageConnectionException">No answer; the link may have been sent.</exception>
    public virtual Task<MagicLink> CreateMagicLinkAsync(CreateMagicLinkArgs args, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(args);
        var named = new[] { args.Email, args.Phone, args.UserId }.Where(one => one is not null).ToList();
        if (named is not [{ } name])
            throw new ArgumentException("Set exactly one of Email, Phone and UserId.", nameof(args));
        Argument.Check(name);
        if (args.Lifetime is { } lifetime
            && (lifetime < TimeSpan.FromMinutes(1) || lifetime > TimeSpan.FromDays(7) || lifetime.Ticks % TimeSpan.TicksPerMinute != 0))
            throw new ArgumentException("Lifetime should be whole minutes, from one to a week.", nameof(args));
        if (!Enum.IsDefined(args.Type))
            throw new ArgumentException("Type should be one of the links that there are.", nameof(args));
        if (tokens is null)
            throw new NotSupportedException($"{GetType()} does not override this operation.");
        var server = api
            ?? throw new InvalidOperationException("Making links needs an API key: pass one to the constructor of Passage.");
        var body = JsonSerializer.SerializeToUtf8Bytes(
            new MagicLinkRequest(
                args.Email, args.Phone, args.UserId, args.Send, args.Language, args.MagicLinkPath, args.RedirectUrl,
                (long?)args.Lifetime?.TotalMinutes, args.Type == MagicLinkType.VerifyIdentifier ? "verify_identifier" : "login"),
            WireJson.Default.MagicLinkRequest);
        return server.CallAsync(
            async token =>
            {
                var reply = await server.SendAsync(HttpMethod.Post, "/magic-links", body, repeatable: false, token).ConfigureAwait(false);
                return reply.Read(
                    WireJson.Default.MagicLinkResponse, response => Needed.Value(response.MagicLink, "magic_link").ToMagicLink());
            },
            cancellationToken);
    }
}
