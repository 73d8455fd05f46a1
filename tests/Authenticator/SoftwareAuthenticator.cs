using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace OpenPassage.Authenticator;

/// <summary>
/// A browser and its authenticator in one: makes a good ceremony from the options that a page would get, and lets a test
/// bend one thing of it. What a ceremony is bent to is signed when it is written out, so that only the bend is wrong:
/// <code>
/// var authenticator = new SoftwareAuthenticator();
/// var ceremony = authenticator.Create(creationOptionsJson, "https://example.com");
/// ceremony.ClientData.Type = "webauthn.get";
/// var response = ceremony.ToJson();
/// </code>
/// It shares no code with the product: what the two agree on is the specification.
/// </summary>
public sealed class SoftwareAuthenticator
{
    /// <summary>The algorithm of new keys, offered or not. Null: the first offered one that this machine can sign.</summary>
    public int? Algorithm { get; set; }

    /// <summary>How new passkeys are attested, whatever the options ask for.</summary>
    public AttestationMaker Attestation { get; set; } = Attest.None;

    public Guid Aaguid { get; set; } = new("6f70656e-7061-7373-6167-652d74657374");
    public bool UserPresent { get; set; } = true;
    public bool UserVerified { get; set; } = true;
    public bool BackupEligible { get; set; }
    public bool BackupState { get; set; }

    /// <summary>Whether new passkeys keep their user handle and hand it back.</summary>
    public bool Discoverable { get; set; } = true;

    /// <summary>What each use adds to a passkey's counter; 0 for an authenticator that keeps none.</summary>
    public uint SignCountStep { get; set; } = 1;

    public string? Attachment { get; set; } = "platform";
    public IReadOnlyList<string> Transports { get; set; } = ["internal", "hybrid"];

    /// <summary>The passkeys it holds, oldest first. Tests may add, change and remove.</summary>
    public IList<Passkey> Passkeys { get; } = [];

    /// <summary><c>navigator.credentials.create()</c>: makes a passkey and keeps it.</summary>
    /// <exception cref="CeremonyException">
    /// The passkey is one of <c>excludeCredentials</c>, or no offered algorithm can be signed here.
    /// </exception>
    public RegistrationCeremony Create(string optionsJson, string origin, Action<RegistrationCeremony>? bend = null)
    {
        var options = PublicKeyOf(optionsJson);
        var rpId = (string?)options["rp"]?["id"] ?? new Uri(origin).Host;
        if (Ids(options["excludeCredentials"]).Any(id => Find(rpId, id) is not null))
            throw new CeremonyException("InvalidStateError", "The authenticator holds one of the excluded passkeys.");

        var key = SigningKey.Create(Algorithm ?? FirstSupported(options));
        var passkey = new Passkey
        {
            Id = RandomNumberGenerator.GetBytes(32),
            RpId = rpId,
            UserHandle = Base64Url.DecodeFromChars((string)options["user"]!["id"]!),
            Key = key,
            Discoverable = Discoverable,
            BackupEligible = BackupEligible,
            BackupState = BackupState,
        };
        Passkeys.Add(passkey);

        var ceremony = new RegistrationCeremony(passkey)
        {
            ClientData = new ClientData("webauthn.create", (string)options["challenge"]!, origin),
            AuthenticatorData = AuthenticatorDataOf(passkey),
            Attestation = Attestation,
            Attachment = Attachment,
            Transports = [.. Transports],
        };
        ceremony.AuthenticatorData.Aaguid = Aaguid;
        ceremony.AuthenticatorData.CredentialId = passkey.Id;
        ceremony.AuthenticatorData.CoseKey = key.ToCose();
        if (options["extensions"]?["credProps"] is not null)
            ceremony.ClientExtensionResults["credProps"] = new JsonObject { ["rk"] = Discoverable };
        bend?.Invoke(ceremony);
        return ceremony;
    }

    /// <summary>
    /// <c>navigator.credentials.get()</c>: answers with <paramref name="passkey"/>, else with the newest passkey that the
    /// options allow.
    /// </summary>
    /// <exception cref="CeremonyException">It holds no such passkey.</exception>
    public AuthenticationCeremony Get(
        string optionsJson, string origin, Action<AuthenticationCeremony>? bend = null, Passkey? passkey = null)
    {
        var options = PublicKeyOf(optionsJson);
        var rpId = (string?)options["rpId"] ?? new Uri(origin).Host;
        var allowed = Ids(options["allowCredentials"]).ToList();
        passkey ??= allowed.Count == 0
            ? Passkeys.LastOrDefault(candidate => candidate.Discoverable && candidate.RpId == rpId)
            : allowed.Select(id => Find(rpId, id)).LastOrDefault(candidate => candidate is not null);
        if (passkey is null)
            throw new CeremonyException("NotAllowedError", "The authenticator holds no passkey that the options allow.");

        passkey.SignCount += SignCountStep;
        var ceremony = new AuthenticationCeremony(passkey)
        {
            ClientData = new ClientData("webauthn.get", (string)options["challenge"]!, origin),
            AuthenticatorData = AuthenticatorDataOf(passkey),
            Attachment = Attachment,
            UserHandle = passkey.Discoverable ? passkey.UserHandle : null,
        };
        ceremony.AuthenticatorData.RpId = rpId;
        bend?.Invoke(ceremony);
        return ceremony;
    }

    private AuthenticatorData AuthenticatorDataOf(Passkey passkey) => new()
    {
        RpId = passkey.RpId,
        UserPresent = UserPresent,
        UserVerified = UserVerified,
        BackupEligible = passkey.BackupEligible,
        BackupState = passkey.BackupState,
        SignCount = passkey.SignCount,
    };

    private Passkey? Find(string rpId, byte[] id) =>
        Passkeys.FirstOrDefault(candidate => candidate.RpId == rpId && candidate.Id.AsSpan().SequenceEqual(id));

    private static JsonObject PublicKeyOf(string optionsJson)
    {
        var options = JsonNode.Parse(optionsJson)!.AsObject();
        return options["publicKey"] as JsonObject ?? options;
    }

    private static IEnumerable<byte[]> Ids(JsonNode? descriptors) =>
        (descriptors as JsonArray ?? []).Select(descriptor => Base64Url.DecodeFromChars((string)descriptor!["id"]!));

    private static int FirstSupported(JsonObject options)
    {
        foreach (var parameter in options["pubKeyCredParams"]!.AsArray())
        {
            var algorithm = (int)parameter!["alg"]!;
            if (SigningKey.IsSupported(algorithm))
                return algorithm;
        }
        throw new CeremonyException("NotSupportedError", "No offered algorithm can be signed here.");
    }
}

/// <summary>A passkey as the authenticator keeps it.</summary>
public sealed class Passkey
{
    public required byte[] Id { get; set; }
    public required string RpId { get; set; }
    public required byte[] UserHandle { get; set; }
    public required SigningKey Key { get; set; }
    public uint SignCount { get; set; }
    public bool Discoverable { get; set; } = true;
    public bool BackupEligible { get; set; }
    public bool BackupState { get; set; }
}

/// <summary>What the browser's promise would reject with.</summary>
public sealed class CeremonyException(string name, string message) : Exception($"{name}: {message}")
{
    /// <summary>The DOMException's name, such as <c>NotAllowedError</c>.</summary>
    public string Name { get; } = name;
}
