namespace OpenPassage.Server.Ready.Agents;

/// <summary>Major versions, as strangers write them.</summary>
internal static class Number
{
    // Nothing that is counted here has come so far. What is above is made up.
    private const int Max = 999;

    /// <summary>The number that a version begins with; 0: none, or too great to be one.</summary>
    public static int Major(ReadOnlySpan<char> version) => Major(version, out _);

    /// <summary>The same, and the second number; 0: none.</summary>
    public static int Major(ReadOnlySpan<char> version, out int minor)
    {
        minor = 0;
        var major = Read(ref version);
        if (version.Length > 1 && version[0] is '.' or '_')
        {
            version = version[1..];
            minor = Read(ref version);
        }

        return major;
    }

    private static int Read(ref ReadOnlySpan<char> text)
    {
        var number = 0;
        var at = 0;
        for (; at < text.Length && char.IsAsciiDigit(text[at]); at++)
            number = Math.Min((number * 10) + (text[at] - '0'), Max + 1);
        text = text[at..];
        return number > Max ? 0 : number;
    }
}
