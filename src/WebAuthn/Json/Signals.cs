using System.Text.Json;
using OpenPassage.WebAuthn.Json;

namespace OpenPassage.WebAuthn;

/// <summary>
/// What a page passes to <c>PublicKeyCredential.signalUnknownCredential()</c> (§5.1.10.1) after a passkey was refused as
/// unknown, so that its provider stops offering it.
/// </summary>
public sealed record UnknownCredentialSignal(string RpId, CredentialId CredentialId)
{
    /// <summary>The options as UTF-8 JSON.</summary>
    public byte[] ToJson() => OptionsJson.ToUtf8(WriteTo);

    /// <summary>Writes that JSON object as one value.</summary>
    public void WriteTo(Utf8JsonWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteStartObject();
        writer.WriteString("rpId"u8, RpId);
        writer.WriteString("credentialId"u8, CredentialId.ToString());
        writer.WriteEndObject();
    }
}

/// <summary>
/// What a page passes to <c>PublicKeyCredential.signalAllAcceptedCredentials()</c> (§5.1.10.2) when a signed-in user's list has
/// changed, so that providers hide the passkeys that were revoked.
/// </summary>
/// <remarks>
/// <c>AcceptedCredentials</c> are all passkeys of the account: a provider stops offering one that is left out.
/// </remarks>
public sealed record AllAcceptedCredentialsSignal(string RpId, UserHandle UserHandle, IReadOnlyList<CredentialId> AcceptedCredentials)
{
    /// <summary>The options as UTF-8 JSON.</summary>
    public byte[] ToJson() => OptionsJson.ToUtf8(WriteTo);

    /// <summary>Writes that JSON object as one value.</summary>
    public void WriteTo(Utf8JsonWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteStartObject();
        writer.WriteString("rpId"u8, RpId);
        writer.WriteString("userId"u8, UserHandle.ToString());
        writer.WriteStartArray("allAcceptedCredentialIds"u8);
        foreach (var credential in AcceptedCredentials)
            writer.WriteStringValue(credential.ToString());
        writer.WriteEndArray();
        writer.WriteEndObject();
    }
}

/// <summary>
/// What a page passes to <c>PublicKeyCredential.signalCurrentUserDetails()</c> (§5.1.10.3) when a signed-in user's names have
/// changed, so that providers show the new ones.
/// </summary>
public sealed record CurrentUserDetailsSignal(string RpId, UserHandle UserHandle, string Name, string DisplayName)
{
    /// <summary>The options as UTF-8 JSON.</summary>
    public byte[] ToJson() => OptionsJson.ToUtf8(WriteTo);

    /// <summary>Writes that JSON object as one value.</summary>
    public void WriteTo(Utf8JsonWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteStartObject();
        writer.WriteString("rpId"u8, RpId);
        writer.WriteString("userId"u8, UserHandle.ToString());
        writer.WriteString("name"u8, Name);
        writer.WriteString("displayName"u8, DisplayName);
        writer.WriteEndObject();
    }
}
