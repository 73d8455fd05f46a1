using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace OpenPassage.Flex;

/// <summary>
/// Transactions begin a ceremony that the backend has authorised; the nonce at its end proves that it took place.
/// </summary>
public class AuthOperations
{
    private readonly ServerApi? api;

    internal AuthOperations(ServerApi api) => this.api = api;

    /// <summary>For a class that replaces this one in tests: it calls no server, and does only what it overrides.</summary>
    protected AuthOperations()
    {
    }

    private ServerApi Api => api ?? throw new NotSupportedException($"{GetType()} does not override this operation.");

    /// <summary>
    /// Creates a transaction in which one user can add a passkey. Call it for a user who is already signed in, and give the id to
    /// the page's <c>passkey.register()</c>. A user who is not known yet is created.
    /// </summary>
    /// <param name="externalId">Your own id for the user; it never changes. Compared exactly, case included.</param>
    /// <param name="passkeyDisplayName">What the browser shows beside the passkey, such as the e-mail address.</param>
    /// <returns>The transaction's id: short-lived, for one ceremony.</returns>
    /// <exception cref="PassageException">
    /// <see cref="PassageErrorCode.InvalidRequest"/>: an argument is too long.
    /// <see cref="PassageErrorCode.InvalidAccessToken"/>: the API key is not one of the app's keys.
    /// </exception>
    public virtual Task<string> CreateRegisterTransactionAsync(
        string externalId, string passkeyDisplayName, CancellationToken cancellationToken = default)
    {
        Argument.Check(externalId);
        Argument.Check(passkeyDisplayName);
        return CreateTransactionAsync(
            "register",
            new RegisterTransactionRequest(externalId, passkeyDisplayName),
            WireJson.Default.RegisterTransactionRequest,
            cancellationToken);
    }

    /// <summary>
    /// Creates a transaction in which one user can sign in with a passkey; give the id to the page's
    /// <c>passkey.authenticate()</c>. A page that lets the user pick a passkey needs no transaction.
    /// </summary>
    /// <param name="externalId">Your own id for the user.</param>
    /// <returns>The transaction's id: short-lived, for one ceremony.</returns>
    /// <exception cref="PassageException">
    /// <see cref="PassageErrorCode.UserNotFound"/>: no such user.
    /// <see cref="PassageErrorCode.UserHasNoPasskeys"/>: the user has no passkey; offer the other login.
    /// <see cref="PassageErrorCode.InvalidAccessToken"/>: the API key is not one of the app's keys.
    /// </exception>
    public virtual Task<string> CreateAuthenticateTransactionAsync(string externalId, CancellationToken cancellationToken = default)
    {
        Argument.Check(externalId);
        return CreateAuthenticateTransactionAsync(
            new AuthenticateTransactionRequest(externalId, PasskeyDisplayName: null), cancellationToken);
    }

    /// <summary>The same, with the user's current name, which the browser SDK passes to the authenticator after the sign-in.</summary>
    /// <param name="externalId">Your own id for the user.</param>
    /// <param name="passkeyDisplayName">What the browser shows beside the passkey, such as the e-mail address.</param>
    /// <returns>The transaction's id: short-lived, for one ceremony.</returns>
    /// <exception cref="PassageException">As without a name.</exception>
    public virtual Task<string> CreateAuthenticateTransactionAsync(
        string externalId, string passkeyDisplayName, CancellationToken cancellationToken = default)
    {
        Argument.Check(externalId);
        Argument.Check(passkeyDisplayName);
        return CreateAuthenticateTransactionAsync(new AuthenticateTransactionRequest(externalId, passkeyDisplayName), cancellationToken);
    }

    /// <summary>
    /// Verifies a nonce, once, and returns the user it was issued for. Sign in only the user that this returns, never the one that
    /// the page names.
    /// </summary>
    /// <param name="nonce">What the page got from <c>passkey.register()</c> or <c>passkey.authenticate()</c>.</param>
    /// <param name="cancellationToken">Cancels the call; the nonce may have been used all the same.</param>
    /// <returns>The user's external id.</returns>
    /// <exception cref="PassageException">
    /// <see cref="PassageErrorCode.InvalidNonce"/>: wrong, used or expired, or the user was deactivated or the passkey revoked since; do
    /// not sign in.
    /// <see cref="PassageErrorCode.InvalidAccessToken"/>: the API key is not one of the app's keys.
    /// </exception>
    /// <exception cref="PassageConnectionException">No answer. The nonce may have been used: ask the user to start again.</exception>
    public virtual Task<string> VerifyNonceAsync(string nonce, CancellationToken cancellationToken = default)
    {
        Argument.Check(nonce);
        return VerifyAsync(nonce, response => Needed.Text(response.ExternalId, "external_id"), cancellationToken);
    }

    /// <summary>
    /// The same, with what was proved: whether it was a sign-in or a registration, whether the user was verified, where, when and with
    /// which passkey. A registration is not a sign-in, especially not one without a prompt.
    /// </summary>
    /// <param name="nonce">What the page got from <c>passkey.register()</c> or <c>passkey.authenticate()</c>.</param>
    /// <param name="cancellationToken">Cancels the call; the nonce may have been used all the same.</param>
    /// <returns>Whose ceremony it was, and what it proved.</returns>
    /// <exception cref="PassageException">As <see cref="VerifyNonceAsync"/>.</exception>
    /// <exception cref="PassageConnectionException">No answer. The nonce may have been used: ask the user to start again.</exception>
    public virtual Task<VerifiedCeremony> VerifyCeremonyAsync(string nonce, CancellationToken cancellationToken = default)
    {
        Argument.Check(nonce);
        return VerifyAsync(nonce, response => response.ToCeremony(), cancellationToken);
    }

    private Task<T> VerifyAsync<T>(string nonce, Func<VerifyNonceResponse, T> map, CancellationToken cancellationToken) => Api.CallAsync(
        async token =>
        {
            var body = JsonSerializer.SerializeToUtf8Bytes(new VerifyNonceRequest(nonce), WireJson.Default.VerifyNonceRequest);
            // Never repeated: had the first answer been lost, the second would be "spent already".
            var reply = await Api
                .SendAsync(HttpMethod.Post, "/authenticate/verify", body, repeatable: false, token)
                .ConfigureAwait(false);
            return reply.Read(WireJson.Default.VerifyNonceResponse, map);
        },
        cancellationToken);

    private Task<string> CreateAuthenticateTransactionAsync(AuthenticateTransactionRequest request, CancellationToken cancellationToken) =>
        CreateTransactionAsync("authenticate", request, WireJson.Default.AuthenticateTransactionRequest, cancellationToken);

    private Task<string> CreateTransactionAsync<T>(string kind, T request, JsonTypeInfo<T> type, CancellationToken cancellationToken) =>
        Api.CallAsync(
            async token =>
            {
                var body = JsonSerializer.SerializeToUtf8Bytes(request, type);
                // Safe to repeat: a transaction that nobody uses expires, and the user is created once.
                var reply = await Api
                    .SendAsync(HttpMethod.Post, $"/transactions/{kind}", body, repeatable: true, token)
                    .ConfigureAwait(false);
                return reply.Read(WireJson.Default.TransactionResponse, response => Needed.Text(response.TransactionId, "transaction_id"));
            },
            cancellationToken);
}
