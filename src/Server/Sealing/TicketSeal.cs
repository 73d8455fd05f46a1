using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace OpenPassage.Server.Sealing;

/// <summary>
/// Seals and opens what tickets hold, under a key of this process (<see cref="SealingKey"/>) which each ticket carries wrapped by a key
/// of Data Protection (<see cref="TicketKeys"/>). So any node opens any ticket, keys are made and encrypted by the framework, and yet
/// the framework, which derives a key anew at each call, is asked once for a key and not once for a ticket
/// (docs/decisions/0012-the-seal-of-tickets.md).
/// </summary>
/// <remarks>
/// <c>length of the wrapped key (1) · wrapped key · nonce (12) · ciphertext · tag (16)</c>. What the seal is for, the kind of ticket
/// and its app, is authenticated data.
/// </remarks>
internal sealed class TicketSeal(TicketKeys keys, TimeProvider time)
{
    /// <summary>How many keys are kept unwrapped, of all nodes together. With more of them, some are unwrapped anew now and then.</summary>
    private const int MostKnown = 64;

    private const int Around = SealingKey.NonceLength + SealingKey.TagLength;

    /// <summary>How long a key seals, and how long one stays unwrapped before it is unwrapped again.</summary>
    private static readonly TimeSpan KeyLifetime = TimeSpan.FromHours(1);

    private readonly Lock gate = new();
    private volatile SealingKey? own;
    private volatile SealingKey[] known = [];

    /// <summary>Content that <see cref="TryOpen"/> opens for the same purpose, here and on every node.</summary>
    /// <param name="purpose">What it is for.</param>
    /// <param name="content">What is to be hidden and kept from change.</param>
    public byte[] Seal(ReadOnlySpan<byte> purpose, ReadOnlySpan<byte> content)
    {
        var now = time.GetUtcNow();
        var key = own is { } present && now < present.Until ? present : Renew(now);
        var made = new byte[1 + key.Wrapped.Length + content.Length + Around];
        made[0] = checked((byte)key.Wrapped.Length);
        key.Wrapped.CopyTo(made, 1);
        key.Seal(purpose, content, made.AsSpan(1 + key.Wrapped.Length));
        return made;
    }

    /// <summary>False when it is no seal of ours, for another purpose, or under a key that this node does not know.</summary>
    /// <param name="purpose">What it was sealed for.</param>
    /// <param name="made">What <see cref="Seal"/> made, or anything else.</param>
    /// <param name="content">What was hidden.</param>
    public bool TryOpen(ReadOnlySpan<byte> purpose, ReadOnlySpan<byte> made, [NotNullWhen(true)] out byte[]? content)
    {
        content = null;
        if (!IsSeal(made) || KeyOf(WrappedIn(made)) is not { } key)
            return false;
        try
        {
            content = key.Open(purpose, made[(1 + made[0])..]);
            return true;
        }
        catch (CryptographicException)
        {
            return false;
        }
    }

    /// <summary>
    /// Reads the ring again for a seal whose key is not known here. False: its key is known, or nobody has it, or it is no seal.
    /// </summary>
    public async ValueTask<bool> LearnKeyOfAsync(byte[] made, CancellationToken cancellationToken)
        => NeedsKey(made, out var id) && await keys.LearnAsync(id, cancellationToken);

    private bool NeedsKey(ReadOnlySpan<byte> made, out Guid id)
    {
        id = default;
        // All are as long as our own.
        if (!IsSeal(made) || !keys.IsUnknown(WrappedIn(made)) || made[0] != (own ?? Renew(time.GetUtcNow())).Wrapped.Length)
            return false;
        id = TicketKeyRing.IdIn(WrappedIn(made));
        return true;
    }

    private static bool IsSeal(ReadOnlySpan<byte> made) => !made.IsEmpty && made.Length >= 1 + made[0] + Around;

    private static ReadOnlySpan<byte> WrappedIn(ReadOnlySpan<byte> made) => made.Slice(1, made[0]);

    private SealingKey Renew(DateTimeOffset now)
    {
        lock (gate)
        {
            if (own is { } present && now < present.Until)
                return present;
            var secret = RandomNumberGenerator.GetBytes(SealingKey.SecretLength);
            var made = new SealingKey(keys.Wrap(secret), secret, now + KeyLifetime);
            Remember(made);
            return own = made;
        }
    }

    private SealingKey? KeyOf(ReadOnlySpan<byte> wrapped)
    {
        var now = time.GetUtcNow();
        // A few nodes' keys of the last hour or two: looking through them takes less than a hash of the wrapped key.
        foreach (var key in known)
        {
            if (wrapped.SequenceEqual(key.Wrapped) && now < key.Until)
                return key;
        }

        // Only what a key of the ring has authenticated is remembered: a stranger's bytes take no place.
        if (!keys.TryUnwrap(wrapped, out var secret) || secret.Length != SealingKey.SecretLength)
            return null;
        var unwrapped = new SealingKey(wrapped.ToArray(), secret, now + KeyLifetime);
        lock (gate)
            Remember(unwrapped);
        return unwrapped;
    }

    // Behind the gate. Replaced as a whole, so that whoever looks through them needs none.
    private void Remember(SealingKey key)
        => known = [key, .. known.Where(other => !other.Wrapped.AsSpan().SequenceEqual(key.Wrapped)).Take(MostKnown - 1)];
}
