using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;

namespace OpenPassage.Browser.Tests;

/// <summary>A site of a test's own, on a free port of this machine, that says nothing of what it does.</summary>
internal static class LocalSite
{
    /// <summary>Still to be given pages and started.</summary>
    public static WebApplication Build()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        return builder.Build();
    }

    /// <summary>Where browsers find one that is started: passkeys want a name.</summary>
    public static string OriginOf(WebApplication site) => $"http://localhost:{new Uri(site.Urls.First()).Port}";
}
