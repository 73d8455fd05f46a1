namespace OpenPassage.Server.Sql;

/// <summary>
/// How many of something there were within an hour, on all nodes together: rows are counted every few seconds at most, and in between a
/// node adds its own.
/// </summary>
internal sealed class HourCount
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);
    private static readonly TimeSpan GoodFor = TimeSpan.FromSeconds(5);

    private readonly Lock gate = new();
    private DateTimeOffset readAt = DateTimeOffset.MinValue;
    private DateTimeOffset toldAt = DateTimeOffset.MinValue;
    private long number;

    /// <summary>As far as this node knows.</summary>
    public long Number
    {
        get
        {
            lock (gate)
                return number;
        }
    }

    /// <summary>Counts the rows anew, unless that was done a moment ago.</summary>
    /// <param name="now">The time.</param>
    /// <param name="countAsync">Counts those that are younger than a time.</param>
    public async ValueTask RefreshAsync(DateTimeOffset now, Func<DateTimeOffset, ValueTask<long>> countAsync)
    {
        lock (gate)
        {
            if (readAt > now - GoodFor)
                return;
        }

        var counted = await countAsync(now - Hour);
        lock (gate)
            (number, readAt) = (counted, now);
    }

    /// <summary>One more.</summary>
    public void Add()
    {
        lock (gate)
            number++;
    }

    /// <summary>One more, unless there are so many already.</summary>
    public bool TryTake(long most)
    {
        lock (gate)
        {
            if (number >= most)
                return false;
            number++;
            return true;
        }
    }

    /// <summary>Whether this was not asked within the hour: an alarm is told once, however much goes on.</summary>
    public bool IsFirst(DateTimeOffset now)
    {
        lock (gate)
        {
            if (toldAt > now - Hour)
                return false;
            toldAt = now;
            return true;
        }
    }
}
