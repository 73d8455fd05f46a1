using System.Globalization;
using System.Net;

namespace OpenPassage.Server.Apps;

/// <summary>Domains and origins as browsers write them: lower case, Punycode, no default port.</summary>
internal static class Domain
{
    public const string Localhost = "localhost";

    private static readonly IdnMapping Idn = new() { UseStd3AsciiRules = true };

    /// <summary>The domain in lower-case ASCII; null when it is none.</summary>
    public static string? ToAscii(string domain)
    {
        if (domain.Length == 0 || domain.EndsWith('.') || IPAddress.TryParse(domain, out _))
            return null;
        try
        {
            return Idn.GetAscii(domain.ToLowerInvariant());
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    /// <summary>Whether the host is the domain or one inside it, on a label's border.</summary>
    public static bool Covers(string domain, string host)
        => host.EndsWith(domain, StringComparison.Ordinal) && (host.Length == domain.Length || host[^(domain.Length + 1)] == '.');

    public static bool IsLocalhost(string host) => Covers(Localhost, host);

    /// <summary>An origin as a browser sends it; the host of an internationalized one becomes Punycode. Null when it is no http(s) origin at all.</summary>
    public static (string Origin, string Host)? ToOrigin(string text)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri) || (uri.Scheme != Uri.UriSchemeHttps && uri.Scheme != Uri.UriSchemeHttp))
            return null;
        var host = uri.HostNameType == UriHostNameType.Dns ? ToAscii(uri.Host) ?? uri.Host : uri.Host;
        return ($"{uri.Scheme}://{host}{(uri.IsDefaultPort ? "" : $":{uri.Port}")}", host);
    }
}
