using System.Net;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.Options;

namespace OpenPassage.Host.Serving;

/// <summary>
/// <c>X-Forwarded-For</c> and <c>-Proto</c> (and <c>-Prefix</c>: <see cref="SubPath"/>) are believed from the configured proxies and
/// from nobody else: who could choose
/// the address would choose the rate limit. The host name is never taken from a header.
/// </summary>
internal static class Proxies
{
    public static void Trust(IServiceCollection services) => services
        .AddOptions<ForwardedHeadersOptions>()
        .Configure<IOptions<OpenPassageHostOptions>>((headers, options) => Trust(headers, options.Value.TrustedProxies));

    private static void Trust(ForwardedHeadersOptions headers, IList<string> proxies)
    {
        headers.KnownProxies.Clear();
        headers.KnownIPNetworks.Clear();
        // With no known proxy at all the middleware would believe everybody.
        headers.ForwardedHeaders = proxies is []
            ? ForwardedHeaders.None
            : ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto;
        headers.ForwardLimit = null;
        foreach (var proxy in proxies)
        {
            if (IPAddress.TryParse(proxy, out var address))
                headers.KnownProxies.Add(address);
            else
                headers.KnownIPNetworks.Add(System.Net.IPNetwork.Parse(proxy));
        }
    }
}
