using System.Text.Json.Serialization.Metadata;
using OpenPassage.Server.Http;

namespace OpenPassage.Server.Ready.Picture;

/// <summary>
/// Which devices can use passkeys. A device counts once in each month; numbers of devices are those of a month, on average over the months
/// from <paramref name="From"/> to <paramref name="To"/> in which there were any. What is of fewer than ten devices a month is not told.
/// </summary>
/// <param name="From">The first day of the first month, in UTC.</param>
/// <param name="To">The last day of the last month.</param>
/// <param name="Devices">How many there were a month. With the same key, a device counts once; with two keys it counts twice.</param>
/// <param name="Nameless">Reports a month of devices without an id, which cannot be told apart: they are in no share.</param>
/// <param name="Capabilities">In this order: <c>local</c>, <c>synced</c>, <c>autofill</c>, <c>phone</c>, <c>key_only</c>, <c>none</c>;
/// empty: there are fewer than ten devices.</param>
/// <param name="Groups">The largest first; <c>other</c>, at the end, are those that are too small to show, summed.</param>
/// <param name="LeftBehind">Kinds of device that cannot though others of the same family can, the largest first.</param>
/// <param name="Weeks">Week by week: at least the year up to <paramref name="To"/>. A device counts once in each.</param>
/// <param name="Forecast">From the weeks that are over; null: they are fewer than 8, or in none of the last
/// four were there 500 devices.</param>
/// <param name="Funnel">From a device that can to a passkey in use; null: of all apps, no funnel is told.</param>
internal sealed record ReadinessPicture(
    DateOnly From,
    DateOnly To,
    long Devices,
    long Nameless,
    IReadOnlyList<CapabilityShare> Capabilities,
    IReadOnlyList<GroupShare> Groups,
    IReadOnlyList<LeftBehindKind> LeftBehind,
    IReadOnlyList<WeekShare> Weeks,
    ForecastFigures? Forecast,
    Funnel? Funnel) : IAnswer<ReadinessPicture>
{
    public static JsonTypeInfo<ReadinessPicture> Json => PictureWire.Default.ReadinessPicture;
}

/// <summary>A share of all devices. The true one lies between low and high with 95 % confidence (Wilson's interval).</summary>
/// <param name="Name"><c>local</c>: with a passkey of their own; <c>synced</c>: with passkeys that a provider synchronises;
/// <c>autofill</c>: passkeys among the suggestions of a name field; <c>phone</c>: with a passkey on a phone nearby; <c>key_only</c>: with a
/// security key, and neither of their own nor by phone; <c>none</c>: with none of these.</param>
/// <param name="Devices">How many, a month.</param>
/// <param name="Share">0 to 1.</param>
/// <param name="Low">0 to 1.</param>
/// <param name="High">0 to 1.</param>
/// <param name="Reported">How many said so.</param>
/// <param name="Known">How many have a browser whose version is known to.</param>
/// <param name="Uses">What the share is made of: <c>reported</c>, or <c>both</c>, when either is enough.</param>
internal sealed record CapabilityShare(
    string Name, long Devices, double Share, double Low, double High, long Reported, long Known, string Uses);

/// <summary>A group of devices, and the share of them that can.</summary>
/// <param name="Name">A platform, a system, a browser, or an app's id, which is empty for keys that are no app's. <c>unknown</c>: not
/// known; <c>app</c>, among browsers: an app of its own; <c>other</c>: groups that are too small to show.</param>
/// <param name="Major">The major version of a system or browser; null: unknown, or there is none.</param>
/// <param name="Devices">How many, a month.</param>
/// <param name="Share">0 to 1.</param>
/// <param name="Low">With 95 % confidence.</param>
/// <param name="High">With 95 % confidence.</param>
internal sealed record GroupShare(string Name, int? Major, long Devices, double Share, double Low, double High)
{
    public static GroupShare Of(Cell cell, int months)
    {
        var interval = cell.Tally.Interval(months);
        return new(cell.Name, cell.Major, cell.Tally.Monthly(months), interval.Share, interval.Low, interval.High);
    }
}

/// <summary>Devices that cannot though others of the same family can: at least twice as large a share of them.</summary>
/// <param name="System">The operating system; <c>unknown</c>: not known.</param>
/// <param name="SystemMajor">Null: unknown.</param>
/// <param name="Browser"><c>app</c>: an app of its own.</param>
/// <param name="BrowserMajor">Null: unknown, or there is none.</param>
/// <param name="Devices">How many, a month.</param>
/// <param name="Share">The share of them that can already, 0 to 1.</param>
/// <param name="Gain">How many more could after an update, by what devices of that version report; null: too few have it.</param>
/// <param name="UpdateTo">What to update to, at least.</param>
internal sealed record LeftBehindKind(
    string System, int? SystemMajor, string Browser, int? BrowserMajor, long Devices, double Share, long? Gain, UpdateTo UpdateTo);

/// <summary>A version that can.</summary>
/// <param name="Name">The browser or the system.</param>
/// <param name="Major">Its major version.</param>
/// <param name="By">How that is told: <c>known</c> of the browser, or <c>reported</c> by devices that have it.</param>
internal sealed record UpdateTo(string Name, int Major, string By)
{
    public const string Known = "known";

    public const string Reported = "reported";
}

/// <summary>The share of a week's devices that can.</summary>
/// <param name="Week">Its Monday. The last may be the week that it is now, which is not over.</param>
/// <param name="Devices">How many; a week of fewer than ten is left out.</param>
/// <param name="Share">0 to 1.</param>
/// <param name="Low">With 95 % confidence.</param>
/// <param name="High">With 95 % confidence.</param>
internal sealed record WeekShare(DateOnly Week, long Devices, double Share, double Low, double High);

/// <summary>Shares to come.</summary>
/// <param name="Months">3, 6 and 12 months ahead.</param>
/// <param name="PastError">How far the same forecast, made four weeks ago, was from those weeks on average: a share, 0 to 1.</param>
internal sealed record ForecastFigures(IReadOnlyList<MonthShare> Months, double PastError);

/// <summary>A share to come, and the band in which it lies with 90 % confidence.</summary>
/// <param name="Month">Its first day.</param>
/// <param name="Share">0 to 1.</param>
/// <param name="Low">0 to 1.</param>
/// <param name="High">0 to 1.</param>
internal sealed record MonthShare(DateOnly Month, double Share, double Low, double High);
