using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace OpenPassage.Server.Telemetry;

/// <summary>One instrument with a series for each set of tags it was seen with.</summary>
internal sealed class Family
{
    private readonly ConcurrentDictionary<KeyValuePair<string, object?>[], Series> series = new(TagSets.Instance);
    private readonly ConcurrentDictionary<KeyValuePair<string, object?>[], Series>
        .AlternateLookup<ReadOnlySpan<KeyValuePair<string, object?>>> lookup;

    public Family(Instrument instrument)
    {
        lookup = series.GetAlternateLookup<ReadOnlySpan<KeyValuePair<string, object?>>>();
        Bounds = instrument switch
        {
            Histogram<double> { Advice.HistogramBucketBoundaries: { } bounds } => [.. bounds],
            Histogram<long> { Advice.HistogramBucketBoundaries: { } bounds } => [.. bounds.Select(bound => (double)bound)],
            _ => null,
        };
        IsObserved = instrument.IsObservable;
        Name = instrument.Name.Replace('.', '_') + (instrument.Unit == "s" ? "_seconds" : "") + (Bounds is null ? "_total" : "");
        Help = instrument.Description ?? "";
    }

    /// <summary>As Prometheus writes it: with its unit, and <c>_total</c> behind what only grows.</summary>
    public string Name { get; }

    public string Help { get; }

    /// <summary>The upper bounds of a histogram's buckets, ascending; null: it is a counter.</summary>
    public IReadOnlyList<double>? Bounds { get; }

    public IEnumerable<KeyValuePair<KeyValuePair<string, object?>[], Series>> All => series;

    /// <summary>Whether the instrument tells its total instead of what was added.</summary>
    private bool IsObserved { get; }

    public void Add(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (!lookup.TryGetValue(tags, out var one))
            one = series.GetOrAdd(tags.ToArray(), static (_, bounds) => new Series(bounds), Bounds);
        one.Add(value, IsObserved);
    }

    /// <summary>Two sets are the same when they have the same tags in the same order, as one instrument always gives them.</summary>
    private sealed class TagSets
        : IEqualityComparer<KeyValuePair<string, object?>[]>,
            IAlternateEqualityComparer<ReadOnlySpan<KeyValuePair<string, object?>>, KeyValuePair<string, object?>[]>
    {
        public static readonly TagSets Instance = new();

        public bool Equals(KeyValuePair<string, object?>[]? x, KeyValuePair<string, object?>[]? y) => x.AsSpan().SequenceEqual(y);

        public bool Equals(ReadOnlySpan<KeyValuePair<string, object?>> alternate, KeyValuePair<string, object?>[] other)
        {
            if (alternate.Length != other.Length)
                return false;
            for (var i = 0; i < other.Length; i++)
            {
                if (alternate[i].Key != other[i].Key || !Equals(alternate[i].Value, other[i].Value))
                    return false;
            }

            return true;
        }

        public int GetHashCode(KeyValuePair<string, object?>[] obj) => GetHashCode(obj.AsSpan());

        public int GetHashCode(ReadOnlySpan<KeyValuePair<string, object?>> alternate)
        {
            var hash = default(HashCode);
            foreach (var (_, value) in alternate)
                hash.Add(value);
            return hash.ToHashCode();
        }

        public KeyValuePair<string, object?>[] Create(ReadOnlySpan<KeyValuePair<string, object?>> alternate) => alternate.ToArray();
    }
}

/// <summary>One line of a counter, or the lines of one histogram.</summary>
internal sealed class Series(IReadOnlyList<double>? bounds)
{
    private readonly Lock gate = new();
    private readonly long[] buckets = new long[(bounds?.Count ?? 0) + 1];
    private double sum;

    public void Add(double value, bool isTotal)
    {
        var bucket = 0;
        // A bound belongs to its bucket: le means less or equal.
        while (bounds is not null && bucket < bounds.Count && value > bounds[bucket])
            bucket++;
        lock (gate)
        {
            sum = isTotal ? value : sum + value;
            buckets[bucket]++;
        }
    }

    /// <summary>The sum of the values, and how many fell into each bucket; the last one is beyond the highest bound.</summary>
    public (double Sum, long[] Buckets) Read()
    {
        lock (gate)
            return (sum, [.. buckets]);
    }
}
