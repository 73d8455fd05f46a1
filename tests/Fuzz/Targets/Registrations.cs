using OpenPassage.Authenticator;
using OpenPassage.Fuzz.Tests.Seeds;
using OpenPassage.WebAuthn;
using OpenPassage.WebAuthn.Attestation;

namespace OpenPassage.Fuzz.Tests.Targets;

/// <summary>What goes through <see cref="RelyingParty.FinishRegistration"/>.</summary>
internal abstract class RegistrationTarget(string name, int codes) : Target(name, codes)
{
    protected virtual IEnumerable<RegistrationSeed> From => Seeds.Registrations.Where(seed => IsJudgedHere(seed.Name));

    public override IEnumerable<Case> Good() => From.Select(seed => Judged(seed.Json, Seeds.Policies[0]));

    public override Case Make(Random random)
    {
        var from = From.ToList();
        return Judged(Bend(random, Pick(random, from), Pick(random, from)), Pick(random, Seeds.Policies));
    }

    protected abstract byte[] Bend(Random random, RegistrationSeed seed, RegistrationSeed other);

    /// <summary>A seed whose algorithm this machine has not is refused as it should be, and is of no use.</summary>
    internal static bool IsJudgedHere(string name) =>
        !Enum.TryParse<WebAuthn.Cose.CoseAlgorithm>(name.Split(' ')[^1], out var algorithm)
        || WebAuthn.Cose.AlgorithmSet.Supported.Find(algorithm) is not null;

    /// <summary>A response with other client data or another attestation object.</summary>
    protected static byte[] Response(RegistrationSeed seed, byte[]? clientData = null, byte[]? attestationObject = null) => Response(
        (string)seed.Response["id"]!,
        ("clientDataJSON", clientData ?? seed.Part("clientDataJSON")),
        ("attestationObject", attestationObject ?? seed.Part("attestationObject")));

    /// <summary>The statement as it is, be it CBOR or not.</summary>
    protected static byte[] AttestationObject(string format, byte[] statement, byte[] authenticatorData) =>
    [
        0xA3, .. CborMap.Encode("fmt"), .. CborMap.Encode(format), .. CborMap.Encode("attStmt"), .. statement,
        .. CborMap.Encode("authData"), .. CborMap.Encode(authenticatorData),
    ];

    internal static Case Judged(byte[] json, AttestationPolicy policy) => new(json, () =>
    {
        var response = RegistrationResponse.Read(json);
        if (!response.Ok)
            return response.Rejection.Code;
        var verdict = Setting.RelyingParty().FinishRegistration(response.Value, Setting.Registration(policy));
        if (!verdict.Ok)
            return verdict.Rejection.Code;
        // Who saves a record reads it back.
        Assert.True(CredentialRecord.TryRead(verdict.Value.Record.ToBytes(), out _));
        return Accepted;
    });
}

internal sealed class RegistrationJson() : RegistrationTarget("registration response", 8)
{
    protected override byte[] Bend(Random random, RegistrationSeed seed, RegistrationSeed other) => Bend(random, seed.Json, other.Json);
}

internal sealed class RegistrationClientData() : RegistrationTarget("registration client data", 8)
{
    protected override byte[] Bend(Random random, RegistrationSeed seed, RegistrationSeed other) =>
        Response(seed, clientData: Bend(random, seed.Part("clientDataJSON"), other.Part("clientDataJSON")));
}

internal sealed class AttestationObjectCbor() : RegistrationTarget("attestation object", 9)
{
    protected override byte[] Bend(Random random, RegistrationSeed seed, RegistrationSeed other) =>
        Response(seed, attestationObject: Bend(random, seed.Part("attestationObject"), other.Part("attestationObject")));
}

/// <summary>Nothing signs authenticator data under "none": whatever it says goes through every later step.</summary>
internal sealed class RegistrationAuthenticatorData() : RegistrationTarget("registration authenticator data", 8)
{
    protected override byte[] Bend(Random random, RegistrationSeed seed, RegistrationSeed other) =>
        Response(seed, attestationObject: AttestationObject("none", [0xA0], BendAuthenticatorData(random, seed, other, Bend)));

    /// <summary>All of it; or only the flags and the counter; or only what is CBOR in it, the key and the extensions.</summary>
    internal static byte[] BendAuthenticatorData(
        Random random, RegistrationSeed seed, RegistrationSeed other, Func<Random, byte[], byte[], byte[]> bend)
    {
        const int flags = 32, end = 37, beforeId = end + 16 + 2;
        var (good, spliced) = (Attested.AuthenticatorDataOf(seed), Attested.AuthenticatorDataOf(other));
        var key = beforeId + ((good[beforeId - 2] << 8) | good[beforeId - 1]);
        return random.Next(3) switch
        {
            0 => bend(random, good, spliced),
            1 =>
            [
                .. good[..flags],
                (byte)(good[flags] ^ (1 << random.Next(8))),
                .. bend(random, good[(flags + 1)..end], spliced),
                .. good[end..],
            ],
            _ => [.. good[..key], .. bend(random, good[key..], spliced[key..])],
        };
    }
}

/// <summary>What the credential's own key signs after it was bent.</summary>
internal sealed class SignedSelfAttestation() : RegistrationTarget("self attestation, signed again", 10)
{
    protected override IEnumerable<RegistrationSeed> From => [Seeds.Registration("self RS256")];

    protected override byte[] Bend(Random random, RegistrationSeed seed, RegistrationSeed other)
    {
        var clientData = random.Next(3) == 0 ? Bend(random, seed.Part("clientDataJSON"), []) : seed.Part("clientDataJSON");
        var data = RegistrationAuthenticatorData.BendAuthenticatorData(random, seed, other, Bend);
        var statement = Attested.SignedStatement(Seeds.Key, [.. data, .. System.Security.Cryptography.SHA256.HashData(clientData)]);
        return Response(seed, clientData, AttestationObject("packed", statement, data));
    }
}
