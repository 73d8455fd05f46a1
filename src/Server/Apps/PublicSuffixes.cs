namespace OpenPassage.Server.Apps;

/// <summary>The Public Suffix List: domains under which strangers register, such as <c>co.uk</c> and <c>github.io</c>.</summary>
internal static class PublicSuffixes
{
    /// <summary>Whether a rule of the list names this domain. A single label that no rule knows, as in an intranet, is none.</summary>
    /// <param name="domain">Lower case, ASCII.</param>
    public static bool Contains(string domain)
    {
        var labels = domain.Split('.');
        if (RulesOf(labels[^1]) is not { } rules)
            return false;
        if (labels.Length == 1)
            return true;

        var inside = string.Join('.', labels[..^1]);
        var wildcard = string.Join('.', ["*", .. labels[1..^1]]);
        return !rules.Contains("!" + inside) && (rules.Contains(inside) || rules.Contains(wildcard));
    }

    // Asked a few times at start: not worth a table in memory.
    private static HashSet<string>? RulesOf(string topLevel)
    {
        using var reader = new StreamReader(typeof(PublicSuffixes).Assembly.GetManifestResourceStream("lists/PublicSuffixes")!);
        while (reader.ReadLine() is { } line)
        {
            var words = line.Split(' ');
            if (words[0] == topLevel)
                return new(words.Skip(1), StringComparer.Ordinal);
        }

        return null;
    }
}
