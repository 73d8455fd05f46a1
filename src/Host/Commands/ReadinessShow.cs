using System.CommandLine;
using System.Globalization;
using OpenPassage.Host.Terminals;
using OpenPassage.Server.Apps;
using OpenPassage.Server.Http;
using OpenPassage.Server.Manage;
using OpenPassage.Server.Ready.Picture;
using OpenPassage.Server.Values;

namespace OpenPassage.Host.Commands;

/// <summary><c>openpassage readiness show</c>.</summary>
internal static class ReadinessShow
{
    public static Command Make(Terminal terminal)
    {
        var app = Arguments.Text("--app", "The app's id. Default: all apps.");
        var from = Arguments.Time("--from", "A day in the first month, in UTC. Default: in the month before the last one.");
        var to = Arguments.Time("--to", "A day in the last month, in UTC. Default: today.");
        var by = Arguments.Word("--by", "What groups are made by. Default: platform", [.. Grouping.All.Select(each => each.Word)]);
        var capability = Arguments.Word(
            "--capability",
            "What groups, weeks, the forecast and who is left behind are told of. Default: local",
            [.. Ability.Asked.Select(each => each.Name)]);
        var command = new NotedCommand(
            "show",
            "Show which devices can use passkeys, of an app or of all.",
            "Devices are counted by calendar month; their numbers are those of a month, on average. "
                + "Groups of fewer than ten are not shown.")
        {
            app, from, to, by, capability,
        };
        return terminal.Does(command, async session =>
        {
            var reader = session.Get<PictureReader>();
            var months = Months.Between(Day(session.Value(from)), Day(session.Value(to)), reader.Today);
            if (months.AreWrong(reader.Today))
                throw new RefusedException(Refusal.InvalidRequest.Because(Months.Rule));
            var record = session.Value(app) is { } id
                ? await session.Get<ManagedApps>().GetAsync(new(id), session.CancellationToken)
                : null;
            var query = new PictureQuery(
                record is null ? null : new AppId(record.Settings.Id),
                months,
                Grouping.Named(session.Value(by)),
                Ability.Named(session.Value(capability)));
            session.Show(
                await reader.ReadAsync(query, record is null ? null : AppTypes.Of(record.Settings.Type), session.CancellationToken),
                PictureWire.Default.ReadinessPicture,
                picture => Lines(session, picture, query));
        });
    }

    private static void Lines(Session session, ReadinessPicture picture, PictureQuery query)
    {
        session.Line($"{picture.From:yyyy-MM-dd} to {picture.To:yyyy-MM-dd}: {picture.Devices} devices a month"
            + (picture.Nameless > 0 ? $", and {picture.Nameless} reports without a device id, which are in no share." : "."));
        if (picture.Capabilities.Count == 0)
        {
            session.Line($"Shares are shown from {Tally.Least} devices a month on.");
            return;
        }

        session.Line("");
        session.Table(
            ["CAPABILITY", "SHARE", "95 % BETWEEN", "DEVICES", "REPORTED", "KNOWN", "USES"],
            picture.Capabilities.Select(one => (string?[])
            [
                one.Name, Percent(one.Share), Between(one.Low, one.High), Number(one.Devices), Number(one.Reported), Number(one.Known),
                one.Uses,
            ]));
        session.Line("");
        session.Table(
            [query.By.Word.ToUpperInvariant(), query.Ability.Name.ToUpperInvariant(), "95 % BETWEEN", "DEVICES"],
            picture.Groups.Select(group => (string?[])
            [
                Named(group.Name is "" ? "no app" : group.Name, group.Major), Percent(group.Share), Between(group.Low, group.High),
                Number(group.Devices),
            ]));
        if (picture.LeftBehind.Count > 0)
        {
            session.Line("");
            session.Table(
                ["LEFT BEHIND", "DEVICES", query.Ability.Name.ToUpperInvariant(), "UPDATE TO", "GAIN", "BY"],
                picture.LeftBehind.Select(kind => (string?[])
                [
                    $"{Named(kind.System, kind.SystemMajor)}, {Named(kind.Browser, kind.BrowserMajor)}", Number(kind.Devices),
                    Percent(kind.Share), Named(kind.UpdateTo.Name, kind.UpdateTo.Major), kind.Gain is { } gain ? Number(gain) : null,
                    kind.UpdateTo.By,
                ]));
        }

        if (picture.Weeks.Count > 0)
        {
            session.Line("");
            session.Table(
                ["WEEK", query.Ability.Name.ToUpperInvariant(), "95 % BETWEEN", "DEVICES"],
                picture.Weeks.Select(week => (string?[])
                    [$"{week.Week:yyyy-MM-dd}", Percent(week.Share), Between(week.Low, week.High), Number(week.Devices)]));
        }

        Lines(session, picture.Forecast);
        Lines(session, picture.Funnel);
    }

    private static void Lines(Session session, ForecastFigures? forecast)
    {
        session.Line("");
        if (forecast is null)
        {
            session.Line("No forecast yet: it takes 8 whole weeks, and 500 devices in one of the last four.");
            return;
        }

        session.Table(
            ["FORECAST", "SHARE", "90 % BETWEEN"],
            forecast.Months.Select(month => (string?[])
                [$"{month.Month:yyyy-MM}", Percent(month.Share), Between(month.Low, month.High)]));
        session.Line($"The same forecast, made four weeks ago, was wrong by {Percent(forecast.PastError)} on average.");
    }

    private static void Lines(Session session, Funnel? funnel)
    {
        if (funnel is null)
            return;
        session.Line("");
        session.Table(
            ["READY", "ASKED", "MADE", "USED", "WEAKEST"],
            [[Percent(funnel.Ready), Percent(funnel.Asked), Percent(funnel.Made), Percent(funnel.Used), funnel.Weakest]]);
    }

    private static DateOnly? Day(DateTimeOffset? time) => time is { } at ? DateOnly.FromDateTime(at.UtcDateTime) : null;

    private static string Named(string name, int? major) => major is { } known ? $"{name} {known}" : name;

    private static string Between(double low, double high) => $"{Percent(low)} and {Percent(high)}";

    private static string? Percent(double? share)
        => share is { } known ? (100 * known).ToString("0.0", CultureInfo.InvariantCulture) + " %" : null;

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);
}
