using System.Buffers.Text;

namespace OpenPassage.WebAuthn;

/// <summary>
/// A credential id: 1 to 1023 bytes chosen by the authenticator (§4, §7.1 step 25), unique in a relying party.
/// </summary>
public readonly struct CredentialId : IEquatable<CredentialId>
{
    /// <summary>The most bytes a credential id may have: 1023 (§7.1 step 25).</summary>
    public const int MaxLength = 1023;

    private readonly byte[]? bytes;

    /// <summary>Takes a copy of the id's bytes.</summary>
    /// <exception cref="ArgumentException">No byte, or more than 1023.</exception>
    public CredentialId(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length is 0 or > MaxLength)
            throw new ArgumentException($"A credential id is 1 to {MaxLength} bytes.", nameof(bytes));
        this.bytes = bytes.ToArray();
    }

    private CredentialId(byte[] bytes) => this.bytes = bytes;

    /// <summary>The bytes. Empty for <c>default</c>.</summary>
    public ReadOnlySpan<byte> Bytes => bytes;

    /// <summary>The same id from unpadded base64url.</summary>
    /// <exception cref="FormatException">The text is not base64url.</exception>
    /// <exception cref="ArgumentException">It decodes to no byte, or to more than 1023.</exception>
    public static CredentialId FromBase64Url(string text) => new(Base64Url.DecodeFromChars(text).AsSpan());

    /// <summary>Takes over an array that nobody else writes to and whose length was checked.</summary>
    internal static CredentialId Own(byte[] bytes) => new(bytes);

    /// <summary>A copy of the bytes.</summary>
    public byte[] ToArray() => Bytes.ToArray();

    /// <inheritdoc/>
    public bool Equals(CredentialId other) => Bytes.SequenceEqual(other.Bytes);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is CredentialId other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.AddBytes(Bytes);
        return hash.ToHashCode();
    }

    /// <summary>Unpadded base64url, as browsers show it.</summary>
    public override string ToString() => Base64Url.EncodeToString(bytes);

    /// <summary>Byte equality.</summary>
    public static bool operator ==(CredentialId left, CredentialId right) => left.Equals(right);

    /// <summary>Byte inequality.</summary>
    public static bool operator !=(CredentialId left, CredentialId right) => !left.Equals(right);
}
