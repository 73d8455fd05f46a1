namespace OpenPassage.Host;

/// <summary>
/// Two of the framework's loggers write down what a caller sent: the request's query, in which a backend may name a user, and
/// a header that cannot be read, which may hold an API key. They keep silent below Warning, whatever level is configured.
/// </summary>
internal static class LogPrivacy
{
    private static readonly string[] Verbatim = ["Microsoft.AspNetCore.Hosting.Diagnostics", "Microsoft.AspNetCore.Server.Kestrel.BadRequests"];

    public static void Add(IServiceCollection services) => services.PostConfigure<LoggerFilterOptions>(filters =>
    {
        // A rule for one provider outranks those for all: so there is one for each provider that has any. Of equals the last wins.
        foreach (var provider in filters.Rules.Select(rule => rule.ProviderName).Append(null).Distinct(StringComparer.Ordinal).ToList())
        {
            foreach (var category in Verbatim)
                filters.Rules.Add(new LoggerFilterRule(provider, category, LogLevel.Warning, filter: null));
        }
    });
}
