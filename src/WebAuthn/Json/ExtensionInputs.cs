using System.Buffers.Text;
using System.Text.Json;

namespace OpenPassage.WebAuthn.Json;

/// <summary>The <c>extensions</c> member of options (§10), as the parse methods of the browser take it.</summary>
internal static class ExtensionInputs
{
    public static void WriteExtensions(this Utf8JsonWriter writer, RegistrationExtensions extensions)
    {
        writer.WriteStartObject("extensions"u8);
        if (extensions.CredentialProperties)
            writer.WriteBoolean("credProps"u8, value: true);
        if (extensions.Prf || extensions.PrfEvaluation is not null)
        {
            writer.WriteStartObject("prf"u8);
            if (extensions.PrfEvaluation is { } inputs)
                writer.WritePrfInputs("eval", inputs);
            writer.WriteEndObject();
        }
        if (extensions.LargeBlob is { } support)
        {
            writer.WriteStartObject("largeBlob"u8);
            writer.WriteString("support"u8, support == LargeBlobSupport.Required ? "required"u8 : "preferred"u8);
            writer.WriteEndObject();
        }
        if (extensions.CredentialProtection is { } protection)
        {
            writer.WriteString("credentialProtectionPolicy"u8, protection switch
            {
                CredentialProtection.UserVerificationOptional => "userVerificationOptional"u8,
                CredentialProtection.UserVerificationOptionalWithCredentialIds => "userVerificationOptionalWithCredentialIDList"u8,
                _ => "userVerificationRequired"u8,
            });
            writer.WriteBoolean("enforceCredentialProtectionPolicy"u8, extensions.EnforceCredentialProtection);
        }
        if (extensions.MinPinLength)
            writer.WriteBoolean("minPinLength"u8, value: true);
        if (extensions.AppIdExclude is { } appId)
            writer.WriteString("appidExclude"u8, appId);
        writer.WriteEndObject();
    }

    public static void WriteExtensions(this Utf8JsonWriter writer, AuthenticationExtensions extensions)
    {
        writer.WriteStartObject("extensions"u8);
        if (extensions.AppId is { } appId)
            writer.WriteString("appid"u8, appId);
        if (extensions.Prf is not null || extensions.PrfByCredential.Count > 0)
        {
            writer.WriteStartObject("prf"u8);
            if (extensions.Prf is { } inputs)
                writer.WritePrfInputs("eval", inputs);
            if (extensions.PrfByCredential.Count > 0)
            {
                writer.WriteStartObject("evalByCredential"u8);
                foreach (var (credential, own) in extensions.PrfByCredential)
                    writer.WritePrfInputs(credential.ToString(), own);
                writer.WriteEndObject();
            }
            writer.WriteEndObject();
        }
        if (extensions.ReadLargeBlob || extensions.WriteLargeBlob is not null)
        {
            writer.WriteStartObject("largeBlob"u8);
            if (extensions.ReadLargeBlob)
                writer.WriteBoolean("read"u8, value: true);
            if (extensions.WriteLargeBlob is { } blob)
                writer.WriteString("write"u8, Base64Url.EncodeToString(blob.Span));
            writer.WriteEndObject();
        }
        writer.WriteEndObject();
    }

    /// <summary>Refuses what every browser would refuse, where the programmer sees it.</summary>
    /// <exception cref="ArgumentException">The inputs contradict themselves, or the credentials that are allowed.</exception>
    public static void Check(AuthenticationExtensions extensions, IReadOnlyList<CredentialDescriptor> allowed, string parameter)
    {
        // §10.1.4: a key of evalByCredential that is not allowed is a NotSupportedError.
        foreach (var id in extensions.PrfByCredential.Keys)
        {
            if (!allowed.Any(credential => credential.Id == id))
                throw new ArgumentException("PrfByCredential names a credential that AllowCredentials does not.", parameter);
        }
        // §10.1.5
        if (extensions.ReadLargeBlob && extensions.WriteLargeBlob is not null)
            throw new ArgumentException("A large blob is read or written, not both.", parameter);
        if (extensions.WriteLargeBlob is not null && allowed.Count != 1)
            throw new ArgumentException("Writing a large blob takes exactly one credential in AllowCredentials.", parameter);
    }

    private static void WritePrfInputs(this Utf8JsonWriter writer, string member, PrfInputs inputs)
    {
        writer.WriteStartObject(member);
        writer.WriteString("first"u8, Base64Url.EncodeToString(inputs.First.Span));
        if (inputs.Second is { } second)
            writer.WriteString("second"u8, Base64Url.EncodeToString(second.Span));
        writer.WriteEndObject();
    }
}
