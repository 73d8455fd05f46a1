using System.Text;
using System.Text.Json;
using OpenPassage.WebAuthn.Attestation;
using OpenPassage.WebAuthn.Cose;

namespace OpenPassage.WebAuthn.Tests;

/// <summary>The test vectors of the specification (§16): a credential, made and used.</summary>
public class W3cVectorTests
{
    private static readonly JsonDocument? vectors = Load();

    public static TheoryData<string> Ids =>
        vectors is null
            ? [""]
            : [.. vectors.RootElement.GetProperty("vectors").EnumerateArray().Select(vector => vector.GetProperty("id").GetString()!)];

    [Theory]
    [MemberData(nameof(Ids))]
    public void A_credential_of_the_specification_is_made_and_used(string id)
    {
        Assert.SkipWhen(vectors is null, Vectors.Absent);
        var vector = vectors.RootElement.GetProperty("vectors").EnumerateArray()
            .Single(candidate => candidate.GetProperty("id").GetString() == id);
        var algorithm = (CoseAlgorithm)vector.GetProperty("alg").GetInt32();
        Assert.SkipWhen(AlgorithmSet.Supported.Find(algorithm) is null, $"This machine does not verify {algorithm}.");

        var topOrigin = vector.GetProperty("topOrigin").GetString();
        var relyingParty = new RelyingParty(vector.GetProperty("rpId").GetString()!, "Vectors", [vector.GetProperty("origin").GetString()!])
        {
            TopOrigins = topOrigin is null ? new HashSet<string>() : new HashSet<string> { topOrigin },
            AllowUnnamedTopOrigin = vector.GetProperty("crossOrigin").GetBoolean() && topOrigin is null,
        };
        var made = vector.GetProperty("registration");
        var registration = relyingParty.FinishRegistration(
            RegistrationResponse.Read(Json(made)).GetOrThrow(),
            new RegistrationExpectation
            {
                Challenge = ChallengeOf(made),
                UserHandle = new UserHandle("someone"u8),
                UserVerificationRequired = false,
                Algorithms = [algorithm],
                Attestation = new AttestationPolicy { Anchors = Root(vector) },
            }).IsAccepted();
        Assert.Equal(algorithm, registration.Algorithm);
        Assert.Equal(vector.GetProperty("fmt").GetString(), registration.Attestation.Format);
        if (vector.GetProperty("attestationRoot").ValueKind != JsonValueKind.Null)
            Assert.Equal(TrustLevel.Anchored, registration.Trust);

        var flags = made.GetProperty("flags");
        Assert.Equal(flags.GetProperty("credentialId").GetString(), registration.Record.Id.ToString());
        Assert.Equal(flags.GetProperty("aaguid").GetString(), registration.Record.Aaguid.ToString("N"));
        Assert.Equal(flags.GetProperty("uv").GetBoolean(), registration.UserVerified);
        Assert.Equal(flags.GetProperty("be").GetBoolean(), registration.Record.BackupEligible);
        Assert.Equal(flags.GetProperty("bs").GetBoolean(), registration.Record.BackupState);
        Assert.Equal(topOrigin, registration.TopOrigin);

        var used = vector.GetProperty("authentication");
        var authentication = relyingParty.FinishAuthentication(
            AuthenticationResponse.Read(Json(used)).GetOrThrow(),
            new AuthenticationExpectation
            {
                Challenge = ChallengeOf(used),
                UserHandle = registration.Record.UserHandle,
                UserVerificationRequired = false,
                AllowCredentials = [registration.Record.Id],
            },
            registration.Record).IsAccepted();
        Assert.Equal(used.GetProperty("flags").GetProperty("uv").GetBoolean(), authentication.UserVerified);
        Assert.Equal(used.GetProperty("flags").GetProperty("bs").GetBoolean(), authentication.Record.BackupState);
    }

    private static TrustAnchors Root(JsonElement vector)
    {
        if (vector.GetProperty("attestationRoot").ValueKind == JsonValueKind.Null)
            return TrustAnchors.None;
        var root = vectors!.RootElement.GetProperty("attestationRoot").GetProperty("attestation_ca_cert").GetString()!;
        return new TrustAnchors([Convert.FromHexString(root)]);
    }

    private static byte[] Json(JsonElement ceremony) => Encoding.UTF8.GetBytes(ceremony.GetProperty("credential").GetRawText());

    private static Challenge ChallengeOf(JsonElement ceremony) =>
        new(System.Buffers.Text.Base64Url.DecodeFromChars(ceremony.GetProperty("challenge").GetString()));

    private static JsonDocument? Load() => Vectors.Find("w3c-level3.json") is { } file ? JsonDocument.Parse(File.ReadAllBytes(file)) : null;
}
