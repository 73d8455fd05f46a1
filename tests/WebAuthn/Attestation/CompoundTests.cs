using OpenPassage.Authenticator;
using OpenPassage.WebAuthn.Attestation;

namespace OpenPassage.WebAuthn.Tests.Attestation;

/// <summary>§8.9.</summary>
public class CompoundTests
{
    private static readonly AttestationMaker packed = new PackedAttestation().Make, apple = new AppleAttestation().Make;

    [Fact]
    public void Each_statement_verifies_and_is_reported()
    {
        var registration = Attested.Register(new CompoundAttestation(packed, apple, Attest.PackedSelf).Make).IsAccepted();
        Assert.Equal("compound", registration.Attestation.Format);
        Assert.Equal(["packed", "apple", "packed"], registration.Attestation.Parts.Select(part => part.Format));
        Assert.Equal(TrustLevel.Untrusted, registration.Trust);
    }

    [Fact]
    public void One_anchored_statement_anchors_the_whole()
    {
        var elsewhere = new PackedAttestation { Authority = CertificateAuthority.Create("Elsewhere") };
        var policy = new AttestationPolicy { Anchors = new([elsewhere.Authority.Der]), RequireAttestation = true };
        Assert.Equal(
            TrustLevel.Anchored,
            Attested.Register(new CompoundAttestation(apple, elsewhere.Make).Make, policy: policy).IsAccepted().Trust);
        Attested.Register(new CompoundAttestation(apple, packed).Make, policy: policy).IsRefusedAs(Rejection.UntrustedAttestation);
    }

    [Fact]
    public void A_single_statement_is_refused() =>
        Attested.Register(new CompoundAttestation(packed).Make).IsRefusedAs(Rejection.CompoundTooFew);

    [Fact]
    public void No_statement_is_refused() =>
        Attested.Register(new CompoundAttestation().Make).IsRefusedAs(Rejection.CompoundTooFew);

    [Fact]
    public void A_compound_statement_inside_a_compound_one_is_refused() =>
        Attested.Register(new CompoundAttestation(packed, new CompoundAttestation(packed, apple).Make).Make)
            .IsRefusedAs(Rejection.CompoundNested);

    [Fact]
    public void One_bad_statement_among_good_ones_is_refused() =>
        Attested.Register(new CompoundAttestation(
                packed,
                new AppleAttestation { BendCertificate = leaf => leaf.Extensions.Clear() }.Make).Make)
            .IsRefusedAs(Rejection.AppleNonceMissing);

    [Fact]
    public void A_statement_of_an_unknown_format_is_refused() =>
        Attested.Register(new CompoundAttestation(packed, _ => new("Packed", new CborMap())).Make)
            .IsRefusedAs(Rejection.UnknownAttestationFormat);

    [Fact]
    public void A_map_in_place_of_the_array_is_refused() =>
        Attested.Register(new CompoundAttestation(packed, apple) { BendParts = parts => parts[0] }.Make)
            .IsRefusedAs(Rejection.MalformedAttestationStatement);

    [Theory]
    [InlineData("fmt")]
    [InlineData("attStmt")]
    public void A_part_without_a_member_is_refused(string member) =>
        Attested.Register(new CompoundAttestation(packed, apple)
        {
            BendParts = parts =>
            {
                parts[1].Remove(member);
                return parts;
            },
        }.Make).IsRefusedAs(Rejection.MalformedAttestationStatement);

    [Theory]
    [InlineData("fmt", 7)]
    [InlineData(7, 7)]
    public void A_part_with_a_member_of_another_type_is_refused(object member, int value) =>
        Attested.Register(new CompoundAttestation(packed, apple)
        {
            BendParts = parts =>
            {
                parts[1][member] = value;
                return parts;
            },
        }.Make).IsRefusedAs(Rejection.MalformedAttestationStatement);

    [Fact]
    public void A_part_that_is_no_map_is_refused() =>
        Attested.Register(new CompoundAttestation(packed, apple) { BendParts = parts => new object[] { parts[0], 7 } }.Make)
            .IsRefusedAs(Rejection.MalformedAttestationStatement);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_type_is_that_of_the_part_that_says_most(bool reversed)
    {
        AttestationMaker[] parts = [packed, Attest.PackedSelf];
        if (reversed)
            Array.Reverse(parts);
        Assert.Equal(AttestationType.BasicOrAttCA, Attested.Register(new CompoundAttestation(parts).Make).IsAccepted().Attestation.Type);
    }

    [Fact]
    public void A_flood_of_statements_is_refused() =>
        Attested.Register(new CompoundAttestation([.. Enumerable.Repeat<AttestationMaker>(Attest.PackedSelf, 9)]).Make)
            .IsRefusedAs(Rejection.MalformedAttestationStatement);
}
