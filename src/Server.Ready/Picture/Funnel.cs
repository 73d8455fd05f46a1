using OpenPassage.Server.Apps;
using OpenPassage.Server.Statistics;

namespace OpenPassage.Server.Ready.Picture;

/// <summary>
/// From a device that can use a passkey to a passkey in use, each step a share, 0 to 1; null: nothing is known. They are made of sums over
/// all devices and all users: nobody's device is joined with a user.
/// </summary>
/// <param name="Ready">Of the devices, those that can sign in with a passkey of their own.</param>
/// <param name="Asked">Of the devices that can, less the users who sign in already, on how many a passkey was asked for: registrations
/// begun.</param>
/// <param name="Made">Of the registrations begun, those that made a passkey.</param>
/// <param name="Used">Flex: of the users with a passkey, those who signed in with it in the best month. Complete: of the sign-ins, those
/// with a passkey.</param>
/// <param name="Weakest">The name of the smallest of them; null: none is known.</param>
internal sealed record Funnel(double? Ready, double? Asked, double? Made, double? Used, string? Weakest)
{
    /// <param name="devices">The app's devices, and those that can: in all months together.</param>
    /// <param name="months">How many months.</param>
    /// <param name="figures">What was counted in the same months.</param>
    /// <param name="type">The product whose app it is.</param>
    public static Funnel Of(Tally devices, int months, Figures figures, AppType type)
    {
        var registrations = figures.Stops.First(stop => stop.Ceremony == CeremonyKinds.Register);
        var active = figures.ActiveMonths.Where(month => Days.OfDate(month.First) >= figures.Range.From)
            .Select(month => month.Number)
            .DefaultIfEmpty()
            .Max();
        double? ready = devices.IsEnough(months) ? (double)devices.Capable / devices.Devices : null;
        double? asked = ready > 0
            ? Share((double)registrations.Begun / months, ((double)devices.Capable / months) - active)
            : null;
        double? made = registrations.Begun > 0 ? (double)registrations.Succeeded / registrations.Begun : null;
        var used = type == AppType.Complete ? ByPasskey(figures) : OfOwners(figures.Users, active);
        return new(Rounded(ready), Rounded(asked), Rounded(made), Rounded(used), Smallest(
            (nameof(ready), ready), (nameof(asked), asked), (nameof(made), made), (nameof(used), used)));
    }

    // Of sign-ins without a ceremony nothing is counted but their browser, as it is of registrations and of every other sign-in.
    private static double? ByPasskey(Figures figures)
    {
        var all = figures.All(Counted.Browser).Sum(bar => bar.Value) - figures.All(Counted.Provider).Sum(bar => bar.Value);
        var passkeys = figures.Stops
            .Where(stop => stop.Ceremony is CeremonyKinds.Authenticate or CeremonyKinds.Discoverable)
            .Sum(stop => stop.Succeeded);
        return all > 0 || passkeys > 0 ? Share(passkeys, all) : null;
    }

    private static double? OfOwners(UserCount? users, long active) => users is { WithPasskey: > 0 and var owners }
        ? Share(active, owners)
        : null;

    // Two counts that were not made of the same: never more than all.
    private static double Share(double part, double whole) => part / Math.Max(Math.Max(part, whole), 1);

    private static double? Rounded(double? share) => share is { } known ? Tally.Rounded(known) : null;

    private static string? Smallest(params IEnumerable<(string Name, double? Share)> factors)
        => factors.Where(factor => factor.Share is not null).OrderBy(factor => factor.Share).FirstOrDefault().Name;
}
