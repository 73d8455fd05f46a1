using System.Runtime.InteropServices;

namespace OpenPassage.Server.Ready.Estimates;

/// <summary>A share, and between what the true one lies with 95 % confidence.</summary>
/// <param name="Share">0 to 1.</param>
/// <param name="Low">0 to 1.</param>
/// <param name="High">0 to 1.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Interval(double Share, double Low, double High)
{
    /// <summary>Of the standard normal distribution: 95 % lie between minus and plus this.</summary>
    private const double Z95 = 1.959963984540054;

    /// <summary>Wilson's interval.</summary>
    /// <param name="capable">Those that can; not more than all.</param>
    /// <param name="devices">All; more than 0.</param>
    public static Interval Wilson(double capable, double devices) => Wilson(capable, devices, Z95);

    /// <summary>Wilson's interval with another confidence.</summary>
    /// <param name="z">How many standard deviations of the normal distribution it reaches; 0 to 10.</param>
    public static Interval Wilson(double capable, double devices, double z)
    {
        if (!double.IsFinite(devices) || devices <= 0)
            throw new ArgumentOutOfRangeException(nameof(devices), devices, "There is no share of none.");
        if (!(capable >= 0 && capable <= devices))
            throw new ArgumentOutOfRangeException(nameof(capable), capable, $"It must be between 0 and {devices}.");
        if (!(z is >= 0 and <= 10))
            throw new ArgumentOutOfRangeException(nameof(z), z, "It must be between 0 and 10.");

        // Divided by all from the start, so that nothing is squared that could grow out of bounds.
        var (share, other, square) = (capable / devices, (devices - capable) / devices, z * z / devices);
        var half = z * Math.Sqrt(share * other / devices + square / (4 * devices));
        var (low, high) = ((share + square / 2 - half) / (1 + square), (share + square / 2 + half) / (1 + square));
        // At none and at all the ends are 0 and 1, which subtraction only comes close to.
        return new Interval(share, capable == 0 ? 0 : Math.Clamp(low, 0, share), capable == devices ? 1 : Math.Clamp(high, share, 1));
    }
}
