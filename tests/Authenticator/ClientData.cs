using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace OpenPassage.Authenticator;

/// <summary>Client data (§5.8.1) before it is written out. A member set to null is left out.</summary>
public sealed class ClientData
{
    private static readonly JsonSerializerOptions Unescaped = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public ClientData(string type, string challenge, string origin) =>
        Members = new JsonObject { ["type"] = type, ["challenge"] = challenge, ["origin"] = origin, ["crossOrigin"] = false };

    /// <summary>All members in the order they are written; put extra ones here.</summary>
    public JsonObject Members { get; }

    public string? Type { get => (string?)Members["type"]; set => Set("type", value); }
    public string? Challenge { get => (string?)Members["challenge"]; set => Set("challenge", value); }
    public string? Origin { get => (string?)Members["origin"]; set => Set("origin", value); }
    public bool? CrossOrigin { get => (bool?)Members["crossOrigin"]; set => Set("crossOrigin", value); }
    public string? TopOrigin { get => (string?)Members["topOrigin"]; set => Set("topOrigin", value); }

    /// <summary>The last word on the bytes, before they are hashed and signed: a BOM, broken JSON, duplicate members.</summary>
    public Func<byte[], byte[]>? BendBytes { get; set; }

    public byte[] ToBytes()
    {
        var bytes = JsonSerializer.SerializeToUtf8Bytes(Members, Unescaped);
        return BendBytes?.Invoke(bytes) ?? bytes;
    }

    private void Set(string member, JsonNode? value)
    {
        if (value is null)
            Members.Remove(member);
        else
            Members[member] = value;
    }
}
