using System.Buffers.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace OpenPassage.Authenticator;

/// <summary>Who made the JSON.</summary>
public enum ResponseShape
{
    /// <summary><c>PublicKeyCredential.toJSON()</c>.</summary>
    Browser,

    /// <summary>
    /// The Flex browser SDK: transports beside <c>response</c>, no client extension results, no attachment, <c>userHandle</c>
    /// <c>""</c> when there is none.
    /// </summary>
    FlexJs,
}

/// <summary>What both ceremonies have in common. Nothing is signed before it is written out.</summary>
public abstract class Ceremony(Passkey passkey)
{
    private static readonly JsonSerializerOptions Unescaped = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The passkey that was made or used.</summary>
    public Passkey Passkey { get; } = passkey;

    public required ClientData ClientData { get; init; }
    public required AuthenticatorData AuthenticatorData { get; init; }

    /// <summary>The key that signs; set it to another passkey's for a signature of the wrong key.</summary>
    public SigningKey Key { get; set; } = passkey.Key;

    /// <summary>The last word on the signature (an assertion's, or the statement's of a packed self attestation).</summary>
    public Func<byte[], byte[]>? BendSignature { get; set; }

    /// <summary><c>id</c>; null: the credential's, as base64url.</summary>
    public string? Id { get; set; }

    /// <summary><c>rawId</c>; null: the credential's, as base64url.</summary>
    public string? RawId { get; set; }

    public string? Type { get; set; } = "public-key";
    public string? Attachment { get; set; }
    public JsonObject ClientExtensionResults { get; set; } = [];

    /// <summary>The last word on the JSON, after everything is signed.</summary>
    public Action<JsonObject>? BendJson { get; set; }

    public JsonObject ToJsonObject(ResponseShape shape = ResponseShape.Browser)
    {
        var id = Base64Url.EncodeToString(AuthenticatorData.CredentialId ?? Passkey.Id);
        var json = new JsonObject { ["id"] = Id ?? id, ["rawId"] = RawId ?? id, ["type"] = Type };
        if (shape == ResponseShape.Browser)
        {
            if (Attachment is not null)
                json["authenticatorAttachment"] = Attachment;
            json["clientExtensionResults"] = ClientExtensionResults.DeepClone();
        }
        json["response"] = new JsonObject { ["clientDataJSON"] = Base64Url.EncodeToString(ClientData.ToBytes()) };
        AddResponse(json, json["response"]!.AsObject(), shape);
        BendJson?.Invoke(json);
        return json;
    }

    public string ToJson(ResponseShape shape = ResponseShape.Browser) => ToJsonObject(shape).ToJsonString(Unescaped);

    private protected byte[] Sign(byte[] data)
    {
        var signature = Key.Sign(data);
        return BendSignature?.Invoke(signature) ?? signature;
    }

    private protected abstract void AddResponse(JsonObject json, JsonObject response, ResponseShape shape);
}
