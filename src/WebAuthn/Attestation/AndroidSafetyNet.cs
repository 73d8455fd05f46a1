using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace OpenPassage.WebAuthn.Attestation;

/// <summary>
/// §8.5, <c>android-safetynet</c>: Google's verdict on an Android device. Google has shut the service down: what this
/// verifies are registrations that were kept, so <c>timestampMs</c> must be there and is not compared with any clock.
/// </summary>
public sealed class AndroidSafetyNet : AttestationFormat
{
    private const string Host = "attest.android.com";

    /// <inheritdoc/>
    public override string Id => "android-safetynet";

    /// <inheritdoc/>
    internal override Verdict<AttestationStatement> Verify(AttestationInput input)
    {
        ArgumentNullException.ThrowIfNull(input);

        // §8.5, step 1
        if (StatementMembers.Read(input.Statement.Span) is not { Response.Length: > 0 } statement)
            return Rejection.MalformedAttestationStatement;

        // §8.5, step 2
        if (string.IsNullOrEmpty(statement.Version))
            return Rejection.SafetyNetVersion;
        if (CompactJws.Read(statement.Response) is not { } jws
            || ReadPayload(jws.Payload) is not { Nonce: { } nonce, TimestampMs: not null } payload)
            return Rejection.SafetyNetResponseMalformed;

        // §8.5, step 3
        if (nonce != Convert.ToBase64String(SHA256.HashData(input.ToBeSigned())))
            return Rejection.SafetyNetNonce;

        // §8.5, step 4, and SafetyNet's documentation
        if (AttestationCertificate.TryRead(jws.Certificates[0].Span) is not { } certificate)
            return Rejection.MalformedAttestationCertificate;
        if (!certificate.IsFor(Host))
            return Rejection.SafetyNetHost;
        if (!jws.IsSignedBy(certificate, input.Algorithms))
            return Rejection.BadAttestationSignature;
        if (payload.CtsProfileMatch != true)
            return Rejection.SafetyNetProfile;
        return new AttestationStatement { Format = "android-safetynet", Type = AttestationType.BasicOrAttCA, TrustPath = jws.Certificates };
    }

    private static SafetyNetPayload? ReadPayload(byte[] payload)
    {
        try
        {
            return JsonSerializer.Deserialize(payload, SafetyNetJson.Default.SafetyNetPayload);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

/// <summary>The members of SafetyNet's response that matter here.</summary>
internal sealed record SafetyNetPayload(string? Nonce, long? TimestampMs, bool? CtsProfileMatch);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, AllowDuplicateProperties = false)]
[JsonSerializable(typeof(SafetyNetPayload))]
internal sealed partial class SafetyNetJson : JsonSerializerContext;
