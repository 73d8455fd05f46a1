using System.Diagnostics.CodeAnalysis;
using OpenPassage.WebAuthn.Records;

namespace OpenPassage.WebAuthn;

/// <summary>
/// A credential as the relying party keeps it (§4, "credential record"): everything needed to judge a sign-in.
/// A value, equal by its content: <c>RelyingParty.FinishRegistration</c> makes the first, each accepted sign-in the next.
/// </summary>
public sealed record CredentialRecord
{
    /// <summary>The credential's id.</summary>
    public required CredentialId Id { get; init; }

    /// <summary>The account's handle, as it was sent in <c>user.id</c>.</summary>
    public required UserHandle UserHandle { get; init; }

    /// <summary>The public key as a COSE_Key, exactly as the authenticator sent it.</summary>
    public required ReadOnlyMemory<byte> PublicKey { get; init; }

    /// <summary>The signature counter last seen; 0 where the authenticator keeps none.</summary>
    public required uint SignCount { get; init; }

    /// <summary>Whether the user was verified when the credential was made (or raised since with another factor).</summary>
    public bool UvInitialized { get; init; }

    /// <summary>
    /// Whether the credential may be backed up; it never changes. Null: not known, as with some imports, and not checked.
    /// </summary>
    public bool? BackupEligible { get; init; }

    /// <summary>Whether the credential was backed up when last seen.</summary>
    public bool BackupState { get; init; }

    /// <summary>What <c>getTransports()</c> said, unknown words kept.</summary>
    public IReadOnlyList<string> Transports { get; init; } = [];

    /// <summary>The authenticator's model; all zero where it does not say.</summary>
    public Guid Aaguid { get; init; }

    /// <summary>The RP ID it was made for, where it was kept.</summary>
    public string? RpId { get; init; }

    /// <summary>The attestation object as received, where it was kept for a later look.</summary>
    public ReadOnlyMemory<byte>? AttestationObject { get; init; }

    /// <summary>The client data of the registration as received, where it was kept for a later look.</summary>
    public ReadOnlyMemory<byte>? AttestationClientData { get; init; }

    /// <summary>Equal in every member, bytes and transports by their content, wherever the record came from.</summary>
    public bool Equals(CredentialRecord? other) =>
        other is not null
        && Id == other.Id
        && UserHandle == other.UserHandle
        && PublicKey.Span.SequenceEqual(other.PublicKey.Span)
        && SignCount == other.SignCount
        && UvInitialized == other.UvInitialized
        && BackupEligible == other.BackupEligible
        && BackupState == other.BackupState
        && Transports.SequenceEqual(other.Transports, StringComparer.Ordinal)
        && Aaguid == other.Aaguid
        && RpId == other.RpId
        && SameBytes(AttestationObject, other.AttestationObject)
        && SameBytes(AttestationClientData, other.AttestationClientData);

    /// <summary>Of the id and the counter: records of one credential differ in little else.</summary>
    public override int GetHashCode() => HashCode.Combine(Id, SignCount);

    /// <summary>The record in its binary form, version 1: compact, for your own store.</summary>
    public byte[] ToBytes() => CredentialRecordBinary.Write(this);

    /// <summary>
    /// Reads the binary form back: false for another version, for anything cut short or left over, for a field out of its bounds.
    /// </summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out CredentialRecord? record) =>
        CredentialRecordBinary.TryRead(bytes, out record);

    /// <summary>The record as a UTF-8 JSON object, version 1; bytes are unpadded base64url.</summary>
    public byte[] ToJson() => CredentialRecordJson.Write(this);

    /// <summary>
    /// Reads the JSON form back: false for another version, a member that is missing, repeated or not known, or a value out of
    /// its bounds.
    /// </summary>
    public static bool TryReadJson(ReadOnlySpan<byte> utf8Json, [NotNullWhen(true)] out CredentialRecord? record) =>
        CredentialRecordJson.TryRead(utf8Json, out record);

    private static bool SameBytes(ReadOnlyMemory<byte>? left, ReadOnlyMemory<byte>? right) =>
        left is { } one && right is { } other ? one.Span.SequenceEqual(other.Span) : left is null && right is null;
}
