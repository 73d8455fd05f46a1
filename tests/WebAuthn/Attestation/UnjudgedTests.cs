using OpenPassage.Authenticator;
using OpenPassage.WebAuthn.Attestation;
using OpenPassage.WebAuthn.Cose;

namespace OpenPassage.WebAuthn.Tests.Attestation;

/// <summary>
/// §7.1 steps 21 and 22 where nobody requires attestation: what cannot be judged is no reason to refuse, what is wrong is.
/// </summary>
public class UnjudgedTests
{
    private static readonly AttestationPolicy Lenient = new() { AcceptUnjudged = true, Anchors = Attested.SharedRoot };

    private static AttestationMaker Make(string which) => which switch
    {
        "tpm over SHA-1" => new TpmAttestation { Key = new RsaKey(Alg.RS1) }.Make,
        "tpm of a maker nobody knows" => new TpmAttestation
        {
            BendCertificate = leaf => leaf.Extensions[Certificate.SubjectAltName] = TpmAttestation.DeviceName(
                (TpmAttestation.Manufacturer, "id:5A5A5A5A"), (TpmAttestation.Model, "X"), (TpmAttestation.Version, "id:1")),
        }.Make,
        "an algorithm nobody knows" => new PackedAttestation { BendStatement = statement => statement["alg"] = -70_000 }.Make,
        _ => _ => new("future", new CborMap { { "sig", new byte[8] } }),
    };

    [Theory]
    [InlineData("tpm over SHA-1")]
    [InlineData("tpm of a maker nobody knows")]
    [InlineData("an algorithm nobody knows")]
    [InlineData("a format nobody knows")]
    public void What_cannot_be_judged_registers_as_untrusted_and_only_by_policy(string which)
    {
        var registration = Attested.Register(Make(which), policy: Lenient).IsAccepted();
        Assert.Equal((TrustLevel.Untrusted, AttestationType.Unjudged), (registration.Trust, registration.Attestation.Type));
        Assert.Empty(registration.Attestation.TrustPath);

        foreach (var strict in (AttestationPolicy[])[AttestationPolicy.AcceptAny, Lenient with { RequireAttestation = true },
            Lenient with { Untrusted = UntrustedAttestation.Refuse }])
            Assert.False(Attested.Register(Make(which), policy: strict).Ok);
    }

    [Fact]
    public void A_statement_that_is_wrong_is_refused_all_the_same()
    {
        AttestationMaker[] wrong =
        [
            new PackedAttestation { BendSignature = signature => [.. signature[..^1], (byte)(signature[^1] ^ 1)] }.Make,
            new TpmAttestation { BendPublicArea = area => area.Unique[0][^1] ^= 2 }.Make,
            new TpmAttestation { BendCertify = certify => certify.ExtraData[0] ^= 1 }.Make,
            _ => new("packed", new CborMap { { "alg", -7 } }),
        ];
        foreach (var attestation in wrong)
            Assert.False(Attested.Register(attestation, policy: Lenient).Ok);
    }

    [Fact]
    public void Models_are_allowed_and_denied_all_the_same()
    {
        var model = Guid.NewGuid();
        Attested.Register(Make("tpm over SHA-1"), policy: Lenient with { DeniedAaguids = new HashSet<Guid> { model } }, aaguid: model)
            .IsRefusedAs(Rejection.AuthenticatorModelNotAllowed);
    }

    [Fact]
    public void SHA_1_that_is_allowed_is_judged_like_any_other()
    {
        var registration = Attested.Register(Make("tpm over SHA-1"), policy: Lenient with { AllowSha1 = true }).IsAccepted();
        Assert.Equal(TrustLevel.Anchored, registration.Trust);
    }
}

/// <summary>Level 3 (candidate recommendation of May 2026, §5.8.5) advises against offering the fully specified twins.</summary>
public class OfferedAlgorithmsTests
{
    [Fact]
    public void The_twins_that_Level_3_advises_against_are_verified_and_not_offered()
    {
        CoseAlgorithm[] twins = [(CoseAlgorithm)(-9), (CoseAlgorithm)(-19), (CoseAlgorithm)(-51), (CoseAlgorithm)(-52)];
        foreach (var twin in twins)
        {
            Assert.DoesNotContain(twin, AlgorithmSet.Supported.Ids);
            Assert.NotNull(AlgorithmSet.Supported.Find(twin));
        }

        var options = System.Text.Encoding.UTF8.GetString(
            new RelyingParty("example.com", "Example", [Site.Origin]).StartRegistration(new() { UserHandle = UserHandle.Create(),
                UserName = "a" }).ToJson());
        foreach (var twin in twins)
            Assert.DoesNotContain($"\"alg\":{(int)twin}}}", options, StringComparison.Ordinal);
        Assert.Contains("\"alg\":-7}", options, StringComparison.Ordinal);
    }
}
