using OpenPassage.Server.Ready.Estimates;

namespace OpenPassage.Ready.Tests.Estimates;

/// <summary>How often Wilson's interval holds the true share: reckoned over every count that is possible, not drawn.</summary>
internal static class Coverage
{
    /// <summary>How likely it is that so many devices give an interval with the true share in it.</summary>
    public static double Of(double share, int devices)
    {
        var (covered, logPossible) = (0.0, 0.0);
        for (var capable = 0; capable <= devices; capable++)
        {
            if (capable > 0)
                logPossible += Math.Log((devices - capable + 1.0) / capable);
            var interval = Interval.Wilson(capable, devices);
            if (interval.Low <= share && share <= interval.High)
                covered += Math.Exp(logPossible + capable * Math.Log(share) + (devices - capable) * Math.Log(1 - share));
        }
        return covered;
    }
}
