using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text.Json;

namespace OpenPassage.Complete;

/// <summary>A public key of the app's.</summary>
internal sealed class PublicKey(RSAParameters parameters)
{
    // An RSA object is not for several threads at once, and importing a key takes about as long as using it.
    private readonly ConcurrentBag<RSA> idle = [];

    /// <summary>RS256 (RFC 7518 §3.3).</summary>
    public bool Verifies(byte[] signed, byte[] signature)
    {
        if (signature.Length != parameters.Modulus!.Length)
            return false;
        var rsa = idle.TryTake(out var one) ? one : RSA.Create(parameters);
        try
        {
            return rsa.VerifyData(signed, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        }
        finally
        {
            idle.Add(rsa);
        }
    }

    public bool IsSameAs(RSAParameters other) =>
        parameters.Modulus.AsSpan().SequenceEqual(other.Modulus) && parameters.Exponent.AsSpan().SequenceEqual(other.Exponent);
}

/// <summary>The keys of one answer (RFC 7517 §5).</summary>
internal sealed class KeySet(IReadOnlyDictionary<string, PublicKey> keys)
{
    // RFC 7518 §3.3: 2048 bits or more.
    private const int LeastBytes = 2048 / 8;

    public PublicKey? Find(string keyId) => keys.TryGetValue(keyId, out var key) ? key : null;

    /// <summary>Keys that cannot be the signer of an RS256 token are left out.</summary>
    /// <param name="response">The answer.</param>
    /// <param name="before">The keys that were known: one that is still there stays the same object.</param>
    public static KeySet Of(KeysResponse response, KeySet? before)
    {
        var keys = new Dictionary<string, PublicKey>(StringComparer.Ordinal);
        foreach (var key in Needed.Value(response.Keys, "keys"))
        {
            if (key is not { Kty: "RSA", Kid.Length: > 0, N: not null, E: not null, Alg: null or "RS256", Use: null or "sig" })
                continue;
            if (Base64Text.Decode(key.N) is not { Length: >= LeastBytes } modulus
                || Base64Text.Decode(key.E) is not { Length: > 0 } exponent)
                continue;
            var parameters = new RSAParameters { Modulus = modulus, Exponent = exponent };
            keys[key.Kid] = before?.Find(key.Kid) is { } same && same.IsSameAs(parameters) ? same : new PublicKey(parameters);
        }
        return keys.Count > 0 ? new(keys) : throw new JsonException("There is no key for RS256.");
    }
}
