namespace OpenPassage.Server.Values;

/// <summary>What holds for every text a backend names something with.</summary>
internal static class GivenText
{
    /// <summary>The most characters: 512, so that a sealed ticket fits into a URL-sized string.</summary>
    public const int MaxLength = 512;

    /// <summary>A sentence that names the member, or null when all is well.</summary>
    public static string? Complaint(string member, string text) => text switch
    {
        "" => $"{member} is empty.",
        { Length: > MaxLength } => $"{member} is longer than {MaxLength} characters.",
        // PostgreSQL keeps no U+0000 in a text.
        _ when text.Contains('\0') => $"{member} contains the character U+0000.",
        _ => null,
    };

    /// <summary>What a stranger sent, cut to a length that a row may have, and not in the middle of a character.</summary>
    public static string Cut(string text, int most = MaxLength)
        => text.Length <= most ? text : text[..(char.IsHighSurrogate(text[most - 1]) ? most - 1 : most)];
}
