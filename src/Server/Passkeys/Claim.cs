using System.Security.Cryptography;
using OpenPassage.WebAuthn;

namespace OpenPassage.Server.Passkeys;

/// <summary>
/// Brings a response and what is kept together for the core. A passkey that is unknown, of another user, or that names another
/// user is judged like any other, against a key that nobody holds: same steps, same work, same answer, so that a failure does
/// not tell whether a credential exists or whose it is.
/// </summary>
internal static class Claim
{
    // Many, as there are many passkeys: one alone would always be at hand, and answer sooner.
    private static readonly byte[]?[] NobodysKeys = new byte[]?[64];
    private static readonly UserHandle Nobody = UserHandle.Create();

    public static (AuthenticationResponse Response, CredentialRecord Record) Of(
        AuthenticationResponse response, AuthenticationHandshake handshake, SignInPasskey? passkey)
    {
        // An empty handle is none: so old clients write null.
        var named = response.UserHandleText is { Length: > 0 } text ? text : null;
        // Compared with nobody's handle too, so that this takes no longer for a passkey that is there.
        var namesOwner = named is null || UserHandleForms.Name(passkey?.Record.UserHandle ?? Nobody, named);
        var record = passkey is not null && namesOwner && (handshake.UserId is null || handshake.UserId == passkey.UserId)
            ? passkey.Record
            : Decoy(response.Id, handshake.UserHandle ?? Nobody);

        // The core compares handles, not the forms they may be written in.
        return named is null
            ? (response, record)
            : (response with { UserHandle = record.UserHandle, UserHandleText = record.UserHandle.ToString() }, record);
    }

    /// <summary>What a response is judged by that may come from a passkey that is gone: that one's key, or nobody's once more.</summary>
    public static CredentialRecord OfFormer(CredentialRecord judgedBefore, byte[]? publicKey)
        => judgedBefore with { PublicKey = publicKey ?? NobodysKey(judgedBefore.Id) };

    private static CredentialRecord Decoy(CredentialId id, UserHandle handle) => new()
    {
        Id = id,
        UserHandle = handle,
        PublicKey = NobodysKey(id),
        SignCount = 0,
    };

    /// <summary>The same for the same id. It is made, and read for the first time, when it is first asked for, as a passkey's is.</summary>
    private static byte[] NobodysKey(CredentialId id)
    {
        ref var key = ref NobodysKeys[(id.Bytes is [.., var last] ? last : 0) % NobodysKeys.Length];
        return Volatile.Read(ref key) ?? Interlocked.CompareExchange(ref key, MakeKey(), null) ?? key;
    }

    /// <summary>An ES256 COSE_Key (RFC 9053 §7.1) whose private half is thrown away.</summary>
    private static byte[] MakeKey()
    {
        using var pair = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var point = pair.ExportParameters(includePrivateParameters: false).Q;
        return [0xA5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 0x20, .. point.X!, 0x22, 0x58, 0x20, .. point.Y!];
    }
}
