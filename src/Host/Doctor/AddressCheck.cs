using System.Net;
using OpenPassage.Host.Serving;
using OpenPassage.Server;
using OpenPassage.Server.Apps;

namespace OpenPassage.Host.Doctor;

/// <summary>Where the server listens, where its console is opened, and whether the proxy before it is known.</summary>
internal static class AddressCheck
{
    public static async Task<IEnumerable<Finding>> LookAsync(
        IConfiguration configuration, AllOptions options, IReadOnlyList<AppOptions> apps, Network? network)
    {
        var (findings, clocks) = (new Findings("address"), new List<Finding>());
        var urls = Urls(configuration);
        LookAtProxy(findings, options.Host, urls, apps);
        if (network is null)
            return findings;

        foreach (var url in urls)
        {
            if (Local(url) is not { } local)
                continue;
            var visit = await network.VisitAsync($"{local}/health/ready", direct: true);
            network.LookAtCertificate(findings, url, visit);
            if (visit.BrokenCertificate is not [])
                continue;
            if (visit.Failure is { } failure)
                findings.Warn($"The server does not answer at {url}: {failure}.", "Start it, or skip this check with --offline.");
            else if ((visit.Status, visit.Body) is (200, "ok"))
                findings.Ok($"The server answers at {url}.");
            else if (visit.Status == 503)
                findings.Wrong($"The server at {url} reports that its database does not answer.", "Check its log.");
            else
                findings.Wrong(
                    $"Something other than this server answers at {url} (status {visit.Status}).",
                    "Another program is using the port. Give one of the two another port, with --urls.");
            if (visit.ClockAhead is { } ahead)
                clocks.Add(Clock.Judge($"The clock at {url}", ahead));
        }

        var console = options.Console;
        if (console.Enabled && Domain.ToOrigin(console.Origin) is var (origin, host) && !Domain.IsLocalhost(host))
        {
            var visit = await network.LookAtPageAsync(findings, $"The console's origin, {origin},", $"{origin}{console.PathBase}/console");
            if (visit.ClockAhead is { } ahead)
                clocks.Add(Clock.Judge($"The clock at {origin}", ahead));
        }

        return [.. findings, .. clocks];
    }

    private static void LookAtProxy(
        Findings findings, OpenPassageHostOptions options, IReadOnlyList<string> urls, IReadOnlyList<AppOptions> apps)
    {
        // A page on https calls nothing on plain http: something with TLS must stand between.
        var secure = apps.SelectMany(app => app.Origins.Concat(app.RelatedOrigins))
            .FirstOrDefault(origin => origin.StartsWith("https:", StringComparison.Ordinal));
        if (urls.Any(url => url.StartsWith("https:", StringComparison.OrdinalIgnoreCase)) || secure is null)
            return;
        if (options.TrustedProxies is [])
            findings.Warn(
                $"Pages such as {secure} reach this server through a TLS proxy, but OpenPassage:TrustedProxies is empty: "
                    + "rate limits treat all callers as one, and events record the proxy's address.",
                "Add the proxy's address or network to OpenPassage:TrustedProxies.");
        else
            findings.Ok($"X-Forwarded-For is accepted from {string.Join(", ", options.TrustedProxies)}.");
    }

    /// <summary>The addresses to listen on, as the settings say.</summary>
    public static List<string> Urls(IConfiguration configuration)
    {
        // Kestrel listens there instead, when there are any.
        var endpoints = configuration.GetSection("Kestrel:Endpoints")
            .GetChildren()
            .Select(endpoint => endpoint["Url"])
            .OfType<string>()
            .ToList();
        return endpoints is not []
            ? endpoints
            : [.. (configuration["urls"] ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)];
    }

    /// <summary>The address to ask from this machine; null: none that is known before the start.</summary>
    private static string? Local(string url)
    {
        var named = url.Replace("://*", "://localhost", StringComparison.Ordinal).Replace("://+", "://localhost", StringComparison.Ordinal);
        if (!Uri.TryCreate(named, UriKind.Absolute, out var address) || address.Port == 0 || address.Scheme is not ("http" or "https"))
            return null;
        var anywhere = IPAddress.TryParse(address.Host.Trim('[', ']'), out var ip)
            && (ip.Equals(IPAddress.Any) || ip.Equals(IPAddress.IPv6Any));
        return $"{address.Scheme}://{(anywhere ? "localhost" : address.Host)}:{address.Port}";
    }
}
