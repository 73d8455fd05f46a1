using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace OpenPassage.Authenticator;

/// <summary>Authenticator data (§6.1) before it is written out.</summary>
public sealed class AuthenticatorData
{
    private const byte AT = 0x40, ED = 0x80;

    public required string RpId { get; set; }

    /// <summary>Instead of SHA-256 of <see cref="RpId"/>.</summary>
    public byte[]? RpIdHash { get; set; }

    public bool UserPresent { get; set; }
    public bool UserVerified { get; set; }
    public bool BackupEligible { get; set; }
    public bool BackupState { get; set; }

    /// <summary>The AT flag; null: set when there is a credential. Setting it does not change what follows the flags.</summary>
    public bool? HasCredential { get; set; }

    /// <summary>The ED flag; null: set when there are extensions. Setting it does not change what follows the flags.</summary>
    public bool? HasExtensions { get; set; }

    /// <summary>The reserved flags 0x02 and 0x20, and whatever else to set besides.</summary>
    public byte OtherFlags { get; set; }

    public uint SignCount { get; set; }

    public Guid Aaguid { get; set; }

    /// <summary>Present at a registration; null leaves the whole credential out.</summary>
    public byte[]? CredentialId { get; set; }

    /// <summary>Instead of the id's true length.</summary>
    public ushort? CredentialIdLength { get; set; }

    /// <summary>The credential's public key; add, replace, duplicate or remove members.</summary>
    public CborMap CoseKey { get; set; } = [];

    /// <summary>Instead of <see cref="CoseKey"/>.</summary>
    public byte[]? RawCoseKey { get; set; }

    /// <summary>The authenticator's extension outputs, such as <c>credProtect</c>.</summary>
    public CborMap? Extensions { get; set; }

    /// <summary>The last word on the bytes, before they are signed: truncation, trailing bytes.</summary>
    public Func<byte[], byte[]>? BendBytes { get; set; }

    public byte Flags => (byte)(OtherFlags
        | (UserPresent ? 0x01 : 0)
        | (UserVerified ? 0x04 : 0)
        | (BackupEligible ? 0x08 : 0)
        | (BackupState ? 0x10 : 0)
        | (HasCredential ?? CredentialId is not null ? AT : 0)
        | (HasExtensions ?? Extensions is not null ? ED : 0));

    public byte[] ToBytes()
    {
        var bytes = new List<byte>(RpIdHash ?? SHA256.HashData(Encoding.UTF8.GetBytes(RpId))) { Flags };
        bytes.AddRange(BigEndian(SignCount));
        if (CredentialId is not null)
        {
            bytes.AddRange(Aaguid.ToByteArray(bigEndian: true));
            bytes.AddRange(BigEndian(CredentialIdLength ?? (uint)CredentialId.Length)[2..]);
            bytes.AddRange(CredentialId);
            bytes.AddRange(RawCoseKey ?? CoseKey.ToBytes());
        }
        if (Extensions is not null)
            bytes.AddRange(Extensions.ToBytes());
        return BendBytes?.Invoke([.. bytes]) ?? [.. bytes];
    }

    private static byte[] BigEndian(uint value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
        return bytes;
    }
}
