using System.Runtime.CompilerServices;
using System.Text;

namespace OpenPassage.Sdk;

internal static class Argument
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Throws unless the text can be sent as it is.</summary>
    public static void Check(string text, [CallerArgumentExpression(nameof(text))] string? name = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(text, name);
        try
        {
            // Half a surrogate pair would be sent as U+FFFD, and two different ids would name one user.
            Strict.GetByteCount(text);
        }
        catch (EncoderFallbackException exception)
        {
            throw new ArgumentException("The text is not well-formed Unicode.", name, exception);
        }
    }
}
