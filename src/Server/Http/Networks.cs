using System.Net;
using System.Net.Sockets;

namespace OpenPassage.Server.Http;

/// <summary>Where somebody calls from, as far as it tells a household or a machine: an IPv4 address, or a /64 of IPv6.</summary>
internal static class Networks
{
    /// <summary>
    /// The same text for all addresses of one network, such as <c>192.0.2.7</c> and <c>2001:db8:0:1::/64</c>; empty where it is no address.
    /// </summary>
    public static string Of(string address)
    {
        if (!IPAddress.TryParse(address, out var parsed))
            return "";
        if (parsed.IsIPv4MappedToIPv6)
            parsed = parsed.MapToIPv4();
        if (parsed.AddressFamily != AddressFamily.InterNetworkV6)
            return parsed.ToString();
        Span<byte> bytes = stackalloc byte[16];
        parsed.TryWriteBytes(bytes, out _);
        bytes[8..].Clear();
        return $"{new IPAddress(bytes)}/64";
    }
}
