using OpenPassage.Server;
using OpenPassage.Server.Apps;

namespace OpenPassage.Host.Doctor;

/// <summary>The apps' origins, as browsers see them.</summary>
internal static class AppCheck
{
    public static async Task<IEnumerable<Finding>> LookAsync(IReadOnlyList<AppOptions> apps, Network network)
    {
        var all = await Task.WhenAll(apps.Select(app => LookAsync(app, network)));
        var domains = await Task.WhenAll(apps.GroupBy(app => Domain.ToAscii(app.RpId) ?? "", StringComparer.Ordinal)
            .Select(group => DomainDocuments.LookAsync(group.Key, [.. group], network)));
        return all.Concat(domains).SelectMany(findings => findings);
    }

    private static async Task<Findings> LookAsync(AppOptions app, Network network)
    {
        var findings = new Findings($"app {app.Id}");
        foreach (var origin in app.Origins.Concat(app.RelatedOrigins)
            .Select(Domain.ToOrigin)
            .OfType<(string Origin, string Host)>()
            .Distinct())
            await network.LookAtPageAsync(findings, origin.Origin, origin.Origin);
        return findings;
    }
}
