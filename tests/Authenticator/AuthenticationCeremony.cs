using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace OpenPassage.Authenticator;

/// <summary>A passkey that was just used, and how its authentication response will read.</summary>
public sealed class AuthenticationCeremony(Passkey passkey) : Ceremony(passkey)
{
    /// <summary>The handle the authenticator hands back; null: none.</summary>
    public byte[]? UserHandle { get; set; }

    private protected override void AddResponse(JsonObject json, JsonObject response, ResponseShape shape)
    {
        var authData = AuthenticatorData.ToBytes();
        response["authenticatorData"] = Base64Url.EncodeToString(authData);
        response["signature"] = Base64Url.EncodeToString(Sign([.. authData, .. SHA256.HashData(ClientData.ToBytes())]));
        if (UserHandle is not null)
            response["userHandle"] = Base64Url.EncodeToString(UserHandle);
        else if (shape == ResponseShape.FlexJs)
            response["userHandle"] = "";
    }
}
