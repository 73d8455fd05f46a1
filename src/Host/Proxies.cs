using System.Net;
using Microsoft.AspNetCore.HttpOverrides;
using OpenPassage.Server;

namespace OpenPassage.Host;

/// <summary>
/// <c>X-Forwarded-For</c> and <c>-Proto</c> are believed from the configured proxies and from nobody else: who could choose
/// the address would choose the rate limit. The host name is never taken from a header.
/// </summary>
internal static class Proxies
{
    public static void Trust(WebApplicationBuilder builder)
    {
        var trusted = builder.Configuration.GetSection($"{OpenPassageOptions.Section}:{nameof(OpenPassageOptions.TrustedProxies)}").Get<string[]>() ?? [];
        builder.Services.Configure<ForwardedHeadersOptions>(options =>
        {
            options.KnownProxies.Clear();
            options.KnownIPNetworks.Clear();
            // With no known proxy at all the middleware would believe everybody.
            options.ForwardedHeaders = trusted is [] ? ForwardedHeaders.None : ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto;
            options.ForwardLimit = null;
            foreach (var proxy in trusted)
                Add(options, proxy);
        });
    }

    private static void Add(ForwardedHeadersOptions options, string proxy)
    {
        if (IPAddress.TryParse(proxy, out var address))
            options.KnownProxies.Add(address);
        else if (System.Net.IPNetwork.TryParse(proxy, out var network))
            options.KnownIPNetworks.Add(network);
        else
            throw new InvalidSettingException($"OpenPassage:TrustedProxies: \"{proxy}\" is neither an address such as 10.0.0.1 nor a network such as 10.0.0.0/8.");
    }
}
