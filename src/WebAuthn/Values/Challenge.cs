using System.Buffers.Text;
using System.Security.Cryptography;

namespace OpenPassage.WebAuthn;

/// <summary>
/// The random bytes a ceremony must answer (§13.4.3). Made once, kept by the relying party, compared in constant time.
/// </summary>
public readonly struct Challenge : IEquatable<Challenge>
{
    /// <summary>The fewest bytes that are accepted: 16 (§13.4.3).</summary>
    public const int MinLength = 16;

    /// <summary>How many bytes <see cref="Create"/> makes: 32.</summary>
    public const int DefaultLength = 32;

    /// <summary>The most bytes that are accepted: 256, so that sealed state stays small.</summary>
    public const int MaxLength = 256;

    private readonly byte[]? bytes;

    /// <summary>Takes a copy of a challenge issued before.</summary>
    /// <exception cref="ArgumentException">Fewer than 16 or more than 256 bytes.</exception>
    public Challenge(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length is < MinLength or > MaxLength)
            throw new ArgumentException($"A challenge is {MinLength} to {MaxLength} bytes.", nameof(bytes));
        this.bytes = bytes.ToArray();
    }

    /// <summary>A new challenge of 32 bytes from the system's random number generator.</summary>
    public static Challenge Create() => new(RandomNumberGenerator.GetBytes(DefaultLength));

    /// <summary>The bytes. Empty for <c>default</c>, which equals no challenge.</summary>
    public ReadOnlySpan<byte> Bytes => bytes;

    /// <summary>Unpadded base64url, as it stands in options and client data.</summary>
    public string ToBase64Url() => Base64Url.EncodeToString(bytes);

    /// <summary>Compares with client data's text in constant time. A <c>default</c> challenge equals nothing.</summary>
    internal bool EqualsBase64Url(ReadOnlySpan<byte> text)
    {
        if (bytes is null)
            return false;
        Span<byte> expected = stackalloc byte[Base64Url.GetEncodedLength(MaxLength)];
        expected = expected[..Base64Url.EncodeToUtf8(bytes, expected)];
        return CryptographicOperations.FixedTimeEquals(expected, text);
    }

    /// <summary>Compares in constant time. A <c>default</c> challenge equals nothing.</summary>
    public bool Equals(Challenge other) => bytes is not null && CryptographicOperations.FixedTimeEquals(bytes, other.bytes);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Challenge other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => bytes is null ? 0 : BitConverter.ToInt32(bytes, 0);

    /// <summary>The length only: challenges do not belong in logs.</summary>
    public override string ToString() => $"challenge of {Bytes.Length} bytes";

    /// <summary>Constant-time equality.</summary>
    public static bool operator ==(Challenge left, Challenge right) => left.Equals(right);

    /// <summary>Constant-time inequality.</summary>
    public static bool operator !=(Challenge left, Challenge right) => !left.Equals(right);
}
