using System.Buffers.Text;
using System.Security.Cryptography;
using Microsoft.Extensions.ObjectPool;

namespace OpenPassage.Server.Complete.Keys;

/// <summary>
/// A key that an app's tokens are signed with: RSA, 2048 bits, for RS256 (RFC 7518 §3.3), which is all that Passage's clients take.
/// </summary>
internal sealed class SigningKey
{
    public const int Bits = 2048;

    private readonly DefaultObjectPool<RSA> signers;
    private readonly DefaultObjectPool<RSA> verifiers;

    /// <param name="pkcs8">The private key.</param>
    /// <param name="publicKey">SubjectPublicKeyInfo.</param>
    public SigningKey(byte[] pkcs8, byte[] publicKey)
    {
        // An instance is one caller's at a time.
        signers = new(new Keys(rsa => rsa.ImportPkcs8PrivateKey(pkcs8, out _)));
        verifiers = new(new Keys(rsa => rsa.ImportSubjectPublicKeyInfo(publicKey, out _)));
        using var read = RSA.Create();
        read.ImportSubjectPublicKeyInfo(publicKey, out _);
        var parameters = read.ExportParameters(includePrivateParameters: false);
        (Modulus, Exponent) = (Base64Url.EncodeToString(parameters.Modulus), Base64Url.EncodeToString(parameters.Exponent));
        Pem = read.ExportSubjectPublicKeyInfoPem();
    }

    /// <summary>From 1, in the order in which they sign.</summary>
    public required long Number { get; init; }

    /// <summary>24 letters and digits.</summary>
    public required string Kid { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Tokens are signed with it from then on, until the next one's turn.</summary>
    public required DateTimeOffset SignsFrom { get; init; }

    /// <summary>Base64url, big endian (RFC 7518 §6.3.1.1).</summary>
    public string Modulus { get; }

    /// <inheritdoc cref="Modulus"/>
    public string Exponent { get; }

    /// <summary>The public key in PEM.</summary>
    public string Pem { get; }

    public byte[] Sign(ReadOnlySpan<byte> data)
    {
        var rsa = signers.Get();
        try
        {
            return rsa.SignData(data, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        }
        finally
        {
            signers.Return(rsa);
        }
    }

    public bool Verifies(ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature)
    {
        var rsa = verifiers.Get();
        try
        {
            return rsa.VerifyData(data, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        }
        finally
        {
            verifiers.Return(rsa);
        }
    }

    private sealed class Keys(Action<RSA> import) : PooledObjectPolicy<RSA>
    {
        public override RSA Create()
        {
            var rsa = RSA.Create();
            import(rsa);
            return rsa;
        }

        public override bool Return(RSA obj) => true;
    }
}

/// <summary>An app's keys as they are at one moment.</summary>
internal sealed class SigningKeySet(IReadOnlyList<SigningKey> all)
{
    /// <summary>All that are published, by their turns.</summary>
    public IReadOnlyList<SigningKey> All => all;

    /// <summary>The key whose turn it is; null: there is none.</summary>
    public SigningKey? Current(DateTimeOffset now) => all.LastOrDefault(key => key.SignsFrom <= now);

    /// <summary>The key that comes next; null: there is none yet.</summary>
    public SigningKey? Next(DateTimeOffset now) => all.FirstOrDefault(key => key.SignsFrom > now);

    public SigningKey? Find(string kid) => all.FirstOrDefault(key => key.Kid == kid);

    /// <summary>Since when a key does not sign any more; null: it signs, or will.</summary>
    public DateTimeOffset? SignedUntil(SigningKey key, DateTimeOffset now)
        => all.FirstOrDefault(one => one.Number > key.Number && one.SignsFrom <= now)?.SignsFrom;
}
