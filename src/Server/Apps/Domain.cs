using System.Buffers;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using OpenPassage.Server.Idna;

namespace OpenPassage.Server.Apps;

/// <summary>Domains and origins as browsers write them (URL standard): lower case, Punycode, no default port.</summary>
internal static class Domain
{
    public const string Localhost = "localhost";

    // A name is at most 253 characters in the DNS; beyond ASCII it may be written with more, of which little is left.
    private const int MaxWritten = 1000;
    private const int MaxName = 253;
    private const int MaxLabel = 63;
    private const int MaxPort = 65_535;

    private static readonly SearchValues<char> NameCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-");
    private static readonly SearchValues<char> HostCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-_.");
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The domain in lower-case ASCII; null when it is none: an address, or a name with what no domain may have.</summary>
    public static string? ToAscii(string domain)
        => domain.Length <= MaxWritten && Mapped(domain) is { } ascii && IsName(ascii) && !EndsInNumber(ascii) ? ascii : null;

    /// <summary>
    /// Whether nothing in a domain is mapped to something else: it is what <see cref="ToAscii"/> answers, or that decoded.
    /// </summary>
    public static bool IsAsWritten(string domain) => ToAscii(domain) is { } ascii && DomainName.IsAsWritten(domain, ascii);

    /// <summary>Whether the host is the domain or one inside it, on a label's border.</summary>
    public static bool Covers(string domain, string host)
        => host.EndsWith(domain, StringComparison.Ordinal) && (host.Length == domain.Length || host[^(domain.Length + 1)] == '.');

    public static bool IsLocalhost(string host) => Covers(Localhost, host);

    /// <summary>Whether browsers read the host as an address of this machine, however it is written.</summary>
    public static bool IsLoopback(string host)
        => IPAddress.TryParse(host.Trim('[', ']'), out var address)
            && (IPAddress.IsLoopback(address) || address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any));

    /// <summary>
    /// The origin that browsers make of an address, and its host; the host may be no domain. Null when they make none of it, or one
    /// that is not http(s).
    /// </summary>
    public static (string Origin, string Host)? ToOrigin(string text)
    {
        if (Split(text) is not (var scheme, var named, var port) || Unescaped(named) is not { } written || HostOf(written) is not { } host)
            return null;
        if (port.Length == 0)
            return ($"{scheme}://{host}", host);
        if (!int.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number > MaxPort)
            return null;
        var isDefault = number == (scheme == Uri.UriSchemeHttps ? 443 : 80);
        return (isDefault ? $"{scheme}://{host}" : $"{scheme}://{host}:{number}", host);
    }

    /// <summary>Whether an origin is written as browsers send it, or with its host's letters beyond ASCII for their Punycode.</summary>
    public static bool IsOriginAsWritten(string text)
    {
        if (ToOrigin(text) is not (var origin, var host))
            return false;
        return text == origin
            || (Split(text) is var (scheme, named, _) && IsAsWritten(named)
                && text == $"{scheme}://{named}{origin[(scheme.Length + 3 + host.Length)..]}");
    }

    /// <summary>The parts that make an origin, of an http(s) address; the rest of the address is let go.</summary>
    private static (string Scheme, string Host, string Port)? Split(string text)
    {
        text = text.Trim();
        var colon = text.IndexOf("://", StringComparison.Ordinal);
        var scheme = text[..Math.Max(colon, 0)].ToLowerInvariant();
        if (text.Length > MaxWritten || (scheme != Uri.UriSchemeHttps && scheme != Uri.UriSchemeHttp))
            return null;
        var authority = text[(colon + 3)..];
        var end = authority.AsSpan().IndexOfAny("/\\?#");
        authority = end < 0 ? authority : authority[..end];
        authority = authority[(authority.LastIndexOf('@') + 1)..];
        var last = authority.LastIndexOf(':');
        return last > authority.LastIndexOf(']') ? (scheme, authority[..last], authority[(last + 1)..]) : (scheme, authority, "");
    }

    private static string? HostOf(string host)
    {
        if (host.StartsWith('['))
        {
            // Some addresses .NET writes otherwise than browsers do; none of them is a name.
            return host.EndsWith(']') && !host.Contains('%', StringComparison.Ordinal)
                && IPAddress.TryParse(host[1..^1], out var v6) && v6.AddressFamily == AddressFamily.InterNetworkV6
                && v6.ToString() is var text && !text.Contains('.', StringComparison.Ordinal)
                    ? $"[{text}]"
                    : null;
        }

        if (Mapped(host) is not { Length: > 0 } ascii || ascii.AsSpan().ContainsAnyExcept(HostCharacters))
            return null;
        if (!EndsInNumber(ascii))
            return ascii;
        return IPAddress.TryParse(ascii.TrimEnd('.'), out var address) ? address.ToString() : null;
    }

    private static string? Mapped(string domain)
        => Ascii.IsValid(domain) && !domain.Contains("xn--", StringComparison.OrdinalIgnoreCase)
            ? domain.ToLowerInvariant()
            : DomainName.ToAscii(domain);

    private static bool IsName(string ascii)
        => ascii.Length <= MaxName
            && ascii.Split('.').All(label => label.Length is > 0 and <= MaxLabel && !label.AsSpan().ContainsAnyExcept(NameCharacters));

    /// <summary>Browsers read such a name as an address of version 4, or refuse it.</summary>
    private static bool EndsInNumber(string ascii)
    {
        var last = ascii.TrimEnd('.').Split('.')[^1];
        return last.Length > 0
            && (last.All(char.IsAsciiDigit)
                || (last.StartsWith("0x", StringComparison.Ordinal) && last[2..].All(char.IsAsciiHexDigitLower)));
    }

    private static string? Unescaped(string host)
    {
        if (!host.Contains('%', StringComparison.Ordinal))
            return host;
        var bytes = new List<byte>();
        for (var i = 0; i < host.Length;)
        {
            if (host[i] == '%' && i + 2 < host.Length
                && byte.TryParse(host.AsSpan(i + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var escaped))
            {
                bytes.Add(escaped);
                i += 3;
                continue;
            }

            var length = char.IsHighSurrogate(host[i]) && i + 1 < host.Length ? 2 : 1;
            bytes.AddRange(Encoding.UTF8.GetBytes(host.Substring(i, length)));
            i += length;
        }

        try
        {
            return StrictUtf8.GetString([.. bytes]);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }
}
