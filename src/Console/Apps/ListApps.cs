using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using OpenPassage.OperatorConsole.Pages;
using OpenPassage.Server.Apps;
using OpenPassage.Server.Manage;

namespace OpenPassage.OperatorConsole.Apps;

/// <summary>The first page: all apps.</summary>
internal static class ListApps
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("", Handle);

    private static async Task<IResult> Handle(ManagedApps apps, AttestationSources sources, CancellationToken cancellationToken)
    {
        var all = await apps.ListAsync(cancellationToken);
        return new Page<AppsPage>(new AppsModel(
            [.. all.OrderBy(app => app.InService ? 0 : 1).ThenBy(app => app.Settings.Name, StringComparer.OrdinalIgnoreCase)],
            sources.Problems));
    }
}

/// <param name="Apps">All of them.</param>
/// <param name="Problems">What is wrong with the files that vouch for authenticators.</param>
internal sealed record AppsModel(IReadOnlyList<AppRecord> Apps, IReadOnlyList<SourceProblem> Problems);
