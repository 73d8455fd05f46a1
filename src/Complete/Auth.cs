namespace OpenPassage.Complete;

/// <summary>The tokens that the browser SDK gets when somebody signs in, and sends to your backend.</summary>
/// <remarks>
/// Tokens are validated without asking the server about each one: only the app's public keys come from there. While tokens arrive, the keys
/// are fetched again every five minutes; if the server is away, they are used for up to a day. A token with an unknown key causes at most
/// one request, however many such tokens arrive, and none within 30 seconds of the last answer. A token is valid until it expires, even if
/// its user is deactivated meanwhile, so give tokens a short lifetime.
/// </remarks>
public class AuthOperations
{
    private readonly Tokens? tokens;

    internal AuthOperations(Tokens tokens) => this.tokens = tokens;

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
}
