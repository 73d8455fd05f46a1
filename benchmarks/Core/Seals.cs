using System.Buffers.Binary;
using System.Security.Cryptography;
using Microsoft.Extensions.ObjectPool;
using OpenPassage.Server.Sealing;

namespace OpenPassage.Benchmarks.Core;

/// <summary>
/// What a ticket's seal costs: the one that the server has, whose nonce is made from the content, beside the one it had, whose nonces
/// were counted. One operation seals and opens one ticket of a handshake's length.
/// </summary>
internal static class Seals
{
    private static readonly byte[] Purpose = [3, .. "some-app-of-a-site"u8];
    private static readonly byte[] Content = RandomNumberGenerator.GetBytes(200);

    public static Contender[] All()
    {
        var secret = RandomNumberGenerator.GetBytes(SealingKey.SecretLength);
        var (now, before) = (new SealingKey([], secret, default), new Counted(secret));
        return [new InProcess("synthetic nonce, now", () => Now(now)), new InProcess("counted nonce, before", () => Before(before))];
    }

    private static bool Now(SealingKey key)
    {
        var made = new byte[Content.Length + SealingKey.NonceLength + SealingKey.TagLength];
        key.Seal(Purpose, Content, made);
        return key.Open(Purpose, made).Length == Content.Length;
    }

    private static bool Before(Counted key)
    {
        var made = new byte[Content.Length + SealingKey.NonceLength + SealingKey.TagLength];
        key.Seal(Purpose, Content, made);
        return key.Open(Purpose, made).Length == Content.Length;
    }

    private sealed class Counted(byte[] secret)
    {
        private readonly DefaultObjectPool<AesGcm> ciphers = new(new Ciphers(secret));
        private long nonces;

        public void Seal(ReadOnlySpan<byte> purpose, ReadOnlySpan<byte> content, Span<byte> made)
        {
            var nonce = made[..SealingKey.NonceLength];
            BinaryPrimitives.WriteUInt32BigEndian(nonce, (uint)TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds());
            BinaryPrimitives.WriteInt64BigEndian(nonce[sizeof(uint)..], Interlocked.Increment(ref nonces));
            var cipher = ciphers.Get();
            cipher.Encrypt(nonce, content, made[SealingKey.NonceLength..^SealingKey.TagLength], made[^SealingKey.TagLength..], purpose);
            ciphers.Return(cipher);
        }

        public byte[] Open(ReadOnlySpan<byte> purpose, ReadOnlySpan<byte> made)
        {
            var content = new byte[made.Length - SealingKey.NonceLength - SealingKey.TagLength];
            var cipher = ciphers.Get();
            var nonce = made[..SealingKey.NonceLength];
            var tag = made[^SealingKey.TagLength..];
            cipher.Decrypt(nonce, made[SealingKey.NonceLength..^SealingKey.TagLength], tag, content, purpose);
            ciphers.Return(cipher);
            return content;
        }
    }

    private sealed class Ciphers(byte[] key) : PooledObjectPolicy<AesGcm>
    {
        public override AesGcm Create() => new(key, SealingKey.TagLength);

        public override bool Return(AesGcm obj) => true;
    }
}
