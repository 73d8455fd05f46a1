using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using OpenPassage.WebAuthn;
using OpenPassage.WebAuthn.Attestation;
using OpenPassage.WebAuthn.Cose;

namespace OpenPassage.Conformance;

/// <summary>One recorded ceremony: what the relying party expected, what the browser sent, and the verdict it should get.</summary>
internal sealed class Case(JsonElement json)
{
    private static readonly UserHandle anyone = new("someone"u8);

    // What the schema has no place for: in this recording's own test the appid extension was asked for, and the client used it.
    private static readonly Dictionary<string, string> appIds = new() { ["fido2-net-lib#172"] = "https://localhost:44336" };

    public string Id { get; } = json.GetProperty("id").GetString()!;

    public bool ExpectedOk { get; } = json.GetProperty("expected").GetProperty("ok").GetBoolean();

    /// <summary>Why a conforming relying party may judge otherwise; null: it may not.</summary>
    public string? PolicyDependent { get; } = Text(json, "policyDependent");

    private JsonElement Policy => json.GetProperty("policy");

    private bool UserVerificationRequired => Policy.GetProperty("userVerificationRequired").GetBoolean();

    private Challenge Challenge => new(Bytes(json, "challenge"));

    /// <summary>The rejection, and the step that said so; null when every step passed.</summary>
    public (Rejection Rejection, string Step)? Judge()
    {
        var relyingParty = new RelyingParty(Text(json, "rpId")!, "Conformance", Texts(json, "origins"))
        {
            TopOrigins = Texts(json, "topOrigins").ToHashSet(StringComparer.Ordinal),
            AllowUnnamedTopOrigin = json.GetProperty("crossOriginAllowed").GetBoolean(),
        };
        var registers = Text(json, "kind") == "registration";
        var rejection = registers ? JudgeRegistration(relyingParty) : JudgeAuthentication(relyingParty);
        return rejection is null ? null : (rejection, rejection.StepIn(registers ? Ceremony.Registration : Ceremony.Authentication));
    }

    private byte[] Credential
    {
        get
        {
            // A few recordings of one collection hold classic base64 where WebAuthn says base64url (§5.1), and the core is strict.
            var credential = JsonNode.Parse(json.GetProperty("credential").GetRawText())!;
            foreach (var member in (string[])["clientDataJSON", "attestationObject"])
            {
                if (credential["response"]?[member] is JsonValue value && value.TryGetValue(out string? text))
                    credential["response"]![member] = text.TrimEnd('=').Replace('+', '-').Replace('/', '_');
            }
            if (appIds.ContainsKey(Id))
                credential["clientExtensionResults"]!["appid"] = true;
            return Encoding.UTF8.GetBytes(credential.ToJsonString());
        }
    }

    private Rejection? JudgeRegistration(RelyingParty relyingParty)
    {
        var response = RegistrationResponse.Read(Credential);
        if (!response.Ok)
            return response.Rejection;
        var anchors = Texts(json, "trustAnchors").ToArray();
        return relyingParty.FinishRegistration(response.Value, new RegistrationExpectation
        {
            Challenge = Challenge,
            UserHandle = anyone,
            UserVerificationRequired = UserVerificationRequired,
            Conditional = !Policy.GetProperty("userPresenceRequired").GetBoolean(),
            Algorithms = Policy.GetProperty("algorithms") is { ValueKind: JsonValueKind.Array } algorithms
                ? [.. algorithms.EnumerateArray().Select(algorithm => (CoseAlgorithm)algorithm.GetInt32())]
                : null,
            Attestation = new AttestationPolicy
            {
                Anchors = ReadAnchors(anchors),
                RequireAttestation = anchors.Length > 0,
                // The recordings hold TPM statements of an age when SHA-1 was usual.
                AllowSha1 = true,
            },
            At = Text(json, "validationTime") is { } time ? DateTimeOffset.Parse(time) : null,
        }).Rejection;
    }

    private Rejection? JudgeAuthentication(RelyingParty relyingParty)
    {
        var response = AuthenticationResponse.Read(Credential);
        if (!response.Ok)
            return response.Rejection;
        var stored = json.GetProperty("stored");
        // The recordings say nothing of accounts: the passkey is its own.
        var account = response.Value.UserHandle ?? anyone;
        return relyingParty.FinishAuthentication(
            response.Value,
            new AuthenticationExpectation
            {
                Challenge = Challenge,
                UserHandle = account,
                UserVerificationRequired = UserVerificationRequired,
                AllowCredentials = json.TryGetProperty("allowCredentials", out var allowed) && allowed.ValueKind == JsonValueKind.Array
                    ? [.. allowed.EnumerateArray().Select(id => CredentialId.FromBase64Url(id.GetString()!))]
                    : [],
                AppId = appIds.GetValueOrDefault(Id),
                Counter = CounterPolicy.Refuse,
            },
            new CredentialRecord
            {
                Id = response.Value.Id,
                UserHandle = account,
                PublicKey = Bytes(stored, "publicKey"),
                SignCount = stored.GetProperty("signCount").GetUInt32(),
                BackupEligible = stored.GetProperty("backupEligible") is { ValueKind: not JsonValueKind.Null } eligible
                    ? eligible.GetBoolean()
                    : null,
            }).Rejection;
    }

    // One collection records a word in place of a certificate it could not write down: an anchor that nothing leads to.
    private static TrustAnchors ReadAnchors(string[] anchors) =>
        new(anchors.Where(text => text.Length > 100).Select(text => (ReadOnlyMemory<byte>)Base64Url.DecodeFromChars(text)));

    private static string? Text(JsonElement json, string member) =>
        json.TryGetProperty(member, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static IEnumerable<string> Texts(JsonElement json, string member) =>
        json.GetProperty(member).EnumerateArray().Select(text => text.GetString()!);

    private static byte[] Bytes(JsonElement json, string member) => Base64Url.DecodeFromChars(Text(json, member)!);
}
