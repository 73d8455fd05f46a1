using System.Text.Json;
using OpenPassage.WebAuthn.Json;

namespace OpenPassage.WebAuthn;

/// <summary>PublicKeyCredentialRequestOptions (§5.5): as JSON for the browser, as an expectation for the verdict.</summary>
public sealed class RequestOptions
{
    private readonly RelyingParty relyingParty;
    private readonly AuthenticationRequest request;

    internal RequestOptions(RelyingParty relyingParty, AuthenticationRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (request.Timeout <= TimeSpan.Zero)
            throw new ArgumentException("A ceremony takes time: Timeout must be positive.", nameof(request));
        if (request.Extensions is { } extensions)
            ExtensionInputs.Check(extensions, request.AllowCredentials, nameof(request));
        this.relyingParty = relyingParty;
        this.request = request;
        Challenge = request.Challenge ?? Challenge.Create();
    }

    /// <summary>The challenge that the response must answer.</summary>
    public Challenge Challenge { get; }

    /// <summary>UTF-8 JSON exactly as <c>parseRequestOptionsFromJSON()</c> takes it.</summary>
    public byte[] ToJson() => OptionsJson.ToUtf8(WriteTo);

    /// <summary>Writes that JSON object as one value.</summary>
    public void WriteTo(Utf8JsonWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteStartObject();
        writer.WriteString("challenge"u8, Challenge.ToBase64Url());
        writer.WriteString("rpId"u8, relyingParty.Id);
        writer.WriteNumber("timeout"u8, (long)request.Timeout.TotalMilliseconds);
        writer.WriteCredentials("allowCredentials"u8, request.AllowCredentials);
        writer.WriteString("userVerification"u8, request.UserVerification.ToWord());
        writer.WriteHints(request.Hints);
        if (request.Extensions is { } extensions)
            writer.WriteExtensions(extensions);
        writer.WriteEndObject();
    }

    /// <summary>What the response must answer; keep it, sealed or stored, until then.</summary>
    public AuthenticationExpectation ToExpectation() => new()
    {
        Challenge = Challenge,
        UserHandle = request.UserHandle,
        UserVerificationRequired = request.UserVerification == UserVerification.Required,
        AllowCredentials = [.. request.AllowCredentials.Select(credential => credential.Id)],
        AppId = request.Extensions?.AppId,
    };
}
