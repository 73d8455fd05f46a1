using System.Buffers.Text;
using System.Text;
using OpenPassage.WebAuthn.Data;
using OpenPassage.WebAuthn.Json;

namespace OpenPassage.WebAuthn;

/// <summary>
/// The browser's answer to <c>get()</c> (AuthenticationResponseJSON, §5.1), read and not yet judged: <see cref="Id"/> is what
/// the caller looks the credential up by.
/// </summary>
public sealed record AuthenticationResponse
{
    private AuthenticationResponse()
    {
    }

    /// <summary>The credential's id.</summary>
    public CredentialId Id { get; private init; }

    /// <summary>
    /// The handle, when the member was there and was base64url of 1 to 64 bytes. A caller that knows how a client misspells
    /// handles may put the right one here before the verdict.
    /// </summary>
    public UserHandle? UserHandle { get; init; }

    /// <summary>The member exactly as sent; null or empty when the authenticator gave none.</summary>
    public string? UserHandleText { get; init; }

    /// <summary>
    /// Whether <see cref="UserHandleText"/> looks like bytes in the standard alphabet of base64 (<c>+</c> and <c>/</c>), which
    /// WebAuthn's is not.
    /// </summary>
    public bool HasClassicUserHandle => UserHandleText.AsSpan().ContainsAny('+', '/') && Base64.IsValid(UserHandleText);

    /// <summary>The authenticator's attachment; null where the client does not say.</summary>
    public AuthenticatorAttachment? Attachment { get; private init; }

    /// <summary>What the client reports about extensions.</summary>
    public ExtensionOutputs Extensions { get; private init; } = ExtensionOutputs.None;

    /// <summary>Client data as received: 16 KiB at most.</summary>
    public ReadOnlyMemory<byte> ClientDataJson { get; private init; }

    /// <summary>Authenticator data as received: 16 KiB at most.</summary>
    public ReadOnlyMemory<byte> AuthenticatorData { get; private init; }

    /// <summary>The signature over both: 8 KiB at most.</summary>
    public ReadOnlyMemory<byte> Signature { get; private init; }

    /// <summary>
    /// Reads the browser's JSON (§7.2 steps 3, 4 and 7): 256 KiB at most, a byte order mark allowed. Never throws on its content.
    /// </summary>
    /// <returns>
    /// The response, or <see cref="Rejection.MalformedResponse"/>, <see cref="Rejection.NotAPublicKeyCredential"/> or
    /// <see cref="Rejection.IdMismatch"/>.
    /// </returns>
    public static Verdict<AuthenticationResponse> Read(ReadOnlySpan<byte> utf8Json)
    {
        if (!ResponseMembers.TryRead(utf8Json, out var members))
            return Rejection.MalformedResponse;
        if (!members.Type.SequenceEqual("public-key"u8))
            return Rejection.NotAPublicKeyCredential;

        if (JsonInput.Decode(members.Id, CredentialId.MaxLength) is not { Length: > 0 } id)
            return JsonInput.Undecoded(members.Id, "id");
        if (members.CompareIds(id) is { } different)
            return different;
        if (JsonInput.Decode(members.ClientDataJson, ClientData.MaxLength) is not { Length: > 0 } clientData)
            return JsonInput.Undecoded(members.ClientDataJson, "response.clientDataJSON");
        if (JsonInput.Decode(members.AuthenticatorData, 16 * 1024) is not { Length: > 0 } authenticatorData)
            return JsonInput.Undecoded(members.AuthenticatorData, "response.authenticatorData");
        // The longest that is known, ML-DSA-87's, has 4627 bytes.
        if (JsonInput.Decode(members.Signature, 8 * 1024) is not { Length: > 0 } signature)
            return JsonInput.Undecoded(members.Signature, "response.signature");

        return new AuthenticationResponse
        {
            Id = CredentialId.Own(id),
            UserHandle = DecodeHandle(members.UserHandle),
            UserHandleText = members.UserHandle,
            Attachment = members.Attachment,
            Extensions = members.Extensions,
            ClientDataJson = clientData,
            AuthenticatorData = authenticatorData,
            Signature = signature,
        };
    }

    // Text that does not decode does not make the response malformed: some native clients send the handle as text, and §7.2.6 judges it.
    private static UserHandle? DecodeHandle(string? text)
    {
        const int mostCharacters = 88; // Of 64 bytes, padded.
        if (text is null || text.Length is 0 or > mostCharacters)
            return null;
        Span<byte> utf8 = stackalloc byte[mostCharacters];
        if (Encoding.UTF8.GetByteCount(text) > utf8.Length)
            return null;
        var bytes = JsonInput.Decode(utf8[..Encoding.UTF8.GetBytes(text, utf8)], WebAuthn.UserHandle.MaxLength);
        return bytes is { Length: > 0 } ? WebAuthn.UserHandle.Own(bytes) : null;
    }
}
