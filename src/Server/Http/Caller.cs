using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using OpenPassage.Server.Values;

namespace OpenPassage.Server.Http;

/// <summary>Who calls, as ceremonies, events and sessions know a caller.</summary>
/// <param name="Origin">The page's; null: there is no such header, which every browser sends and no native app does.</param>
/// <param name="IpAddress">Where from.</param>
/// <param name="UserAgent">What the browser calls itself, cut to what a row holds.</param>
internal readonly record struct Caller(string? Origin, string IpAddress, string UserAgent)
{
    public static Caller Of(HttpContext context) => new(
        OriginOf(context.Request),
        AddressOf(context).ToString(),
        GivenText.Cut(context.Request.Headers[HeaderNames.UserAgent].ToString()));

    /// <summary>Null when there is no such header. Whatever else it says, nothing or two things included, is one that nobody has.</summary>
    public static string? OriginOf(HttpRequest request) => request.Headers.Origin switch
    {
        { Count: 0 } => null,
        { Count: 1 } origin => origin[0] ?? "",
        var several => string.Join(',', several.ToArray()),
    };

    public static IPAddress AddressOf(HttpContext context)
    {
        var address = context.Connection.RemoteIpAddress ?? IPAddress.None;
        return address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
    }
}
