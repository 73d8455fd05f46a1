using System.Net;
using Microsoft.Extensions.Options;
using OpenPassage.Server;
using OpenPassage.Server.Http;

namespace OpenPassage.Host.Serving;

/// <summary>
/// The server below a path of a site, such as <c>/passkeys</c>: its links and redirects begin with it. The setting says so, and
/// calls then come with the path or without; or else a trusted proxy, which has taken it off and says so in
/// <c>X-Forwarded-Prefix</c>. There it is not taken off once more: what a proxy forbids below its path would have a second spelling.
/// </summary>
internal sealed class SubPath(string configured, IEnumerable<string> trusted)
{
    private const string Header = "X-Forwarded-Prefix";

    private readonly IReadOnlyList<System.Net.IPNetwork> proxies =
        [.. trusted.Select(proxy => IPAddress.TryParse(proxy, out var one) ? Alone(one) : System.Net.IPNetwork.Parse(proxy))];

    /// <summary>Before the forwarded headers are read, which make the visitor's address of the proxy's.</summary>
    public static void Use(WebApplication app)
    {
        // The console has the setting, whose links begin with it too.
        var configured = app.Services.GetRequiredService<IOptions<OpenPassageConsoleOptions>>().Value.PathBase;
        var trusted = app.Services.GetRequiredService<IOptions<OpenPassageHostOptions>>().Value.TrustedProxies;
        if (configured.Length == 0 && trusted is [])
            return;
        var path = new SubPath(configured, trusted);
        app.Use((context, next) =>
        {
            path.Apply(context);
            return next(context);
        });
    }

    private void Apply(HttpContext context)
    {
        var request = context.Request;
        if (configured.Length > 0)
            TakeOff(request);
        else if (request.Headers[Header] is [{ } said] && PathBases.Allow(said.TrimEnd('/')) && IsTrusted(context))
            request.PathBase = said.TrimEnd('/');
    }

    private void TakeOff(HttpRequest request)
    {
        request.PathBase = configured;
        var path = request.Path.Value ?? "";
        if (path.StartsWith(configured, StringComparison.Ordinal) && (path.Length == configured.Length || path[configured.Length] == '/'))
            request.Path = path[configured.Length..];
    }

    private bool IsTrusted(HttpContext context)
    {
        var caller = Caller.AddressOf(context);
        return proxies.Any(proxy => proxy.Contains(caller));
    }

    private static System.Net.IPNetwork Alone(IPAddress address)
        => new(address, address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork ? 32 : 128);
}
