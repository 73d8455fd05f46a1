using System.Text.RegularExpressions;

namespace OpenPassage.Server.Complete.Messages;

/// <summary>A file in an operator's directory that no message can be written with.</summary>
internal sealed partial class BrokenTemplateException : Exception
{
    private BrokenTemplateException(string file, string? text, long? line, string error)
        : base($"{Path.GetFileName(file)}{(text is null ? "" : $", {text}")}{(line is null ? "" : $", line {line}")}: {error}")
        => (File, Line, Error) = (file, line, error);

    /// <summary>With its path.</summary>
    public string File { get; }

    /// <summary>From 1; null: it is not known.</summary>
    public long? Line { get; }

    /// <summary>What is wrong with it.</summary>
    public string Error { get; }

    /// <summary>A template that is none.</summary>
    /// <param name="file">It, with its path.</param>
    /// <param name="error">As the parser says it, with the place at its end.</param>
    public static BrokenTemplateException OfLayout(string file, string error)
        => new(file, text: null, Place().Match(error) is { Success: true } place ? long.Parse(place.Groups["line"].Value) : null, error);

    /// <summary>A sentence that is none.</summary>
    /// <param name="file">What it stands in, with its path.</param>
    /// <param name="text">Its name there.</param>
    /// <param name="error">As the parser says it.</param>
    public static BrokenTemplateException OfSentence(string file, string text, string error) => new(file, text, LineOf(file, text), error);

    /// <summary>A file of sentences that cannot be read.</summary>
    /// <param name="file">It, with its path.</param>
    /// <param name="line">From 1; null: it is not known.</param>
    /// <param name="error">Why not.</param>
    public static BrokenTemplateException OfTexts(string file, long? line, string error) => new(file, text: null, line, error);

    private static long? LineOf(string file, string text)
    {
        try
        {
            var number = 0L;
            foreach (var line in System.IO.File.ReadLines(file))
            {
                number++;
                if (line.Contains($"\"{text}\"", StringComparison.Ordinal))
                    return number;
            }

            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    [GeneratedRegex(@"at \((?<line>[0-9]{1,9}):[0-9]+\)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Place();
}
