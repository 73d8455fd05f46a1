using System.Net;

#if COMPLETE
namespace OpenPassage.Complete;
#else
namespace OpenPassage.Flex;
#endif

/// <summary>The server refused the call, and nothing was done. <see cref="Exception.Message"/> is the server's sentence.</summary>
public sealed class PassageException : SdkException
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
}

/// <summary>
/// No answer: the server could not be reached, did not answer in time, or a proxy answered in its place (502, 503, 504). Whether the
/// server acted is not known.
/// </summary>
public sealed class PassageConnectionException : SdkException
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
/// An answer that does not come from a Passage server, most often because <c>BaseAddress</c> names another server.
/// </summary>
public sealed class PassageProtocolException : SdkException
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
