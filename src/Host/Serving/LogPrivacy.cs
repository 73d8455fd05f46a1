namespace OpenPassage.Host.Serving;

/// <summary>
/// Two of the framework's loggers write down what a caller sent: the request's query, in which a backend may name a user, and
/// a header that cannot be read, which may hold an API key. The one says nothing at all, the other nothing below Warning,
/// whatever level is configured.
/// </summary>
internal static class LogPrivacy
{
    private static readonly (string Category, LogLevel Level)[] Verbatim =
    [
        // Of requests it tells nothing above Information; and while it may speak, the framework makes an activity and a log scope for each.
        ("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None),
        ("Microsoft.AspNetCore.Server.Kestrel.BadRequests", LogLevel.Warning),
    ];

    public static void Add(IServiceCollection services) => services.PostConfigure<LoggerFilterOptions>(filters =>
    {
        // A rule for one provider outranks those for all: so there is one for each provider that has any. Of equals the last wins.
        foreach (var provider in filters.Rules.Select(rule => rule.ProviderName).Append(null).Distinct(StringComparer.Ordinal).ToList())
        {
            foreach (var (category, level) in Verbatim)
                filters.Rules.Add(new LoggerFilterRule(provider, category, level, filter: null));
        }
    });
}
