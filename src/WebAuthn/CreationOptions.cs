using System.Text.Json;
using OpenPassage.WebAuthn.Cose;
using OpenPassage.WebAuthn.Json;

namespace OpenPassage.WebAuthn;

/// <summary>PublicKeyCredentialCreationOptions (§5.4): as JSON for the browser, as an expectation for the verdict.</summary>
public sealed class CreationOptions
{
    private readonly RelyingParty relyingParty;
    private readonly RegistrationRequest request;
    private readonly IReadOnlyList<CoseAlgorithm> algorithms;

    internal CreationOptions(RelyingParty relyingParty, RegistrationRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentException.ThrowIfNullOrEmpty(request.UserName, nameof(request));
        if (request.UserHandle.Bytes.IsEmpty)
            throw new ArgumentException("A registration names an account: UserHandle is empty.", nameof(request));
        if (request.Timeout <= TimeSpan.Zero)
            throw new ArgumentException("A ceremony takes time: Timeout must be positive.", nameof(request));
        algorithms = request.Algorithms ?? relyingParty.Algorithms.Ids;
        if (algorithms.Count == 0)
            throw new ArgumentException("Ask for at least one algorithm.", nameof(request));
        foreach (var algorithm in algorithms)
        {
            if (relyingParty.Algorithms.Find(algorithm) is null)
                throw new ArgumentException($"{algorithm} is none of the relying party's algorithms.", nameof(request));
        }
        this.relyingParty = relyingParty;
        this.request = request;
        Challenge = request.Challenge ?? Challenge.Create();
    }

    /// <summary>The challenge that the response must answer.</summary>
    public Challenge Challenge { get; }

    /// <summary>UTF-8 JSON exactly as <c>parseCreationOptionsFromJSON()</c> takes it.</summary>
    public byte[] ToJson() => OptionsJson.ToUtf8(WriteTo);

    /// <summary>Writes that JSON object as one value.</summary>
    public void WriteTo(Utf8JsonWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteStartObject();

        writer.WriteStartObject("rp"u8);
        writer.WriteString("id"u8, relyingParty.Id);
        writer.WriteString("name"u8, relyingParty.Name);
        writer.WriteEndObject();

        writer.WriteStartObject("user"u8);
        writer.WriteString("id"u8, request.UserHandle.ToString());
        writer.WriteString("name"u8, request.UserName);
        writer.WriteString("displayName"u8, request.UserDisplayName ?? request.UserName);
        writer.WriteEndObject();

        writer.WriteString("challenge"u8, Challenge.ToBase64Url());

        writer.WriteStartArray("pubKeyCredParams"u8);
        foreach (var algorithm in algorithms)
        {
            writer.WriteStartObject();
            writer.WriteString("type"u8, "public-key"u8);
            writer.WriteNumber("alg"u8, (int)algorithm);
            writer.WriteEndObject();
        }
        writer.WriteEndArray();

        writer.WriteNumber("timeout"u8, (long)request.Timeout.TotalMilliseconds);
        writer.WriteCredentials("excludeCredentials"u8, request.ExcludeCredentials);

        writer.WriteStartObject("authenticatorSelection"u8);
        if ((request.Attachment ?? MirrorHints()) is { } attachment)
            writer.WriteString("authenticatorAttachment"u8, attachment.ToWord());
        writer.WriteString("residentKey"u8, request.ResidentKey.ToWord());
        // Level 1's member for the same, which clients of that level still read (§5.4.4).
        writer.WriteBoolean("requireResidentKey"u8, request.ResidentKey == ResidentKey.Required);
        writer.WriteString("userVerification"u8, request.UserVerification.ToWord());
        writer.WriteEndObject();

        writer.WriteHints(request.Hints);
        writer.WriteString("attestation"u8, request.Attestation.ToWord());
        if (request.AttestationFormats.Count > 0)
        {
            writer.WriteStartArray("attestationFormats"u8);
            foreach (var format in request.AttestationFormats)
                writer.WriteStringValue(format);
            writer.WriteEndArray();
        }
        if (request.Extensions is { } extensions)
            writer.WriteExtensions(extensions);
        writer.WriteEndObject();
    }

    /// <summary>What the response must answer; keep it, sealed or stored, until then.</summary>
    public RegistrationExpectation ToExpectation() => new()
    {
        Challenge = Challenge,
        UserHandle = request.UserHandle,
        UserVerificationRequired = request.UserVerification == UserVerification.Required,
        Conditional = request.Conditional,
        Algorithms = request.Algorithms,
        Attachment = request.Attachment,
    };

    // §5.8.8: clients that know no hints are told by attachment, where the hints agree on one.
    private AuthenticatorAttachment? MirrorHints()
    {
        AuthenticatorAttachment? common = null;
        foreach (var hint in request.Hints)
        {
            var mirrored = hint == Hint.ClientDevice ? AuthenticatorAttachment.Platform : AuthenticatorAttachment.CrossPlatform;
            if (common is not null && common != mirrored)
                return null;
            common = mirrored;
        }
        return common;
    }
}
