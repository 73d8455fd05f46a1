using OpenPassage.WebAuthn.Data;
using OpenPassage.WebAuthn.Json;

namespace OpenPassage.WebAuthn;

/// <summary>The browser's answer to <c>create()</c> (RegistrationResponseJSON, §5.1), read and not yet judged.</summary>
public sealed record RegistrationResponse
{
    private RegistrationResponse()
    {
    }

    /// <summary>The credential's id, as the client says. The record takes the one in authenticator data.</summary>
    public CredentialId Id { get; private init; }

    /// <summary>What <c>getTransports()</c> said, unknown words kept; empty where the client does not say.</summary>
    public IReadOnlyList<string> Transports { get; private init; } = [];

    /// <summary>The authenticator's attachment; null where the client does not say.</summary>
    public AuthenticatorAttachment? Attachment { get; private init; }

    /// <summary>What the client reports about extensions.</summary>
    public ExtensionOutputs Extensions { get; private init; } = ExtensionOutputs.None;

    /// <summary>Client data as received: 16 KiB at most.</summary>
    public ReadOnlyMemory<byte> ClientDataJson { get; private init; }

    /// <summary>The attestation object as received: 64 KiB at most.</summary>
    public ReadOnlyMemory<byte> AttestationObject { get; private init; }

    /// <summary>
    /// Reads the browser's JSON (§7.1 steps 3 and 4): 256 KiB at most, a byte order mark allowed; <c>transports</c> may be
    /// inside <c>response</c> or beside it. Never throws on its content.
    /// </summary>
    /// <returns>
    /// The response, or <see cref="Rejection.MalformedResponse"/>, <see cref="Rejection.NotAPublicKeyCredential"/>,
    /// <see cref="Rejection.IdMismatch"/> or <see cref="Rejection.CredentialIdLength"/>.
    /// </returns>
    public static Verdict<RegistrationResponse> Read(ReadOnlySpan<byte> utf8Json)
    {
        if (!ResponseMembers.TryRead(utf8Json, out var members))
            return Rejection.MalformedResponse;
        if (!members.Type.SequenceEqual("public-key"u8))
            return Rejection.NotAPublicKeyCredential;

        if (JsonInput.Decode(members.Id, ushort.MaxValue) is not { } id)
            return JsonInput.Undecoded(members.Id, "id");
        if (members.CompareIds(id) is { } different)
            return different;
        if (id.Length is 0 or > CredentialId.MaxLength)
            return Rejection.CredentialIdLength;
        if (JsonInput.Decode(members.ClientDataJson, ClientData.MaxLength) is not { Length: > 0 } clientData)
            return JsonInput.Undecoded(members.ClientDataJson, "response.clientDataJSON");
        if (JsonInput.Decode(members.AttestationObject, Data.AttestationObject.MaxLength) is not { Length: > 0 } attestationObject)
            return JsonInput.Undecoded(members.AttestationObject, "response.attestationObject");

        return new RegistrationResponse
        {
            Id = CredentialId.Own(id),
            Transports = members.Transports,
            Attachment = members.Attachment,
            Extensions = members.Extensions,
            ClientDataJson = clientData,
            AttestationObject = attestationObject,
        };
    }
}
