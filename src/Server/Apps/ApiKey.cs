using System.Security.Cryptography;
using System.Text;
using OpenPassage.Server.Values;

namespace OpenPassage.Server.Apps;

/// <summary>
/// An API key as it is kept: the key itself is shown once, when it is made. <c>opk_</c>, its id and 256 random bits: a form
/// that scanners for leaked secrets match.
/// </summary>
internal sealed class ApiKey
{
    private const string DeclaredPrefix = "declared";
    private const int IdLength = 16;

    // 62^43 is a little more than 2^256.
    private const int SecretLength = 43;

    /// <summary>Empty: a key for the whole server.</summary>
    public required AppId App { get; init; }

    public required string Id { get; init; }

    /// <summary>A name for people.</summary>
    public required string Name { get; init; }

    /// <summary>SHA-256 of the whole key. With 256 random bits in it, a slow hash would protect nothing more.</summary>
    public required byte[] Hash { get; init; }

    public required ApiKeyScopes Scopes { get; init; }

    /// <summary>It stands in the configuration, which alone can take it away.</summary>
    public bool Declared { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>Null: never.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>To a minute; null: never.</summary>
    public DateTimeOffset? LastUsedAt { get; init; }

    /// <summary>The minute in which <see cref="ApiKeyUses"/> last noted a use of this object.</summary>
    internal long NotedMinute { get; set; }

    public static byte[] HashOf(string key) => SHA256.HashData(Encoding.UTF8.GetBytes(key));

    /// <summary>An id for a key that is declared: random, and kept beside its hash, so that it tells nothing of the key.</summary>
    public static string NewDeclaredId() => DeclaredPrefix + RandomNumberGenerator.GetString(Ids.LettersAndDigits, IdLength);

    /// <summary>
    /// The id that a declared key had before: a hash of its hash, against which whoever reads it can try weak keys. It is replaced at
    /// the next start.
    /// </summary>
    public static string OldDeclaredIdOf(byte[] hash) => DeclaredPrefix + Convert.ToHexStringLower(SHA256.HashData(hash).AsSpan(0, 8));

    /// <summary>A new key and its id. This is the only time that it exists in clear.</summary>
    public static (string Id, string Key) Make()
    {
        var id = RandomNumberGenerator.GetString(Ids.LettersAndDigits, IdLength);
        return (id, $"opk_{id}_{RandomNumberGenerator.GetString(Ids.LettersAndDigits, SecretLength)}");
    }

    public bool IsExpired(DateTimeOffset now) => ExpiresAt <= now;

    /// <summary>Whether a presented key, hashed, is this one; in constant time.</summary>
    public bool Is(byte[] hash) => CryptographicOperations.FixedTimeEquals(Hash, hash);
}
