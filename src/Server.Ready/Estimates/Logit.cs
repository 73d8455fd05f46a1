namespace OpenPassage.Server.Ready.Estimates;

/// <summary>Shares as the logarithm of "can to cannot", where growth towards all or nothing is a straight line.</summary>
internal static class Logit
{
    /// <summary>The logit of a share, and its variance by sampling alone. Half a device, and a device in two thousand, are added to both
    /// sides, so that all and nothing are far away and not endlessly far.</summary>
    public static (double Logit, double Variance) Of(double capable, double devices)
    {
        var little = 0.5 + devices / 2000;
        var (can, cannot) = (capable + little, devices - capable + little);
        return (Math.Log(can / cannot), 1 / can + 1 / cannot);
    }

    public static double ToShare(double logit) => 1 / (1 + Math.Exp(-logit));
}
