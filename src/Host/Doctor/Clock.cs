namespace OpenPassage.Host.Doctor;

/// <summary>Clocks that must agree: tickets expire by them, and several nodes judge one ticket.</summary>
internal static class Clock
{
    private static readonly TimeSpan Notable = TimeSpan.FromSeconds(5);
    // What nodes may differ by before one's fresh ticket is no good on another.
    private static readonly TimeSpan Most = TimeSpan.FromSeconds(30);

    public static Finding Judge(string whose, TimeSpan ahead)
    {
        var findings = new Findings("clock");
        var what = $"{whose} is {Math.Abs(ahead.TotalSeconds):0} s {(ahead < TimeSpan.Zero ? "behind" : "ahead of")} this machine's.";
        const string Advice = "Synchronise both machines with a time server: timedatectl set-ntp true.";
        if (ahead.Duration() > Most)
            findings.Wrong(what, Advice);
        else if (ahead.Duration() > Notable)
            findings.Warn(what, Advice);
        else
            findings.Ok($"{whose} agrees with this machine's.");
        return findings[0];
    }
}
