using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using OpenPassage.Server.Admission;
using OpenPassage.Server.Apps;
using OpenPassage.Server.Http;

namespace OpenPassage.Server.WellKnown;

/// <summary>
/// The apps of one RP ID, which a document is about: its domain has one document for them all. Asked by path they are those of
/// the app named, asked by host those whose RP ID is the host; a host chooses among them and is believed no further. Binding
/// throws <see cref="RefusedException"/>, which the gate turns into the answer. Apps that chose the RP ID by themselves are left out
/// where there are others.
/// </summary>
internal sealed class RpIdApps(IReadOnlyList<App> apps)
{
    // Whoever adds an origin wants to see it work: browsers, proxies and password managers ask again after five minutes.
    private const string Caching = "public, max-age=300";

    public IReadOnlyList<App> All { get; } = HeldDomains.Named(apps, app => app.RpIdIsClaimed);

    public static ValueTask<RpIdApps?> BindAsync(HttpContext context)
    {
        var directory = context.RequestServices.GetRequiredService<AppDirectory>();
        string rpId;
        if (context.GetRouteValue(Gate.AppIdRouteValue) is string id)
            rpId = directory.Find(id)?.RelyingParty.Id ?? throw new RefusedException(Refusal.AppNotFound);
        else
            rpId = context.Request.Host.Host;
        if (directory.OfRpId(rpId) is not [_, ..] apps)
            throw new RefusedException(Refusal.NoAppOfHost);

        context.Response.Headers.CacheControl = Caching;
        // Public, and read by pages and extensions of anybody.
        context.Response.Headers.AccessControlAllowOrigin = "*";
        return ValueTask.FromResult<RpIdApps?>(new RpIdApps(apps));
    }
}
