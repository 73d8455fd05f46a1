using Microsoft.AspNetCore.Http;
using OpenPassage.Server.Http;
using OpenPassage.Server.Ready.Agents;
using OpenPassage.Server.Values;

namespace OpenPassage.Server.Ready.Reports;

/// <summary>
/// What sends a report, from its headers. Passage's kits for apps say the system in headers of their own and put the bundle id where
/// pages have their origin; a page has a user agent, and in some browsers client hints.
/// </summary>
internal static class ReportSender
{
    public const string AppHeader = "App-Identifier";
    public const string SystemHeader = "Device-OS";
    public const string SystemVersionHeader = "Device-OS-Version";

    /// <summary>What is longer is passed over: no browser sends it.</summary>
    private const int MaxHintLength = 200;

    private const int MostBrands = 20;

    /// <summary>A page's origin or an app's bundle id; null: neither is said.</summary>
    public static string? SourceOf(HttpRequest request) => Caller.OriginOf(request) ?? Text(request, AppHeader);

    /// <summary>Whether a program that no person sits at says so.</summary>
    public static bool IsBot(HttpRequest request) => !IsApp(request) && Agent.IsBot(UserAgentOf(request));

    /// <summary>The system and the browser, as far as they are known.</summary>
    /// <param name="request">The headers.</param>
    /// <param name="client">What the page itself could ask the browser for, which wins over headers; null: nothing.</param>
    public static Agent AgentOf(HttpRequest request, ReportClient? client)
        => IsApp(request)
            ? Agent.OfApp(Text(request, SystemHeader), Text(request, SystemVersionHeader))
            : Agent.OfPage(UserAgentOf(request), HintsOf(request, client));

    // No page has an origin without "://", but for "null", which a sandboxed one has.
    private static bool IsApp(HttpRequest request)
        => request.Headers.ContainsKey(SystemHeader)
            || request.Headers.ContainsKey(AppHeader)
            || (Caller.OriginOf(request) is { } origin
                && origin is not ("" or "null")
                && !origin.Contains("://", StringComparison.Ordinal));

    private static string UserAgentOf(HttpRequest request) => GivenText.Cut(request.Headers.UserAgent.ToString());

    private static ClientHints? HintsOf(HttpRequest request, ReportClient? client)
    {
        IReadOnlyList<KeyValuePair<string, string>> brands = BrandsOf(client);
        if (brands is [])
            brands = HintHeaders.Brands(Text(request, "Sec-CH-UA-Full-Version-List") ?? Text(request, "Sec-CH-UA"), MostBrands);
        var platform = Bounded(client?.Platform) ?? HintHeaders.Text(Text(request, "Sec-CH-UA-Platform"));
        var version = Bounded(client?.PlatformVersion) ?? HintHeaders.Text(Text(request, "Sec-CH-UA-Platform-Version"));
        return brands is [] && platform is null && version is null ? null : new(brands, platform, version);
    }

    private static KeyValuePair<string, string>[] BrandsOf(ReportClient? client)
        => [.. (client?.Brands ?? [])
            .Take(MostBrands)
            .Where(brand => Bounded(brand?.Brand) is not null && Bounded(brand?.Version) is not null)
            .Select(brand => KeyValuePair.Create(brand!.Brand!, brand.Version!))];

    private static string? Bounded(string? hint) => hint is { Length: > 0 and <= MaxHintLength } ? hint : null;

    // Nothing where it stands twice.
    private static string? Text(HttpRequest request, string header)
        => request.Headers[header] is [{ Length: > 0 and <= 1000 } text] ? text : null;
}
