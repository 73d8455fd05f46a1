using System.Net;

namespace OpenPassage.Flex;

/// <summary>The base class of what the SDK throws when a call fails; the three derived classes say how it failed.</summary>
public abstract class PassageFlexException : Exception
{
    private protected PassageFlexException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}

/// <summary>The server refused the call, and nothing was done. <see cref="Exception.Message"/> is the server's sentence.</summary>
public sealed class PassageException : PassageFlexException
{
    /// <summary>A refusal. The SDK creates these; in a test, the code that replaces the SDK does.</summary>
    /// <param name="code">Why.</param>
    /// <param name="codeText">The code as the server writes it.</param>
    /// <param name="statusCode">The answer's HTTP status.</param>
    /// <param name="message">The server's sentence.</param>
    public PassageException(PassageErrorCode code, string codeText, HttpStatusCode statusCode, string message)
        : base(message)
    {
        Code = code;
        CodeText = codeText;
        StatusCode = statusCode;
    }

    /// <summary>Why.</summary>
    public PassageErrorCode Code { get; }

    /// <summary>The code as the server wrote it, for those that <see cref="PassageErrorCode"/> does not list.</summary>
    public string CodeText { get; }

    /// <summary>The answer's HTTP status.</summary>
    public HttpStatusCode StatusCode { get; }

    // The wire says "no such user" with an empty list, so that the client has to say it in words.
    internal static PassageException NotFound(PassageErrorCode code, string codeText, string message) =>
        new(code, codeText, HttpStatusCode.NotFound, message);

    internal static PassageErrorCode CodeOf(string codeText) => codeText switch
    {
        "invalid_request" => PassageErrorCode.InvalidRequest,
        "invalid_access_token" => PassageErrorCode.InvalidAccessToken,
        "invalid_nonce" => PassageErrorCode.InvalidNonce,
        "operation_not_allowed" => PassageErrorCode.OperationNotAllowed,
        "app_not_found" => PassageErrorCode.AppNotFound,
        "device_not_found" => PassageErrorCode.DeviceNotFound,
        "user_not_found" => PassageErrorCode.UserNotFound,
        "user_has_no_passkeys" => PassageErrorCode.UserHasNoPasskeys,
        "internal_server_error" => PassageErrorCode.InternalServerError,
        _ => PassageErrorCode.Other,
    };
}

/// <summary>Why the server refused.</summary>
public enum PassageErrorCode
{
    /// <summary>See <see cref="PassageException.CodeText"/>.</summary>
    Other = 0,

    /// <summary><c>invalid_request</c>: the server does not accept an argument.</summary>
    InvalidRequest,

    /// <summary><c>invalid_access_token</c>: the API key is not one of the app's keys.</summary>
    InvalidAccessToken,

    /// <summary><c>invalid_nonce</c>: wrong, used or expired, or its user was deactivated or its passkey revoked since.</summary>
    InvalidNonce,

    /// <summary><c>operation_not_allowed</c>: the server does not let the app do this.</summary>
    OperationNotAllowed,

    /// <summary><c>app_not_found</c>: the server has no such app.</summary>
    AppNotFound,

    /// <summary><c>device_not_found</c>: the user has no such passkey.</summary>
    DeviceNotFound,

    /// <summary><c>user_not_found</c>: no such user.</summary>
    UserNotFound,

    /// <summary><c>user_has_no_passkeys</c>: there is nothing to sign in with.</summary>
    UserHasNoPasskeys,

    /// <summary><c>internal_server_error</c>: the server failed; its log says more.</summary>
    InternalServerError,
}

/// <summary>
/// No answer: the server could not be reached, did not answer in time, or a proxy answered in its place (502, 503, 504). Whether the
/// server acted is not known.
/// </summary>
public sealed class PassageConnectionException : PassageFlexException
{
    /// <summary>No answer. The SDK creates these; in a test, the code that replaces the SDK does.</summary>
    /// <param name="message">What happened.</param>
    /// <param name="innerException">What the connection threw; null: nothing.</param>
    public PassageConnectionException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}

/// <summary>
/// An answer that does not come from a Passage server, most often because <see cref="PassageFlexOptions.BaseAddress"/> names
/// another server.
/// </summary>
public sealed class PassageProtocolException : PassageFlexException
{
    /// <summary>
    /// An answer that does not come from a Passage server. The SDK creates these; in a test, the code that replaces the SDK does.
    /// </summary>
    /// <param name="message">What came.</param>
    /// <param name="innerException">What could not be read; null: nothing was.</param>
    public PassageProtocolException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }

    /// <summary>The answer's HTTP status.</summary>
    public HttpStatusCode StatusCode { get; init; }
}
