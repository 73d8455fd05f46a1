using System.Buffers;
using System.Buffers.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using OpenPassage.WebAuthn.Cose;

namespace OpenPassage.WebAuthn.Attestation;

/// <summary>
/// A signed JSON document in compact serialization (RFC 7515) that brings its certificates along. The header is the signer's
/// claim: which certificate to believe is the caller's question, and a header cannot choose "none" or a shared secret.
/// </summary>
internal sealed class CompactJws
{
    private const int MaxCertificates = 16;

    private static readonly SearchValues<byte> base64Url =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"u8);

    private readonly CoseAlgorithm algorithm;
    private readonly byte[] signed, signature;

    private CompactJws(
        CoseAlgorithm algorithm, IReadOnlyList<ReadOnlyMemory<byte>> certificates, byte[] signed, byte[] payload, byte[] signature)
    {
        (this.algorithm, this.signed, this.signature) = (algorithm, signed, signature);
        (Certificates, Payload) = (certificates, payload);
    }

    /// <summary><c>x5c</c> as DER, leaf first; at least one.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> Certificates { get; }

    /// <summary>The document, not to be believed before <see cref="IsSignedBy"/>.</summary>
    public byte[] Payload { get; }

    /// <summary>The document; null when the text is not one, or has no asymmetric algorithm or no certificates.</summary>
    public static CompactJws? Read(ReadOnlySpan<byte> text)
    {
        var headerEnd = text.IndexOf((byte)'.');
        var payloadEnd = text.LastIndexOf((byte)'.');
        if (headerEnd <= 0 || payloadEnd <= headerEnd)
            return null;
        if (Decode(text[..headerEnd]) is not { } header
            || Decode(text[(headerEnd + 1)..payloadEnd]) is not { } payload
            || Decode(text[(payloadEnd + 1)..]) is not { } signature)
            return null;
        try
        {
            var parsed = JsonSerializer.Deserialize(header, JwsJson.Default.JwsHeader);
            // RFC 7515 §4.1.11: whoever does not know an extension that is marked critical must refuse.
            if (parsed is not { Alg: { } alg, X5c: { Length: > 0 and <= MaxCertificates } x5c, Crit: null }
                || AlgorithmOf(alg) is not { } algorithm)
                return null;
            var certificates = x5c.Select(certificate => new ReadOnlyMemory<byte>(Convert.FromBase64String(certificate)));
            return new(algorithm, [.. certificates], text[..payloadEnd].ToArray(), payload, signature);
        }
        catch (Exception malformed) when (malformed is JsonException or FormatException or ArgumentNullException)
        {
            return null;
        }
    }

    /// <summary>Whether the signature is that of the certificate's key.</summary>
    public bool IsSignedBy(AttestationCertificate certificate, AlgorithmSet algorithms)
    {
        var der = algorithm is CoseAlgorithm.ES256 or CoseAlgorithm.ES384 or CoseAlgorithm.ES512 ? ToDer(signature) : signature;
        return der is not null && certificate.CheckSignature(algorithms, algorithm, signed, der) is null;
    }

    private static byte[]? Decode(ReadOnlySpan<byte> text) =>
        // The framework's decoder accepts white space; a signed text has none.
        text.IndexOfAnyExcept(base64Url) < 0 && Base64Url.IsValid(text) ? Base64Url.DecodeFromUtf8(text) : null;

    private static CoseAlgorithm? AlgorithmOf(string alg) => alg switch
    {
        // Recorded SafetyNet responses also have the names that XML gives to two of them.
        "RS256" or "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256" => CoseAlgorithm.RS256,
        "RS384" => CoseAlgorithm.RS384,
        "RS512" => CoseAlgorithm.RS512,
        "PS256" => CoseAlgorithm.PS256,
        "PS384" => CoseAlgorithm.PS384,
        "PS512" => CoseAlgorithm.PS512,
        "ES256" or "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256" => CoseAlgorithm.ES256,
        "ES384" => CoseAlgorithm.ES384,
        "ES512" => CoseAlgorithm.ES512,
        "EdDSA" => CoseAlgorithm.EdDSA,
        _ => null,
    };

    /// <summary>r and s side by side, as JWS has them (RFC 7518 §3.4), in the DER that COSE's verifiers take (§6.5.5).</summary>
    private static byte[]? ToDer(ReadOnlySpan<byte> signature)
    {
        if (signature.Length is not (64 or 96 or 132))
            return null;
        byte[] integers = [.. Integer(signature[..(signature.Length / 2)]), .. Integer(signature[(signature.Length / 2)..])];
        return integers.Length < 0x80
            ? [DerTag.Sequence, (byte)integers.Length, .. integers]
            : [DerTag.Sequence, 0x81, (byte)integers.Length, .. integers];
    }

    private static byte[] Integer(ReadOnlySpan<byte> bigEndian)
    {
        var digits = bigEndian.TrimStart((byte)0);
        return digits.IsEmpty || digits[0] >= 0x80
            ? [DerTag.Integer, (byte)(digits.Length + 1), 0, .. digits]
            : [DerTag.Integer, (byte)digits.Length, .. digits];
    }
}

/// <summary>The header's members that matter here; <c>crit</c> only to be refused.</summary>
internal sealed record JwsHeader(string? Alg, string[]? X5c, JsonElement? Crit);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, AllowDuplicateProperties = false)]
[JsonSerializable(typeof(JwsHeader))]
internal sealed partial class JwsJson : JsonSerializerContext;
