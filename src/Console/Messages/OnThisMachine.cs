using System.Net;
using Microsoft.AspNetCore.Http;
using OpenPassage.OperatorConsole.Sessions;
using OpenPassage.Server.Apps;

namespace OpenPassage.OperatorConsole.Messages;

/// <summary>
/// Whether the console is opened on the machine that it runs on, for whom codes and links are shown. The connection decides, from address
/// to address, and the settings. What the request says about itself can only speak against it: anybody can write a header.
/// </summary>
internal static class OnThisMachine
{
    // Whatever is between leaves one of these, or is told to by nobody who means well.
    private static readonly string[] Marks =
    [
        "Forwarded", "Via", "X-Real-IP", "X-Client-IP", "X-Cluster-Client-IP", "True-Client-IP", "CF-Connecting-IP", "CDN-Loop",
        "Fastly-Client-IP",
    ];

    private static readonly string[] Beginnings = ["X-Forwarded", "X-Original-", "X-Envoy-"];

    /// <summary>Why it is not, for a person; null: it is.</summary>
    public static string? WhyNot(HttpContext context, ConsoleApp console)
    {
        var host = new Uri(console.Origin).Host;
        if (!Domain.IsLocalhost(host))
            return $"the console's address is {console.Origin}, not localhost";
        if (context.Request.Headers.Any(header => IsMark(header.Key)))
            return "your request came through a proxy";
        if (!IsLoopback(context.Connection.RemoteIpAddress) || !IsLoopback(context.Connection.LocalIpAddress))
            return "you opened the console from another machine or container";
        var asked = context.Request.Host.Host;
        return Domain.IsLocalhost(asked) || Domain.IsLoopback(asked) ? null : $"you opened the console as {asked}, not as localhost";
    }

    // Nothing known of an end is no loopback: a socket that is a file, which proxies have too.
    private static bool IsLoopback(IPAddress? address) => address is not null && IPAddress.IsLoopback(address);

    private static bool IsMark(string header)
        => Marks.Contains(header, StringComparer.OrdinalIgnoreCase)
            || Beginnings.Any(beginning => header.StartsWith(beginning, StringComparison.OrdinalIgnoreCase));
}
