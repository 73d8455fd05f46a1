using System.Runtime.InteropServices;
using OpenPassage.Server.Ready.Estimates;

namespace OpenPassage.Server.Ready.Picture;

/// <summary>Devices, and how many of them can: in all months together.</summary>
/// <param name="Devices">All.</param>
/// <param name="Capable">Those that can.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Tally(long Devices, long Capable)
{
    /// <summary>What is of fewer devices is not shown: it would say little, and might be about somebody.</summary>
    public const int Least = 10;

    public static Tally operator +(Tally one, Tally other) => new(one.Devices + other.Devices, one.Capable + other.Capable);

    public static Tally Of(IEnumerable<Kind> kinds, Ability ability) => kinds.Aggregate(
        default(Tally), (sum, kind) => sum + new Tally(kind.Devices, ability.Counts(kind) ? kind.Devices : 0));

    /// <summary>Whether there are devices enough to be shown, in a month.</summary>
    public bool IsEnough(int months) => Devices > 0 && Devices >= (long)Least * months;

    /// <summary>How many a month.</summary>
    public long Monthly(int months) => Monthly(Devices, months);

    public static long Monthly(long number, int months)
        => months == 0 ? 0 : (long)Math.Round((double)number / months, MidpointRounding.AwayFromZero);

    /// <summary>
    /// The share of all months, and its interval as if the devices of a mean month had been asked: most of those of one month are there in
    /// the next one too, and to count them twice would make it look surer than it is.
    /// </summary>
    public Interval Interval(int months)
    {
        var found = Estimates.Interval.Wilson((double)Capable / months, (double)Devices / months);
        return new(Rounded(found.Share), Rounded(found.Low), Rounded(found.High));
    }

    /// <summary>To a hundredth of a percent.</summary>
    public static double Rounded(double share) => Math.Round(share, 4);
}
