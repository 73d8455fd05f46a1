using OpenPassage.Authenticator;
using OpenPassage.WebAuthn.Attestation;

namespace OpenPassage.WebAuthn.Tests.Attestation;

/// <summary>§8.5.</summary>
public class AndroidSafetyNetTests
{
    private static readonly RsaKey key = new(Alg.RS256);

    [Theory]
    [InlineData(Alg.RS256)]
    [InlineData(Alg.ES256)]
    public void A_response_that_was_kept_verifies(int algorithm)
    {
        var attestation = new SafetyNetAttestation { Key = SigningKey.Create(algorithm) };
        var registration = Attested.Register(attestation.Make, Alg.ES256, new() { Anchors = Attested.SharedRoot }).IsAccepted();
        Assert.Equal("android-safetynet", registration.Attestation.Format);
        Assert.Equal(attestation.Leaf, registration.Attestation.TrustPath[0].ToArray());
        Assert.Equal(TrustLevel.Anchored, registration.Trust);
    }

    [Fact]
    public void A_statement_without_response_is_refused() =>
        Register(net => net.BendStatement = statement => statement.Remove("response")).IsRefusedAs(Rejection.MalformedAttestationStatement);

    [Fact]
    public void A_statement_without_version_is_refused() =>
        Register(net => net.BendStatement = statement => statement.Remove("ver")).IsRefusedAs(Rejection.SafetyNetVersion);

    [Fact]
    public void An_empty_version_is_refused() =>
        Register(net => net.BendStatement = statement => statement["ver"] = "").IsRefusedAs(Rejection.SafetyNetVersion);

    [Theory]
    [InlineData(" ")]
    [InlineData("a")]
    [InlineData("a.b")]
    [InlineData("..")]
    [InlineData("e30.e30.e30.e30")]
    [InlineData("e30.e30.e30")]
    public void A_response_that_is_no_JWS_is_refused(string response) =>
        Register(net => net.BendStatement = statement => statement["response"] = System.Text.Encoding.UTF8.GetBytes(response))
            .IsRefusedAs(Rejection.SafetyNetResponseMalformed);

    [Theory]
    [InlineData("alg", "none")]
    [InlineData("alg", "HS256")]
    [InlineData("x5c", null)]
    [InlineData("crit", "exp")]
    public void A_header_that_asks_for_less_is_refused(string member, string? value) =>
        Bend(response => response.BendHeader = header => header[member] = value).IsRefusedAs(Rejection.SafetyNetResponseMalformed);

    [Theory]
    [InlineData("nonce")]
    [InlineData("timestampMs")]
    public void A_response_without_a_member_is_refused(string member) =>
        Bend(response => response.Payload.Remove(member)).IsRefusedAs(Rejection.SafetyNetResponseMalformed);

    [Fact]
    public void A_response_that_says_a_thing_twice_is_refused() =>
        Bend(response => response.RawPayload = System.Text.Encoding.UTF8.GetBytes(
            string.Concat("{\"ctsProfileMatch\":true,", response.Payload.ToJsonString().AsSpan(1))))
            .IsRefusedAs(Rejection.SafetyNetResponseMalformed);

    [Fact]
    public void The_nonce_of_another_ceremony_is_refused() =>
        Bend(response => response.Payload["nonce"] = Convert.ToBase64String(new byte[32])).IsRefusedAs(Rejection.SafetyNetNonce);

    [Fact]
    public void Another_hosts_certificate_is_refused() =>
        Register(net => net.BendCertificate =
            leaf => leaf.Extensions[Certificate.SubjectAltName] = Certificate.DnsName("attest.android.com.example.com"))
            .IsRefusedAs(Rejection.SafetyNetHost);

    [Theory]
    [InlineData(1024, true)]
    [InlineData(1025, false)]
    public void A_certificate_of_too_many_hosts_is_refused(int hosts, bool accepted)
    {
        byte[][] names =
        [
            .. Enumerable.Repeat<byte[]>([0x82, 1, (byte)'a'], hosts - 1),
            Certificate.DnsName("attest.android.com").Value[2..],
        ];
        var verdict = Register(net => net.BendCertificate =
            leaf => leaf.Extensions[Certificate.SubjectAltName] = (Der.Sequence(names), false));
        Assert.Equal(accepted ? null : Rejection.SafetyNetHost, verdict.Rejection);
    }

    [Fact]
    public void The_common_name_does_not_count_beside_names_that_cannot_be_read() =>
        Register(net => net.BendCertificate = leaf => leaf.Extensions[Certificate.SubjectAltName] = ([0x30, 0x05, 0x82], false))
            .IsRefusedAs(Rejection.SafetyNetHost);

    [Fact]
    public void The_common_name_does_not_count_beside_a_DNS_name() =>
        Register(net => net.BendCertificate =
            leaf => leaf.Extensions[Certificate.SubjectAltName] = Certificate.DnsName("sunshine.android.com"))
            .IsRefusedAs(Rejection.SafetyNetHost);

    [Fact]
    public void A_signature_with_a_bit_flipped_is_refused() =>
        Register(net => net.BendSignature = PackedTests.Flip).IsRefusedAs(Rejection.BadAttestationSignature);

    [Fact]
    public void An_ECDSA_signature_of_half_its_length_is_refused() =>
        Register(net => (net.Key, net.BendSignature) = (new EcKey(Alg.ES256), signature => signature[..32]))
            .IsRefusedAs(Rejection.BadAttestationSignature);

    [Fact]
    public void A_device_that_fails_the_compatibility_tests_is_refused() =>
        Bend(response => response.Payload["ctsProfileMatch"] = false).IsRefusedAs(Rejection.SafetyNetProfile);

    [Fact]
    public void A_response_that_does_not_say_whether_the_device_passes_is_refused() =>
        Bend(response => response.Payload.Remove("ctsProfileMatch")).IsRefusedAs(Rejection.SafetyNetProfile);

    private static Verdict<Registration> Bend(Action<SignedJson> bend) => Register(net => net.BendResponse = bend);

    private static Verdict<Registration> Register(Action<SafetyNetAttestation> bend)
    {
        var net = new SafetyNetAttestation { Key = key };
        bend(net);
        return Attested.Register(net.Make);
    }
}
