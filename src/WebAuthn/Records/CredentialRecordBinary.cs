using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Unicode;

namespace OpenPassage.WebAuthn.Records;

/// <summary>
/// A credential record in bytes: version, flags, counter, AAGUID, then each variable part behind its length (32 bits, big
/// endian): id, user handle, public key, transports (each behind its own length), RP ID, attestation object, client data.
/// A part whose flag is not set is absent.
/// </summary>
internal static class CredentialRecordBinary
{
    private const byte Version = 1;

    [Flags]
    private enum Flags : byte
    {
        None = 0,
        UvInitialized = 1,
        EligibilityKnown = 2,
        BackupEligible = 4,
        BackupState = 8,
        RpId = 16,
        AttestationObject = 32,
        AttestationClientData = 64,
        All = 127,
    }

    public static byte[] Write(CredentialRecord record)
    {
        var flags = (record.UvInitialized ? Flags.UvInitialized : Flags.None)
            | (record.BackupEligible is null ? Flags.None : Flags.EligibilityKnown)
            | (record.BackupEligible == true ? Flags.BackupEligible : Flags.None)
            | (record.BackupState ? Flags.BackupState : Flags.None)
            | (record.RpId is null ? Flags.None : Flags.RpId)
            | (record.AttestationObject is null ? Flags.None : Flags.AttestationObject)
            | (record.AttestationClientData is null ? Flags.None : Flags.AttestationClientData);

        using var output = new MemoryStream();
        output.WriteByte(Version);
        output.WriteByte((byte)flags);
        WriteNumber(output, record.SignCount);
        output.Write(record.Aaguid.ToByteArray(bigEndian: true));
        WritePart(output, record.Id.Bytes);
        WritePart(output, record.UserHandle.Bytes);
        WritePart(output, record.PublicKey.Span);
        WriteNumber(output, (uint)record.Transports.Count);
        foreach (var transport in record.Transports)
            WritePart(output, Encoding.UTF8.GetBytes(transport));
        if (record.RpId is { } rpId)
            WritePart(output, Encoding.UTF8.GetBytes(rpId));
        if (record.AttestationObject is { } attestationObject)
            WritePart(output, attestationObject.Span);
        if (record.AttestationClientData is { } clientData)
            WritePart(output, clientData.Span);
        return output.ToArray();
    }

    public static bool TryRead(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out CredentialRecord? record)
    {
        record = null;
        if (bytes.Length < 22 || bytes[0] != Version || (bytes[1] & ~(byte)Flags.All) != 0)
            return false;
        var flags = (Flags)bytes[1];
        var known = flags.HasFlag(Flags.EligibilityKnown);
        if (!known && flags.HasFlag(Flags.BackupEligible))
            return false;
        var signCount = BinaryPrimitives.ReadUInt32BigEndian(bytes[2..]);
        var aaguid = new Guid(bytes.Slice(6, 16), bigEndian: true);
        var rest = bytes[22..];

        if (!TryTake(ref rest, out var id) || id.Length is 0 or > CredentialId.MaxLength)
            return false;
        if (!TryTake(ref rest, out var handle) || handle.Length is 0 or > UserHandle.MaxLength)
            return false;
        if (!TryTake(ref rest, out var publicKey) || publicKey.IsEmpty)
            return false;
        if (!TryTakeTransports(ref rest, out var transports))
            return false;
        string? rpId = null;
        if (flags.HasFlag(Flags.RpId) && !TryTakeText(ref rest, out rpId))
            return false;
        ReadOnlySpan<byte> attestationObject = default, clientData = default;
        if (flags.HasFlag(Flags.AttestationObject) && !TryTake(ref rest, out attestationObject))
            return false;
        if (flags.HasFlag(Flags.AttestationClientData) && !TryTake(ref rest, out clientData))
            return false;
        if (!rest.IsEmpty)
            return false;

        record = new CredentialRecord
        {
            Id = new CredentialId(id),
            UserHandle = new UserHandle(handle),
            PublicKey = publicKey.ToArray(),
            SignCount = signCount,
            UvInitialized = flags.HasFlag(Flags.UvInitialized),
            BackupEligible = known ? flags.HasFlag(Flags.BackupEligible) : null,
            BackupState = flags.HasFlag(Flags.BackupState),
            Transports = transports,
            Aaguid = aaguid,
            RpId = rpId,
            AttestationObject = flags.HasFlag(Flags.AttestationObject) ? attestationObject.ToArray() : default(ReadOnlyMemory<byte>?),
            AttestationClientData = flags.HasFlag(Flags.AttestationClientData) ? clientData.ToArray() : default(ReadOnlyMemory<byte>?),
        };
        return true;
    }

    private static void WriteNumber(MemoryStream output, uint number)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, number);
        output.Write(bytes);
    }

    private static void WritePart(MemoryStream output, ReadOnlySpan<byte> part)
    {
        WriteNumber(output, (uint)part.Length);
        output.Write(part);
    }

    private static bool TryTakeNumber(scoped ref ReadOnlySpan<byte> rest, out uint number)
    {
        if (!BinaryPrimitives.TryReadUInt32BigEndian(rest, out number))
            return false;
        rest = rest[4..];
        return true;
    }

    private static bool TryTake(scoped ref ReadOnlySpan<byte> rest, out ReadOnlySpan<byte> part)
    {
        part = default;
        if (!TryTakeNumber(ref rest, out var length) || length > rest.Length)
            return false;
        part = rest[..(int)length];
        rest = rest[(int)length..];
        return true;
    }

    private static bool TryTakeText(ref ReadOnlySpan<byte> rest, [NotNullWhen(true)] out string? text)
    {
        text = null;
        if (!TryTake(ref rest, out var utf8) || !Utf8.IsValid(utf8))
            return false;
        text = Encoding.UTF8.GetString(utf8);
        return true;
    }

    private static bool TryTakeTransports(ref ReadOnlySpan<byte> rest, out string[] transports)
    {
        transports = [];
        // Each takes at least four bytes, so a longer list cannot be real.
        if (!TryTakeNumber(ref rest, out var count) || count > rest.Length / 4)
            return false;
        var read = new string[count];
        for (var i = 0; i < read.Length; i++)
        {
            if (!TryTakeText(ref rest, out var transport))
                return false;
            read[i] = transport;
        }
        transports = read;
        return true;
    }
}
