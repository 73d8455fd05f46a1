using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using OpenPassage.Server.Admission;
using OpenPassage.Server.Apps;
using OpenPassage.Server.Http;
using OpenPassage.Server.Manage;
using OpenPassage.Server.Values;

namespace OpenPassage.Server.Ready.Picture;

/// <summary>Which devices can use passkeys, of an app or of all.</summary>
internal static class GetReadiness
{
    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("manage/readiness", Handle)
        .WithMetadata(new QueryParametersMetadata(
        [
            new("app_id", "string", "The app whose devices it is about; all apps' unless said otherwise."),
            new("from", "string", "A day in the first month, such as `2026-01-02`; in the month before the last unless said otherwise."),
            new("to", "string", "A day in the last month; today unless said otherwise."),
            new("by", "string", $"What groups are made by: {Words(Grouping.All.Select(by => by.Word))}; the first unless said otherwise."),
            new(
                "capability",
                "string",
                "What groups, weeks, the forecast and who is left behind are told of: "
                    + $"{Words(Ability.Asked.Select(ability => ability.Name))}; the first unless said otherwise."),
        ]))
        .Describe(
            nameof(GetReadiness),
            "Which devices can use passkeys: shares with their intervals, who is left behind, week by week, and a forecast.",
            Refusal.InvalidRequest,
            Refusal.AppNotFound);

    private static async Task<Outcome<ReadinessPicture>> Handle(
        HttpRequest request, ManagedApps apps, PictureReader reader, CancellationToken cancellationToken)
    {
        var filters = new QueryReader(request.Query);
        var app = filters.Text("app_id");
        var query = PictureQuery.Read(filters, app is null ? null : new AppId(app), reader.Today);
        if (filters.Problem is { } wrong)
            return Refusal.InvalidRequest.Because(wrong);
        if (query.Months.AreWrong(reader.Today))
            return Refusal.InvalidRequest.Because(Months.Rule);
        var record = query.App is { } id ? await apps.GetAsync(id, cancellationToken) : null;
        return await reader.ReadAsync(query, record is null ? null : AppTypes.Of(record.Settings.Type), cancellationToken);
    }

    private static string Words(IEnumerable<string> words) => string.Join(", ", words.Select(word => $"`{word}`"));
}
