using OpenPassage.Authenticator;
using OpenPassage.WebAuthn.Attestation;

namespace OpenPassage.WebAuthn.Tests.Attestation;

/// <summary>§7.1 steps 21 and 22: the formats, and what all of them have in common.</summary>
public class AttestationFormatSetTests
{
    private static readonly EcKey key = new(Alg.ES256);

    public static TheoryData<string> Ids => ["none", "packed", "tpm", "android-key", "android-safetynet", "fido-u2f", "apple", "compound"];

    [Theory]
    [MemberData(nameof(Ids))]
    public void Every_format_is_found_by_its_name_alone(string id)
    {
        Assert.Equal(id, AttestationFormatSet.Supported.Find(id)?.Id);
        Assert.Null(AttestationFormatSet.Supported.Find(id.ToUpperInvariant()));
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void Nothing_to_verify_is_misuse(string id) =>
        Assert.Throws<ArgumentNullException>(() => AttestationFormatSet.Supported.Find(id)!.Verify(null!));

    [Fact]
    public void A_set_without_formats_or_with_one_twice_is_misuse()
    {
        Assert.Throws<ArgumentNullException>(() => new AttestationFormatSet(null!));
        Assert.Throws<ArgumentException>(() => new AttestationFormatSet(new Packed(), new Packed()));
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void Bytes_after_a_statement_are_refused(string id)
    {
        var format = AttestationFormatSet.Supported.Find(id)!;
        var input = Attested.InputOf(MakerOf(id), id);
        format.Verify(input).IsAccepted();
        format.Verify(input with { Statement = (byte[])[.. input.Statement.Span, 0xF6] })
            .IsRefusedAs(Rejection.MalformedAttestationStatement);
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void Every_statement_is_one_container_and_nothing_else_is(string id)
    {
        var format = AttestationFormatSet.Supported.Find(id)!;
        var input = Attested.InputOf(MakerOf(id), id);
        format.Verify(input with { Statement = (byte[])[0xF6] }).IsRefusedAs(Rejection.MalformedAttestationStatement);
        format.Verify(input with { Statement = (byte[])[0xBF] }).IsRefusedAs(Rejection.MalformedAttestationStatement);
        format.Verify(input with { Statement = default }).IsRefusedAs(Rejection.MalformedAttestationStatement);
    }

    [Theory]
    [InlineData("packed", "alg", "ES256")]
    [InlineData("packed", "sig", 7)]
    [InlineData("packed", "x5c", 7)]
    [InlineData("tpm", "ver", 2)]
    [InlineData("tpm", "certInfo", "text")]
    [InlineData("tpm", "pubArea", "text")]
    [InlineData("android-safetynet", "ver", 1)]
    [InlineData("android-safetynet", "response", "text")]
    [InlineData("fido-u2f", "sig", "text")]
    [InlineData("apple", "x5c", "text")]
    public void A_member_of_another_type_is_refused(string id, string member, object value) =>
        Attested.Register(request =>
        {
            var (format, statement) = MakerOf(id)(request);
            ((CborMap)statement)[member] = value;
            return new(format, statement);
        }).IsRefusedAs(Rejection.MalformedAttestationStatement);

    private static AttestationMaker MakerOf(string id) => id switch
    {
        "none" => Attest.None,
        "packed" => new PackedAttestation { Key = key }.Make,
        "tpm" => new TpmAttestation { Key = key }.Make,
        "android-key" => new AndroidKeyAttestation().Make,
        "android-safetynet" => new SafetyNetAttestation { Key = key }.Make,
        "fido-u2f" => new FidoU2fAttestation { Key = key }.Make,
        "apple" => new AppleAttestation().Make,
        _ => new CompoundAttestation(new PackedAttestation { Key = key }.Make, new AppleAttestation().Make).Make,
    };
}
