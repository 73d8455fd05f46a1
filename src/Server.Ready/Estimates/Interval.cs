using System.Runtime.InteropServices;

namespace OpenPassage.Server.Ready.Estimates;

/// <summary>A share, and between what the true one lies with 95 % confidence.</summary>
/// <param name="Share">0 to 1.</param>
/// <param name="Low">0 to 1.</param>
/// <param name="High">0 to 1.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Interval(double Share, double Low, double High)
{
    /// <summary>Wilson's interval.</summary>
    /// <param name="capable">Those that can; not more than all.</param>
    /// <param name="devices">All; more than 0.</param>
    public static Interval Wilson(double capable, double devices) => throw new NotSupportedException();
}
