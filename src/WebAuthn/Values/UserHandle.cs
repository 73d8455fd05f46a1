using System.Buffers.Text;
using System.Security.Cryptography;

namespace OpenPassage.WebAuthn;

/// <summary>
/// The opaque name an authenticator keeps for an account (<c>user.id</c>): 1 to 64 bytes, never anything personal,
/// never changed (§5.4.3, §14.6.1).
/// </summary>
public readonly struct UserHandle : IEquatable<UserHandle>
{
    /// <summary>The most bytes a user handle may have: 64 (§5.4.3).</summary>
    public const int MaxLength = 64;

    private const string Printable = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

    private readonly byte[]? bytes;

    /// <summary>Takes a copy of the handle's bytes.</summary>
    /// <exception cref="ArgumentException">No byte, or more than 64.</exception>
    public UserHandle(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length is 0 or > MaxLength)
            throw new ArgumentException($"A user handle is 1 to {MaxLength} bytes.", nameof(bytes));
        this.bytes = bytes.ToArray();
    }

    /// <summary>
    /// A new random handle of 32 letters and digits (190 bits). Printable, because some native clients hand a handle
    /// back as text and lose one that is not UTF-8.
    /// </summary>
    public static UserHandle Create() => new(System.Text.Encoding.ASCII.GetBytes(RandomNumberGenerator.GetString(Printable, 32)));

    private UserHandle(byte[] bytes) => this.bytes = bytes;

    /// <summary>The bytes. Empty for <c>default</c>.</summary>
    public ReadOnlySpan<byte> Bytes => bytes;

    /// <summary>The same handle from unpadded base64url.</summary>
    /// <exception cref="FormatException">The text is not base64url.</exception>
    /// <exception cref="ArgumentException">It decodes to no byte, or to more than 64.</exception>
    public static UserHandle FromBase64Url(string text) => new(Base64Url.DecodeFromChars(text).AsSpan());

    /// <summary>Takes over an array that nobody else writes to and whose length was checked.</summary>
    internal static UserHandle Own(byte[] bytes) => new(bytes);

    /// <summary>A copy of the bytes.</summary>
    public byte[] ToArray() => Bytes.ToArray();

    /// <inheritdoc/>
    public bool Equals(UserHandle other) => Bytes.SequenceEqual(other.Bytes);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is UserHandle other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.AddBytes(Bytes);
        return hash.ToHashCode();
    }

    /// <summary>Unpadded base64url, as it stands in <c>user.id</c>.</summary>
    public override string ToString() => Base64Url.EncodeToString(bytes);

    /// <summary>Byte equality.</summary>
    public static bool operator ==(UserHandle left, UserHandle right) => left.Equals(right);

    /// <summary>Byte inequality.</summary>
    public static bool operator !=(UserHandle left, UserHandle right) => !left.Equals(right);
}
