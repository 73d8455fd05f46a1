using System.Buffers.Binary;
using OpenPassage.WebAuthn.Cbor;

namespace OpenPassage.WebAuthn.Data;

/// <summary>The flags of authenticator data (§6.1). Bits 1 and 5 are reserved and carry no meaning.</summary>
[Flags]
internal enum AuthenticatorFlags : byte
{
    None = 0,
    UserPresent = 0x01,
    UserVerified = 0x04,
    BackupEligible = 0x08,
    BackupState = 0x10,
    AttestedCredentialData = 0x40,
    ExtensionData = 0x80,
}

/// <summary>Authenticator data (§6.1), as slices of the bytes it was read from.</summary>
internal readonly ref struct AuthenticatorData
{
    private const int HeaderLength = 37;
    private const int CredentialHeaderLength = 18;

    private AuthenticatorData(ReadOnlySpan<byte> header)
    {
        RpIdHash = header[..32];
        Flags = (AuthenticatorFlags)header[32];
        SignCount = BinaryPrimitives.ReadUInt32BigEndian(header[33..]);
    }

    /// <summary>SHA-256 of the RP ID: 32 bytes.</summary>
    public ReadOnlySpan<byte> RpIdHash { get; }

    public AuthenticatorFlags Flags { get; }

    public uint SignCount { get; }

    /// <summary>The authenticator's model; zero without attested credential data.</summary>
    public Guid Aaguid { get; private init; }

    /// <summary>As long as the authenticator says, which may be more than is allowed; empty without attested credential data.</summary>
    public ReadOnlySpan<byte> CredentialId { get; private init; }

    /// <summary>A CBOR map; whether it is a COSE_Key is not judged here. Empty without attested credential data.</summary>
    public ReadOnlySpan<byte> PublicKey { get; private init; }

    /// <summary>A CBOR map of extension outputs; empty when there is none.</summary>
    public ReadOnlySpan<byte> Extensions { get; private init; }

    public bool Has(AuthenticatorFlags flag) => (Flags & flag) == flag;

    /// <summary>False for data that is cut short, has bytes left over, or whose parts contradict its flags.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out AuthenticatorData data)
    {
        data = default;
        if (bytes.Length < HeaderLength)
            return false;
        data = new AuthenticatorData(bytes[..HeaderLength]);
        var rest = bytes[HeaderLength..];

        if (data.Has(AuthenticatorFlags.AttestedCredentialData))
        {
            if (rest.Length < CredentialHeaderLength)
                return false;
            var idLength = BinaryPrimitives.ReadUInt16BigEndian(rest[16..]);
            if (rest.Length - CredentialHeaderLength < idLength)
                return false;
            var key = rest[(CredentialHeaderLength + idLength)..];
            if (!TryTakeMap(ref key, out var publicKey))
                return false;
            data = new AuthenticatorData(bytes[..HeaderLength])
            {
                Aaguid = new Guid(rest[..16], bigEndian: true),
                CredentialId = rest.Slice(CredentialHeaderLength, idLength),
                PublicKey = publicKey,
            };
            rest = key;
        }

        if (data.Has(AuthenticatorFlags.ExtensionData))
        {
            if (!TryTakeMap(ref rest, out var extensions))
                return false;
            data = data with { Extensions = extensions };
        }
        return rest.IsEmpty;
    }

    /// <summary>A CBOR map ends where it says it does: nothing outside tells its length.</summary>
    private static bool TryTakeMap(scoped ref ReadOnlySpan<byte> rest, out ReadOnlySpan<byte> map)
    {
        map = default;
        var reader = new CborReader(rest);
        if (reader.Peek() != CborType.Map || !reader.TrySkip(out map))
            return false;
        rest = rest[reader.Position..];
        return true;
    }
}
