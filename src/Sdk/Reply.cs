using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace OpenPassage.Sdk;

/// <summary>An answer: the contract's, a refusal, a proxy's in the server's place, or another server's.</summary>
/// <param name="Server">Who answered.</param>
/// <param name="Status">The HTTP status.</param>
/// <param name="Body">The body.</param>
/// <param name="Attempt">1, or more when the request was repeated.</param>
internal sealed record Reply(string Server, HttpStatusCode Status, byte[] Body, int Attempt)
{
    private bool Succeeded => (int)Status is >= 200 and <= 299;

    /// <summary>The refusal, when it is one in Passage's words.</summary>
    public PassageException? Refusal
    {
        get
        {
            if (Succeeded)
                return null;
            try
            {
                return JsonSerializer.Deserialize(Body, SdkJson.Default.ErrorResponse) is { Code: { Length: > 0 } code, Error: { } error }
                    ? new PassageException(ErrorCodes.Of(code), code, Status, error)
                    : null;
            }
            catch (JsonException)
            {
                return null;
            }
        }
    }

    /// <summary>What an answer that may be empty says of the user's passkeys.</summary>
    public PasskeySignals? Signals
    {
        get
        {
            try
            {
                return Body.Length == 0 ? null : JsonSerializer.Deserialize(Body, SdkJson.Default.RevokedResponse)?.Signals;
            }
            catch (JsonException)
            {
                return null;
            }
        }
    }

    public void ThrowIfRefused()
    {
        if (Succeeded)
            return;
        throw Refusal ?? Status switch
        {
            HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout =>
                new PassageConnectionException($"A proxy in front of {Server} answered {(int)Status} in its place."),
            _ => (Exception)Unexpected("without Passage's error envelope"),
        };
    }

    /// <summary>
    /// What <paramref name="map"/> makes of the body. <see cref="Needed"/> reports a member that the contract has and the body has not.
    /// </summary>
    public TResult Read<T, TResult>(JsonTypeInfo<T> type, Func<T, TResult> map)
        where T : class
    {
        ThrowIfRefused();
        try
        {
            return map(JsonSerializer.Deserialize(Body, type) ?? throw new JsonException("The body is null."));
        }
        catch (JsonException exception)
        {
            throw Unexpected($"with a body that is not Passage's ({exception.Message})", exception);
        }
    }

    private PassageProtocolException Unexpected(string what, Exception? exception = null) =>
        new($"{Server} answered {(int)Status} {what}. Is it a Passage server, and BaseAddress right?", exception) { StatusCode = Status };
}
