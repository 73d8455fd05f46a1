using System.Text.Json.Serialization;

#if COMPLETE
namespace OpenPassage.Complete;
#else
namespace OpenPassage.Flex;
#endif

/// <summary>
/// The passkeys that sign one user in. Send it to the user's own page as JSON; the page passes it to the browser SDK's
/// <c>passkey.signalAccepted()</c>.
/// </summary>
public sealed record PasskeySignals
{
    /// <summary>The RP ID.</summary>
    [JsonPropertyName("rpId")]
    public required string RpId { get; init; }

    /// <summary>The user's handle, as authenticators keep it; base64url. Not your id of the user.</summary>
    [JsonPropertyName("userId")]
    public required string UserId { get; init; }

    /// <summary>Every passkey of the user, by credential id. Providers stop offering a passkey that is left out.</summary>
    [JsonPropertyName("allAcceptedCredentialIds")]
    public required IReadOnlyList<string> AllAcceptedCredentialIds { get; init; }

    /// <summary>What the user is called now, for providers to show; null: they keep what they have.</summary>
    [JsonPropertyName("name"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Name { get; init; }

    /// <summary>A friendlier name; null: <see cref="Name"/>.</summary>
    [JsonPropertyName("displayName"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? DisplayName { get; init; }
}
