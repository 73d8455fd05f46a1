namespace OpenPassage.Complete;

/// <summary>The base class of what the SDK throws when a call fails; the three derived classes say how it failed.</summary>
public abstract class PassageCompleteException : Exception
{
    private protected PassageCompleteException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}

/// <summary>Why the server, or <see cref="AuthOperations"/>, refused.</summary>
public enum PassageErrorCode
{
    /// <summary>See <see cref="PassageException.CodeText"/>.</summary>
    Other = 0,

    /// <summary><c>invalid_token</c>: the token is not from this app, was changed, or has expired.</summary>
    InvalidToken,

    /// <summary><c>invalid_request</c>: the server does not accept an argument.</summary>
    InvalidRequest,

    /// <summary><c>invalid_access_token</c>: the API key is not one of the app's keys.</summary>
    InvalidAccessToken,

    /// <summary><c>operation_not_allowed</c>: the server does not let the app do this.</summary>
    OperationNotAllowed,

    /// <summary><c>app_not_found</c>: the server has no such app.</summary>
    AppNotFound,

    /// <summary><c>device_not_found</c>: the user has no such passkey.</summary>
    DeviceNotFound,

    /// <summary><c>user_not_found</c>: no such user.</summary>
    UserNotFound,

    /// <summary><c>internal_server_error</c>: the server failed; its log says more.</summary>
    InternalServerError,

    /// <summary><c>custom_provider_required</c>: the server cannot send a message to that address or number.</summary>
    CustomProviderRequired,
}

internal static class ErrorCodes
{
    public static PassageErrorCode Of(string codeText) => codeText switch
    {
        "invalid_request" => PassageErrorCode.InvalidRequest,
        "invalid_access_token" => PassageErrorCode.InvalidAccessToken,
        "operation_not_allowed" => PassageErrorCode.OperationNotAllowed,
        "app_not_found" => PassageErrorCode.AppNotFound,
        "device_not_found" => PassageErrorCode.DeviceNotFound,
        "user_not_found" => PassageErrorCode.UserNotFound,
        "custom_provider_required" => PassageErrorCode.CustomProviderRequired,
        "internal_server_error" => PassageErrorCode.InternalServerError,
        _ => PassageErrorCode.Other,
    };
}
