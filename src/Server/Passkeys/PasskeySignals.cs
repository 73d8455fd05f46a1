using System.Text.Json.Serialization;
using OpenPassage.Server.Apps;
using OpenPassage.WebAuthn;

namespace OpenPassage.Server.Passkeys;

/// <summary>
/// What a page of a signed-in user hands to the browser's signal methods (§5.1.10.2, §5.1.10.3), named as they name it: the passkeys
/// that sign this user in, and the user's name where the backend has just said it.
/// </summary>
internal sealed record PasskeySignals(
    [property: JsonPropertyName("rpId")] string RpId,
    [property: JsonPropertyName("userId")] string UserId,
    [property: JsonPropertyName("allAcceptedCredentialIds")] IReadOnlyList<string> AllAcceptedCredentialIds)
{
    [JsonPropertyName("name"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Name { get; init; }

    [JsonPropertyName("displayName"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? DisplayName { get; init; }

    public static PasskeySignals Of(App app, UserHandle user, IReadOnlyList<Passkey> accepted, string? name = null) =>
        new(app.RelyingParty.Id, user.ToString(), [.. accepted.Select(passkey => passkey.Record.Id.ToString())])
        {
            Name = name,
            DisplayName = name,
        };
}
