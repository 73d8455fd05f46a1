using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace OpenPassage.WebAuthn.Cose;

/// <summary>
/// Imported public keys, looked up by the SHA-256 of their COSE_Key bytes: importing a key costs more than verifying
/// with it. Bounded and thread-safe; the least recently used go first, approximately (second chance).
/// </summary>
/// <remarks>
/// A key that is evicted is let go, never disposed: another thread may be verifying with it. Its native part is freed by
/// its finalizer when nobody holds it any more.
/// </remarks>
public sealed class VerificationKeyCache
{
    /// <summary>How many keys a cache holds unless told otherwise: 4096, of 1 to 3 KB each.</summary>
    public const int DefaultCapacity = 4096;

    private readonly ConcurrentDictionary<KeyHash, Entry> entries = new();
    private readonly Entry?[] ring;
    private readonly Lock adding = new();
    private long hits;
    private long misses;
    private int hand;

    /// <summary>An empty cache.</summary>
    /// <param name="capacity">The most keys it holds; at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">A capacity below 1.</exception>
    public VerificationKeyCache(int capacity = DefaultCapacity)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        ring = new Entry?[capacity];
    }

    /// <summary>How many keys it holds now.</summary>
    public int Count => entries.Count;

    /// <summary>How often a key was found here.</summary>
    public long Hits => Interlocked.Read(ref hits);

    /// <summary>How often one was not found, and had to be imported (if it was a key at all).</summary>
    public long Misses => Interlocked.Read(ref misses);

    /// <summary>
    /// The imported key of a COSE_Key. The cache shares it with other callers: verify with it, do not dispose it.
    /// </summary>
    /// <param name="algorithms">The algorithms to accept in this call; a cached key of another is not returned.</param>
    /// <param name="coseKey">One COSE_Key, with nothing after it.</param>
    /// <param name="algorithm">
    /// The key's algorithm, also when it is not in the set; <see cref="CoseAlgorithm.None"/> when the bytes are not a key.
    /// </param>
    /// <returns>
    /// Null when the bytes are not a COSE_Key, its algorithm is not in the set, or it is not a valid key of its algorithm.
    /// </returns>
    internal VerificationKey? GetOrImport(AlgorithmSet algorithms, ReadOnlySpan<byte> coseKey, out CoseAlgorithm algorithm)
    {
        ArgumentNullException.ThrowIfNull(algorithms);
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(coseKey, digest);
        var hash = MemoryMarshal.Read<KeyHash>(digest);

        if (entries.TryGetValue(hash, out var entry))
        {
            Interlocked.Increment(ref hits);
            algorithm = entry.Algorithm.Id;
            // The set decides on each call: what one caller may use does not become usable by another.
            if (!ReferenceEquals(algorithms.Find(algorithm), entry.Algorithm))
                return null;
            entry.Used = true;
            return entry.Key;
        }

        Interlocked.Increment(ref misses);
        algorithm = CoseAlgorithm.None;
        if (!CoseKey.TryRead(coseKey, out var parsed, out var length) || length != coseKey.Length)
            return null;
        algorithm = parsed.Algorithm;
        if (algorithms.Find(algorithm) is not { } found || found.Import(parsed) is not { } key)
            return null;
        return Add(new Entry(hash, found, key));
    }

    private VerificationKey Add(Entry entry)
    {
        lock (adding)
        {
            if (!entries.TryAdd(entry.Hash, entry))
            {
                entry.Key.Dispose(); // Another thread imported it first; this one was never shared.
                return entries[entry.Hash].Key;
            }

            // The hand skips what was used since it last came by, and takes the first that was not.
            while (ring[hand] is { Used: true } spared)
            {
                spared.Used = false;
                Advance();
            }

            if (ring[hand] is { } evicted)
                entries.TryRemove(evicted.Hash, out _);
            ring[hand] = entry;
            Advance();
            return entry.Key;
        }
    }

    private void Advance() => hand = (hand + 1) % ring.Length;

    private sealed class Entry(KeyHash hash, SignatureAlgorithm algorithm, VerificationKey key)
    {
        private volatile bool used;

        public KeyHash Hash { get; } = hash;

        public SignatureAlgorithm Algorithm { get; } = algorithm;

        public VerificationKey Key { get; } = key;

        public bool Used
        {
            get => used;
            set
            {
                // Read before write keeps a hot entry's cache line shared between cores.
                if (used != value)
                    used = value;
            }
        }
    }

    [StructLayout(LayoutKind.Sequential)]
    private readonly record struct KeyHash(ulong A, ulong B, ulong C, ulong D);
}
