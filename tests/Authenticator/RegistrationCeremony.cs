using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace OpenPassage.Authenticator;

/// <summary>A passkey that was just made, and how its registration response will read.</summary>
public sealed class RegistrationCeremony(Passkey passkey) : Ceremony(passkey)
{
    /// <summary>Makes the attestation statement over the bent parts.</summary>
    public required AttestationMaker Attestation { get; set; }

    public string[]? Transports { get; set; }

    /// <summary>Bends <c>fmt</c>, <c>attStmt</c> and <c>authData</c> after the statement was signed.</summary>
    public Action<CborMap>? BendAttestationObject { get; set; }

    /// <summary>The last word on the attestation object: truncation, trailing bytes.</summary>
    public Func<byte[], byte[]>? BendAttestationObjectBytes { get; set; }

    public byte[] ToAttestationObject()
    {
        var authData = AuthenticatorData.ToBytes();
        var clientData = ClientData.ToBytes();
        var (format, statement) = Attestation(new AttestationRequest
        {
            AuthenticatorData = authData,
            ClientDataHash = SHA256.HashData(clientData),
            RpIdHash = AuthenticatorData.RpIdHash ?? authData[..32],
            Aaguid = AuthenticatorData.Aaguid,
            CredentialId = AuthenticatorData.CredentialId ?? Passkey.Id,
            Key = Key,
            SignWithKey = Sign,
        });
        var map = new CborMap { { "fmt", format }, { "attStmt", statement }, { "authData", authData } };
        BendAttestationObject?.Invoke(map);
        var bytes = map.ToBytes();
        return BendAttestationObjectBytes?.Invoke(bytes) ?? bytes;
    }

    private protected override void AddResponse(JsonObject json, JsonObject response, ResponseShape shape)
    {
        response["attestationObject"] = Base64Url.EncodeToString(ToAttestationObject());
        var transports = Transports is null ? null : new JsonArray([.. Transports.Select(word => (JsonNode)word)]);
        if (shape == ResponseShape.FlexJs)
        {
            json["transports"] = transports;
            return;
        }
        response["transports"] = transports;
        // Copies for the page's convenience (§5.2.1.1); a relying party must not believe them.
        response["authenticatorData"] = Base64Url.EncodeToString(AuthenticatorData.ToBytes());
        response["publicKeyAlgorithm"] = Key.Algorithm;
        if (Key.ToSubjectPublicKeyInfo() is { } spki)
            response["publicKey"] = Base64Url.EncodeToString(spki);
    }
}
