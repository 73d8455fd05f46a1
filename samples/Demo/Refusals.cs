using Microsoft.AspNetCore.Http.HttpResults;
using OpenPassage.Flex;

namespace OpenPassage.Demo;

/// <summary>What went wrong, as a sentence that the page can show.</summary>
internal static class Refusals
{
    public static ProblemHttpResult Because(int status, string sentence, string code = "refused") =>
        TypedResults.Problem(sentence, statusCode: status, extensions: new Dictionary<string, object?> { ["code"] = code });

    /// <summary>Turns what the SDK throws into an answer.</summary>
    public static async ValueTask<object?> Explain(EndpointFilterInvocationContext call, EndpointFilterDelegate next)
    {
        try
        {
            return await next(call);
        }
        catch (Exception exception) when (Sentence(exception) is { } sentence)
        {
            var status = exception is PassageException ? StatusCodes.Status400BadRequest : StatusCodes.Status503ServiceUnavailable;
            return Because(status, sentence);
        }
    }

    /// <summary>The sentence for an exception of the SDK; null for any other exception.</summary>
    public static string? Sentence(Exception exception) => exception switch
    {
        NoAppException => exception.Message,
        PassageException { Code: PassageErrorCode.AppNotFound or PassageErrorCode.InvalidAccessToken } => new NoAppException().Message,
        PassageException { Code: PassageErrorCode.UserHasNoPasskeys } => "You have no passkey yet. Use your password.",
        PassageException { Code: PassageErrorCode.DeviceNotFound } => "This passkey was removed already.",
        PassageException { Code: PassageErrorCode.InvalidNonce } => "That took too long. Try again.",
        PassageException => exception.Message,
        PassageConnectionException or PassageProtocolException => "The passkey server does not answer. You can still use your password.",
        _ => null,
    };
}
