using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.ObjectPool;

namespace OpenPassage.Server.Http;

/// <summary>
/// Seals and opens what tickets hold: AES-256-GCM (NIST SP 800-38D) under a key of this process, which each ticket carries wrapped
/// by Data Protection. So any node opens any ticket, keys are kept, wrapped and rotated by the framework, and yet the framework,
/// which derives a key anew at each call, is asked once for a key and not once for a ticket
/// (docs/decisions/0012-the-seal-of-tickets.md).
/// </summary>
/// <remarks>
/// <c>length of the wrapped key (1) · wrapped key · nonce (12) · ciphertext · tag (16)</c>. What the seal is for, the kind of ticket
/// and its app, is authenticated data.
/// </remarks>
internal sealed class TicketSeal(IDataProtectionProvider protection, TimeProvider time)
{
    private const int KeyLength = 32;
    private const int NonceLength = 12;
    private const int TagLength = 16;

    /// <summary>How many keys are kept unwrapped, of all nodes together. With more of them, some are unwrapped anew now and then.</summary>
    private const int MostKnown = 64;

    /// <summary>How long a key seals, and how long one stays unwrapped before the framework is asked for it again.</summary>
    private static readonly TimeSpan KeyLifetime = TimeSpan.FromHours(1);

    private readonly IDataProtector wrapping = protection.CreateProtector("ticket key");
    private readonly Lock gate = new();
    private volatile Key? own;
    private volatile Key[] known = [];

    /// <summary>Content that <see cref="TryOpen"/> opens for the same purpose, here and on every node.</summary>
    /// <param name="purpose">What it is for.</param>
    /// <param name="content">What is to be hidden and kept from change.</param>
    public byte[] Seal(ReadOnlySpan<byte> purpose, ReadOnlySpan<byte> content)
    {
        var now = time.GetUtcNow();
        var key = own is { } present && now < present.Until ? present : Renew(now);
        var made = new byte[1 + key.Wrapped.Length + NonceLength + content.Length + TagLength];
        made[0] = checked((byte)key.Wrapped.Length);
        key.Wrapped.CopyTo(made, 1);
        var rest = made.AsSpan(1 + key.Wrapped.Length);
        key.NextNonce(now, rest[..NonceLength]);
        key.Encrypt(rest[..NonceLength], content, rest[NonceLength..^TagLength], rest[^TagLength..], purpose);
        return made;
    }

    /// <summary>False when it is no seal of ours, or for another purpose.</summary>
    /// <param name="purpose">What it was sealed for.</param>
    /// <param name="made">What <see cref="Seal"/> made, or anything else.</param>
    /// <param name="content">What was hidden.</param>
    public bool TryOpen(ReadOnlySpan<byte> purpose, ReadOnlySpan<byte> made, [NotNullWhen(true)] out byte[]? content)
    {
        content = null;
        if (made.IsEmpty || made.Length < 1 + made[0] + NonceLength + TagLength)
            return false;
        var wrapped = made.Slice(1, made[0]);
        var rest = made[(1 + wrapped.Length)..];
        try
        {
            var opened = new byte[rest.Length - NonceLength - TagLength];
            KeyOf(wrapped).Decrypt(rest[..NonceLength], rest[NonceLength..^TagLength], rest[^TagLength..], opened, purpose);
            content = opened;
            return true;
        }
        catch (CryptographicException)
        {
            return false;
        }
    }

    private Key Renew(DateTimeOffset now)
    {
        lock (gate)
        {
            if (own is { } present && now < present.Until)
                return present;
            var secret = RandomNumberGenerator.GetBytes(KeyLength);
            var made = new Key(wrapping.Protect(secret), secret, now + KeyLifetime);
            Remember(made);
            return own = made;
        }
    }

    private Key KeyOf(ReadOnlySpan<byte> wrapped)
    {
        var now = time.GetUtcNow();
        // A few nodes' keys of the last hour or two: looking through them takes less than a hash of the wrapped key.
        foreach (var key in known)
        {
            if (wrapped.SequenceEqual(key.Wrapped) && now < key.Until)
                return key;
        }

        // Only what the framework has authenticated is remembered: a stranger's bytes take no place.
        var bytes = wrapped.ToArray();
        var secret = wrapping.Unprotect(bytes);
        var unwrapped = secret.Length == KeyLength ? new Key(bytes, secret, now + KeyLifetime) : throw new CryptographicException();
        lock (gate)
            Remember(unwrapped);
        return unwrapped;
    }

    // Behind the gate. Replaced as a whole, so that whoever looks through them needs none.
    private void Remember(Key key) => known = [key, .. known.Where(other => !other.Wrapped.AsSpan().SequenceEqual(key.Wrapped)).Take(MostKnown - 1)];

    private sealed class Key(byte[] wrapped, byte[] secret, DateTimeOffset until)
    {
        // One of them does one thing at a time.
        private readonly DefaultObjectPool<AesGcm> ciphers = new(new Ciphers(secret));
        private long nonces;

        public byte[] Wrapped => wrapped;

        public DateTimeOffset Until => until;

        /// <summary>
        /// No nonce comes twice under one key: they are counted, and the key is this process's own. The moment stands beside the
        /// count for a virtual machine that is resumed twice from one picture of its memory.
        /// </summary>
        public void NextNonce(DateTimeOffset now, Span<byte> nonce)
        {
            BinaryPrimitives.WriteUInt32BigEndian(nonce, (uint)now.ToUnixTimeMilliseconds());
            BinaryPrimitives.WriteInt64BigEndian(nonce[sizeof(uint)..], Interlocked.Increment(ref nonces));
        }

        public void Encrypt(ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> content, Span<byte> ciphertext, Span<byte> tag, ReadOnlySpan<byte> purpose)
        {
            var cipher = ciphers.Get();
            cipher.Encrypt(nonce, content, ciphertext, tag, purpose);
            ciphers.Return(cipher);
        }

        public void Decrypt(ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> ciphertext, ReadOnlySpan<byte> tag, Span<byte> content, ReadOnlySpan<byte> purpose)
        {
            var cipher = ciphers.Get();
            try
            {
                cipher.Decrypt(nonce, ciphertext, tag, content, purpose);
            }
            finally
            {
                ciphers.Return(cipher);
            }
        }
    }

    private sealed class Ciphers(byte[] secret) : PooledObjectPolicy<AesGcm>
    {
        public override AesGcm Create() => new(secret, TagLength);

        public override bool Return(AesGcm obj) => true;
    }
}
