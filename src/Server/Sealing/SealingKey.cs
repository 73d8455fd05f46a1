using System.Buffers.Binary;
using System.Security.Cryptography;
using Microsoft.Extensions.ObjectPool;

namespace OpenPassage.Server.Sealing;

/// <summary>
/// A key that tickets are sealed with for an hour: AES-256-GCM (NIST SP 800-38D) with a synthetic nonce, the beginning of HMAC-SHA-256
/// over purpose and content under a key of its own (as in SIV, RFC 5297). Two equal nonces mean two equal tickets, whatever became of
/// counters, clocks and random numbers: a virtual machine may be resumed twice from one picture.
/// </summary>
internal sealed class SealingKey
{
    public const int SecretLength = 32;
    public const int NonceLength = 12;
    public const int TagLength = 16;

    private const int OnStack = 1024;

    // One of them does one thing at a time.
    private readonly DefaultObjectPool<AesGcm> ciphers;
    private readonly DefaultObjectPool<IncrementalHash> hashes;

    /// <param name="wrapped">The secret as the ring wrapped it.</param>
    /// <param name="secret">What both keys are derived from.</param>
    /// <param name="until">When it is to be replaced, or unwrapped anew.</param>
    public SealingKey(byte[] wrapped, byte[] secret, DateTimeOffset until)
    {
        Wrapped = wrapped;
        Until = until;
        ciphers = new(new Ciphers(Derived(secret, "OpenPassage ticket: AES-256-GCM"u8)));
        hashes = new(new Hashes(Derived(secret, "OpenPassage ticket: nonce"u8)));
    }

    public byte[] Wrapped { get; }

    public DateTimeOffset Until { get; }

    /// <param name="purpose">What it is for: authenticated.</param>
    /// <param name="content">What is hidden.</param>
    /// <param name="made"><c>nonce (12) · ciphertext · tag (16)</c>.</param>
    public void Seal(ReadOnlySpan<byte> purpose, ReadOnlySpan<byte> content, Span<byte> made)
    {
        var nonce = made[..NonceLength];
        Synthesize(purpose, content, nonce);
        var cipher = ciphers.Get();
        cipher.Encrypt(nonce, content, made[NonceLength..^TagLength], made[^TagLength..], purpose);
        ciphers.Return(cipher);
    }

    /// <exception cref="CryptographicException">It is not what was sealed for this purpose.</exception>
    public byte[] Open(ReadOnlySpan<byte> purpose, ReadOnlySpan<byte> made)
    {
        var content = new byte[made.Length - NonceLength - TagLength];
        var cipher = ciphers.Get();
        try
        {
            cipher.Decrypt(made[..NonceLength], made[NonceLength..^TagLength], made[^TagLength..], content, purpose);
            return content;
        }
        finally
        {
            ciphers.Return(cipher);
        }
    }

    private static byte[] Derived(byte[] secret, ReadOnlySpan<byte> label)
        => HKDF.Expand(HashAlgorithmName.SHA256, secret, SecretLength, label.ToArray());

    private void Synthesize(ReadOnlySpan<byte> purpose, ReadOnlySpan<byte> content, Span<byte> nonce)
    {
        // The purpose's length first: no two pairs make the same bytes.
        var length = sizeof(int) + purpose.Length + content.Length;
        Span<byte> input = length <= OnStack ? stackalloc byte[OnStack] : new byte[length];
        BinaryPrimitives.WriteInt32BigEndian(input, purpose.Length);
        purpose.CopyTo(input[sizeof(int)..]);
        content.CopyTo(input[(sizeof(int) + purpose.Length)..]);
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        var hashing = hashes.Get();
        hashing.AppendData(input[..length]);
        hashing.GetHashAndReset(hash);
        hashes.Return(hashing);
        hash[..NonceLength].CopyTo(nonce);
    }

    private sealed class Ciphers(byte[] key) : PooledObjectPolicy<AesGcm>
    {
        public override AesGcm Create() => new(key, TagLength);

        public override bool Return(AesGcm obj) => true;
    }

    // Keyed once, as the ciphers are.
    private sealed class Hashes(byte[] key) : PooledObjectPolicy<IncrementalHash>
    {
        public override IncrementalHash Create() => IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key);

        public override bool Return(IncrementalHash obj) => true;
    }
}
