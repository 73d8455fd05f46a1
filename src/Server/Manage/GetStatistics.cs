using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using OpenPassage.Server.Admission;
using OpenPassage.Server.Apps;
using OpenPassage.Server.Http;
using OpenPassage.Server.Statistics;

namespace OpenPassage.Server.Manage;

/// <summary>The figures that the console's overview is drawn from, for whoever draws their own.</summary>
internal static class GetStatistics
{
    /// <summary>Each day is a number twice over in the answer.</summary>
    private const int MostDays = 3660;

    private const int UsualDays = 30;

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("manage/apps/{app_id}/statistics", Handle)
        .Needs(ApiKeyScopes.Admin)
        .WithMetadata(new QueryParametersMetadata(
        [
            new("from", "string", $"The first day, such as `2026-01-02`, in UTC; {UsualDays} days up to `to` unless said otherwise."),
            new("to", "string", "The last day, which is counted too; today unless said otherwise."),
        ]))
        .Describe(
            nameof(GetStatistics),
            "An app's figures: users, sign-ins, how long they take, where ceremonies stop and why.",
            Refusal.InvalidRequest);

    private static async Task<Outcome<AppStatistics>> Handle(
        AppCall call, HttpRequest request, FigureReader reader, CancellationToken cancellationToken)
    {
        var query = new QueryReader(request.Query);
        var (first, last) = (query.Day("from"), query.Day("to"));
        if (query.Problem is { } wrong)
            return Refusal.InvalidRequest.Because(wrong);
        var to = last is { } lastDay ? Days.OfDate(lastDay) : reader.Today;
        var from = first is { } firstDay ? Days.OfDate(firstDay) : to - UsualDays + 1;
        // Days before 1970 have no number, and a month is looked for a year before.
        if (from < 0 || to > Days.OfDate(DateOnly.MaxValue.AddYears(-1)) || from > to || to - from >= MostDays)
            return Refusal.InvalidRequest.Because(
                $"from is a day from 1970 on and not after to, and there are at most {MostDays} days between them.");
        var figures = AppStatistics.Of(await reader.ReadAsync(call.AppId, DayRange.Between(from, to), cancellationToken));
        // Complete has no nonces.
        return call.App.Type == AppType.Flex ? figures : figures with { NeverVerified = 0 };
    }
}

/// <summary>An app's figures. Counters are written every few seconds: the last of them may still be missing.</summary>
/// <param name="From">The first day, in UTC.</param>
/// <param name="To">The last day, which is counted too.</param>
/// <param name="Users">All there are now, whatever the days; null: they are being counted, ask again.</param>
/// <param name="ActiveThisMonth">Users who have signed in in the month that it is now.</param>
/// <param name="ActiveByMonth">Users who signed in, month by month: at least the year up to <paramref name="To"/>.</param>
/// <param name="SignIns">In these days.</param>
/// <param name="Registrations">Passkeys made in these days.</param>
/// <param name="SignInsByDay">Every day, also those without any.</param>
/// <param name="RegistrationsByDay">Every day, also those without any.</param>
/// <param name="Duration">How long sign-ins of named users took.</param>
/// <param name="Ceremonies">Where ceremonies stopped, by how they were begun.</param>
/// <param name="NeverVerified">Ceremonies that succeeded and whose nonce no backend asked for; 0 for an app of Complete.</param>
/// <param name="Rejections">Answers refused, by code.</param>
/// <param name="Providers">Passkeys made, by provider.</param>
/// <param name="Synced">Passkeys made: synced, device-bound, or not known.</param>
/// <param name="Systems">Sign-ins and registrations, by operating system.</param>
/// <param name="Browsers">Sign-ins and registrations, by browser.</param>
/// <param name="Enrolled">Passkeys that users have added after a sign-in without one, by how that was: <c>otp</c> is a code.</param>
/// <param name="Prompts">What prompts came to, as pages tell it, by kind and browser.</param>
/// <param name="PromptErrors">What browsers rejected with: the kind of prompt and the name of the error.</param>
/// <param name="PromptShare">Users whom the app asks for a passkey beside those whom it does not; empty: it asks all alike.</param>
internal sealed record AppStatistics(
    DateOnly From,
    DateOnly To,
    UserFigures? Users,
    long ActiveThisMonth,
    IReadOnlyList<MonthFigure> ActiveByMonth,
    long SignIns,
    long Registrations,
    IReadOnlyList<DayFigure> SignInsByDay,
    IReadOnlyList<DayFigure> RegistrationsByDay,
    DurationFigures Duration,
    IReadOnlyList<CeremonyFigures> Ceremonies,
    long NeverVerified,
    IReadOnlyList<LabelFigure> Rejections,
    IReadOnlyList<LabelFigure> Providers,
    IReadOnlyList<LabelFigure> Synced,
    IReadOnlyList<LabelFigure> Systems,
    IReadOnlyList<LabelFigure> Browsers,
    IReadOnlyList<LabelFigure> Enrolled,
    IReadOnlyList<PromptFigures> Prompts,
    IReadOnlyList<LabelFigure> PromptErrors,
    IReadOnlyList<ShareFigures> PromptShare) : IAnswer<AppStatistics>
{
    public static JsonTypeInfo<AppStatistics> Json => ManageWire.Default.AppStatistics;

    public static AppStatistics Of(Figures figures)
    {
        IReadOnlyList<DayFigure> ByDay(IReadOnlyList<Bar> bars)
            => [.. bars.Select((bar, i) => new DayFigure(Days.ToDate(figures.Range.From + i), bar.Value))];
        IReadOnlyList<LabelFigure> ByLabel(string kind) => [.. figures.All(kind).Select(bar => new LabelFigure(bar.Label, bar.Value))];
        return new(
            Days.ToDate(figures.Range.From),
            Days.ToDate(figures.Range.To),
            figures.Users is { } users ? new(users.All, users.WithPasskey) : null,
            figures.ActiveThisMonth,
            [.. figures.ActiveMonths.Select(month => new MonthFigure(month.First, month.Number))],
            figures.SignIns,
            figures.Registrations,
            ByDay(figures.SignInsByDay),
            ByDay(figures.RegistrationsByDay),
            DurationFigures.Of(figures),
            [.. figures.Stops.Select(
                stop => new CeremonyFigures(stop.Ceremony, stop.Begun, stop.NeverAnswered, stop.Refused, stop.Succeeded))],
            figures.NeverVerified,
            ByLabel(Counted.Refused),
            ByLabel(Counted.Provider),
            ByLabel(Counted.Synced),
            ByLabel(Counted.System),
            ByLabel(Counted.Browser),
            ByLabel(Counted.Enrolled),
            [.. figures.Prompts.Select(
                prompt => new PromptFigures(
                    prompt.Kind, prompt.Browser, prompt.Shown, prompt.Dismissed, prompt.Failed, prompt.Fallback))],
            ByLabel(Counted.PromptError),
            [.. figures.Shares.Select(share => new ShareFigures(share.Group, share.Asked, share.Made, share.Used))]);
    }
}

internal sealed record UserFigures(long All, long WithPasskey);

/// <param name="Month">Its first day.</param>
/// <param name="Number">How many.</param>
internal sealed record MonthFigure(DateOnly Month, long Number);

internal sealed record DayFigure(DateOnly Day, long Number);

internal sealed record LabelFigure(string Label, long Number);

/// <param name="Timed">Sign-ins whose duration is known: those of named users.</param>
/// <param name="MeanSeconds">Null: none was timed.</param>
/// <param name="MedianSeconds">From whole seconds, so exact to the second only; null: none was timed.</param>
/// <param name="PasswordSeconds">How long a sign-in by password takes, as somebody has entered; null: nobody has.</param>
/// <param name="BySecond">Each whole second up to the last that counted; the sixtieth is all that took longer.</param>
internal sealed record DurationFigures(
    long Timed, double? MeanSeconds, double? MedianSeconds, double? PasswordSeconds, IReadOnlyList<SecondFigure> BySecond)
{
    public static DurationFigures Of(Figures figures) => new(
        figures.Timed,
        Rounded(figures.MeanSeconds),
        Rounded(figures.MedianSeconds),
        Rounded(figures.Baseline?.TotalSeconds),
        [.. figures.Seconds.Select((bar, second) => new SecondFigure(second, bar.Value))]);

    private static double? Rounded(double? seconds) => seconds is { } known ? Math.Round(known, 3) : null;
}

internal sealed record SecondFigure(int Second, long Number);

/// <param name="Ceremony"><c>authenticate</c>: of a named user; <c>discoverable</c>: without a name; <c>register</c>.</param>
/// <param name="Begun">All of them.</param>
/// <param name="NeverAnswered">The browser brought nothing back.</param>
/// <param name="Refused">What it brought was refused.</param>
/// <param name="Succeeded">A passkey was made or used.</param>
internal sealed record CeremonyFigures(string Ceremony, long Begun, long NeverAnswered, long Refused, long Succeeded);

/// <param name="Kind"><c>modal</c>, <c>autofill</c>, <c>immediate</c> or <c>create</c>.</param>
/// <param name="Browser">Its name, or <c>Other</c>.</param>
/// <param name="Shown">Answered by the user.</param>
/// <param name="Dismissed">Closed by the user, or not answered.</param>
/// <param name="Failed">The browser did not let it come to that.</param>
/// <param name="Fallback">The page went on without it.</param>
internal sealed record PromptFigures(string Kind, string Browser, long Shown, long Dismissed, long Failed, long Fallback);

/// <param name="Group"><c>in</c>: users whom the app asks (<c>prompt_share</c>); <c>out</c>: the others.</param>
/// <param name="Asked">Prompts to make a passkey.</param>
/// <param name="Made">Passkeys made by those.</param>
/// <param name="Used">Sign-ins with a passkey.</param>
internal sealed record ShareFigures(string Group, long Asked, long Made, long Used);
