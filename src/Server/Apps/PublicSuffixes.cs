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

    /// <summary>
    /// The name that its owner registered, without the public suffix: <c>example</c> of <c>login.example.co.uk</c>. Null when
    /// nobody can: a public suffix, or a single label.
    /// </summary>
    /// <param name="domain">Lower case, ASCII.</param>
    public static string? RegistrableLabel(string domain)
    {
        var labels = domain.Split('.');
        // The longest rule decides; where none is known, the top level is the suffix.
        var suffix = Enumerable.Range(0, labels.Length).FirstOrDefault(at => Contains(string.Join('.', labels[at..])), labels.Length - 1);
        return suffix == 0 ? null : labels[suffix - 1];
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
