namespace OpenPassage.Server.Statistics;

/// <summary>
/// What a prompt came to, as a page tells it in a call that happens anyway: in the next start, or in the finish. Words that are none of
/// these are ignored.
/// </summary>
internal sealed record PromptReport
{
    private static readonly HashSet<string> Errors = new(StringComparer.Ordinal)
    {
        "AbortError", "ConstraintError", "DataError", "EncodingError", "InvalidStateError", "NetworkError", "NotAllowedError",
        "NotReadableError", "NotSupportedError", "OperationError", "SecurityError", "TimeoutError", "UnknownError",
    };

    /// <summary><c>modal</c>, <c>autofill</c>, <c>immediate</c> or <c>create</c>.</summary>
    public string? Kind { get; init; }

    /// <summary>
    /// <c>shown</c>: it was answered; <c>dismissed</c>: the user closed it, or did not answer; <c>failed</c>: the browser did not let it
    /// come to that; <c>fallback</c>: the page went on without it.
    /// </summary>
    public string? Result { get; init; }

    /// <summary>The name of the <c>DOMException</c> that the browser rejected with, such as <c>NotAllowedError</c>.</summary>
    public string? Error { get; init; }

    internal bool IsKnown
        => Kind is "modal" or "autofill" or "immediate" or "create" && Result is "shown" or "dismissed" or "failed" or "fallback";

    internal bool HasKnownError => Error is not null && Errors.Contains(Error);
}
