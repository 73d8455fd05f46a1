namespace OpenPassage.Host.Serving;

/// <summary>Says when to write a line about something that happens a thousand times a second.</summary>
internal sealed class OnceAMinute(TimeProvider time)
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly Lock gate = new();
    private long? last;

    public bool IsDue()
    {
        lock (gate)
        {
            if (last is { } then && time.GetElapsedTime(then) < Minute)
                return false;
            last = time.GetTimestamp();
            return true;
        }
    }
}
