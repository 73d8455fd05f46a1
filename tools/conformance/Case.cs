using System.Buffers.Text;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using OpenPassage.WebAuthn;
using OpenPassage.WebAuthn.Attestation;
using OpenPassage.WebAuthn.Cose;

namespace OpenPassage.Conformance;

/// <summary>
/// One recorded ceremony: what the relying party expected, what the browser sent, and the verdict it should get. What cannot be put
/// to the core is an <see cref="InexpressibleException"/>; any other exception of judging is the core's.
/// </summary>
internal sealed class Case
{
    private static readonly UserHandle anyone = new("someone"u8);

    // What the schema has no place for: in this recording's own test the appid extension was asked for, and the client used it.
    private static readonly Dictionary<string, string> appIds = new() { ["fido2-net-lib#172"] = "https://localhost:44336" };

    private readonly Func<Rejection?> judge;
    private readonly Ceremony ceremony;

    public Case(JsonElement json)
    {
        Id = json.Text("id");
        ExpectedOk = json.Member("expected").Flag("ok");
        PolicyDependent = json.MaybeText("policyDependent");
        var relyingParty = ReadRelyingParty(json);
        var credential = ReadCredential(json.Member("credential"));
        (ceremony, judge) = json.Text("kind") switch
        {
            "registration" => (Ceremony.Registration, ReadRegistration(json, relyingParty, credential)),
            "authentication" => (Ceremony.Authentication, ReadAuthentication(json, relyingParty, credential)),
            var other => throw new InexpressibleException($"kind is '{other}', and there are registration and authentication"),
        };
    }

    public string Id { get; }

    public bool ExpectedOk { get; }

    /// <summary>Why a conforming relying party may judge otherwise; null: it may not.</summary>
    public string? PolicyDependent { get; }

    /// <summary>The rejection, and the step that said so; null when every step passed.</summary>
    public (Rejection Rejection, string Step)? Judge() => judge() is { } rejection ? (rejection, rejection.StepIn(ceremony)) : null;

    private static RelyingParty ReadRelyingParty(JsonElement json)
    {
        var (rpId, origins, topOrigins, crossOrigin) = (
            json.Text("rpId"), json.Texts("origins"), json.Texts("topOrigins"), json.Flag("crossOriginAllowed"));
        return Reading.Express("rpId and origins", () => new RelyingParty(rpId, "Conformance", origins)
        {
            TopOrigins = topOrigins.ToHashSet(StringComparer.Ordinal),
            AllowUnnamedTopOrigin = crossOrigin,
        });
    }

    private byte[] ReadCredential(JsonElement recorded) => Reading.Express("credential", () =>
    {
        if (JsonNode.Parse(recorded.GetRawText()) is not JsonObject credential)
            return Encoding.UTF8.GetBytes(recorded.GetRawText());
        // A few recordings of one collection hold classic base64 where WebAuthn says base64url (§5.1), and the core is strict.
        foreach (var member in (string[])["clientDataJSON", "attestationObject"])
        {
            if (credential["response"] is JsonObject response && response[member] is JsonValue value && value.TryGetValue(out string? text))
                response[member] = text.TrimEnd('=').Replace('+', '-').Replace('/', '_');
        }

        if (appIds.ContainsKey(Id) && credential["clientExtensionResults"] is JsonObject results)
            results["appid"] = true;
        return Encoding.UTF8.GetBytes(credential.ToJsonString());
    });

    private static Func<Rejection?> ReadRegistration(JsonElement json, RelyingParty relyingParty, byte[] credential)
    {
        var (policy, anchors) = (json.Member("policy"), json.Texts("trustAnchors"));
        var expectation = new RegistrationExpectation
        {
            Challenge = ReadChallenge(json),
            UserHandle = anyone,
            UserVerificationRequired = policy.Flag("userVerificationRequired"),
            Conditional = !policy.Flag("userPresenceRequired"),
            Algorithms = policy.Member("algorithms") is { ValueKind: JsonValueKind.Array } algorithms
                ? [.. algorithms.EnumerateArray().Select(ReadAlgorithm)]
                : null,
            Attestation = new AttestationPolicy
            {
                Anchors = Reading.Express("trustAnchors", () => ReadAnchors(anchors)),
                RequireAttestation = anchors.Length > 0,
                // The recordings hold TPM statements of an age when SHA-1 was usual.
                AllowSha1 = true,
            },
            At = json.MaybeText("validationTime") is { } time
                ? Reading.Express("validationTime", () => DateTimeOffset.Parse(time, CultureInfo.InvariantCulture))
                : null,
        };
        return () =>
        {
            var response = RegistrationResponse.Read(credential);
            return response.Ok ? relyingParty.FinishRegistration(response.Value, expectation).Rejection : response.Rejection;
        };
    }

    private Func<Rejection?> ReadAuthentication(JsonElement json, RelyingParty relyingParty, byte[] credential)
    {
        var challenge = ReadChallenge(json);
        var required = json.Member("policy").Flag("userVerificationRequired");
        CredentialId[] allowed = json.TryGetProperty("allowCredentials", out var list) && list.ValueKind == JsonValueKind.Array
            ? [.. json.Texts("allowCredentials").Select(id => Reading.Express("allowCredentials", () => CredentialId.FromBase64Url(id)))]
            : [];
        return () =>
        {
            var response = AuthenticationResponse.Read(credential);
            if (!response.Ok)
                return response.Rejection;
            // The recordings say nothing of accounts: the passkey is its own.
            var account = response.Value.UserHandle ?? anyone;
            var expectation = new AuthenticationExpectation
            {
                Challenge = challenge,
                UserHandle = account,
                UserVerificationRequired = required,
                AllowCredentials = allowed,
                AppId = appIds.GetValueOrDefault(Id),
                Counter = CounterPolicy.Refuse,
            };
            // Where the response is none that can be read, some recordings have nothing stored.
            return relyingParty.FinishAuthentication(
                response.Value, expectation, ReadRecord(json.Member("stored"), response.Value.Id, account)).Rejection;
        };
    }

    private static CredentialRecord ReadRecord(JsonElement stored, CredentialId id, UserHandle account) => new()
    {
        Id = id,
        UserHandle = account,
        // Null: there was none, which verifies nothing.
        PublicKey = stored.Member("publicKey").ValueKind == JsonValueKind.Null ? default : stored.Bytes("publicKey"),
        SignCount = stored.Member("signCount") is { ValueKind: JsonValueKind.Number } number && number.TryGetUInt32(out var count)
            ? count
            : throw new InexpressibleException("signCount is no number that a counter has"),
        BackupEligible = stored.Member("backupEligible").ValueKind == JsonValueKind.Null ? null : stored.Flag("backupEligible"),
    };

    private static Challenge ReadChallenge(JsonElement json)
    {
        var bytes = json.Bytes("challenge");
        return Reading.Express("challenge", () => new Challenge(bytes));
    }

    private static CoseAlgorithm ReadAlgorithm(JsonElement json)
        => json.ValueKind == JsonValueKind.Number && json.TryGetInt32(out var number) && Enum.IsDefined((CoseAlgorithm)number)
            ? (CoseAlgorithm)number
            : throw new InexpressibleException($"algorithms names {json.GetRawText()}, which the core does not know");

    // One collection records a word in place of a certificate it could not write down: an anchor that nothing leads to.
    private static TrustAnchors ReadAnchors(string[] anchors) =>
        new(anchors.Where(text => text.Length > 100).Select(text => (ReadOnlyMemory<byte>)Base64Url.DecodeFromChars(text)));
}
