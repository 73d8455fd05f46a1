using OpenPassage.Authenticator;

namespace OpenPassage.WebAuthn.Tests.Attestation;

/// <summary>No format throws on what a stranger sent.</summary>
public class RobustnessTests
{
    private const int Bends = 400;

    public static TheoryData<string> Formats =>
        ["packed", "self", "tpm", "android-key", "android-safetynet", "fido-u2f", "apple", "compound"];

    [Theory]
    [MemberData(nameof(Formats))]
    public void A_statement_with_random_bytes_changed_is_judged_without_an_exception(string format)
    {
        // A fixed seed: a failure can be seen again.
        var random = new Random(20260601);
        var site = new Site();
        var accepted = 0;
        for (var i = 0; i < Bends; i++)
        {
            byte[] statement = [], authenticatorData = [];
            var id = "";
            var verdict = site.Register(ceremony =>
            {
                var maker = MakerOf(format);
                ceremony.Attestation = request =>
                {
                    var made = maker(request);
                    (id, statement, authenticatorData) = (made.Format, CborMap.Encode(made.Statement), request.AuthenticatorData);
                    return made;
                };
                ceremony.BendAttestationObjectBytes = _ =>
                [
                    0xA3, .. CborMap.Encode("fmt"), .. CborMap.Encode(id), .. CborMap.Encode("attStmt"), .. Bend(statement, random),
                    .. CborMap.Encode("authData"), .. CborMap.Encode(authenticatorData),
                ];
            });
            if (verdict.Ok)
                accepted++;
        }
        // Most bytes are signed, or are a certificate's whose chain is another question.
        Assert.InRange(accepted, 0, Bends / 2);
    }

    private static byte[] Bend(byte[] good, Random random)
    {
        var bent = good.ToArray();
        for (var changes = random.Next(1, 4); changes > 0; changes--)
        {
            switch (random.Next(4))
            {
                case 0:
                    bent[random.Next(bent.Length)] ^= (byte)(1 << random.Next(8));
                    break;
                case 1:
                    bent[random.Next(bent.Length)] = (byte)random.Next(256);
                    break;
                case 2 when bent.Length > 2:
                    bent = bent[..random.Next(1, bent.Length)];
                    break;
                default:
                    var at = random.Next(bent.Length);
                    bent = [.. bent[..at], (byte)random.Next(256), .. bent[at..]];
                    break;
            }
        }
        return bent;
    }

    private static readonly RsaKey rsa = new(Alg.RS256);
    private static readonly EcKey ec = new(Alg.ES256);

    private static AttestationMaker MakerOf(string format) => format switch
    {
        "packed" => new PackedAttestation { Key = ec }.Make,
        "self" => Attest.PackedSelf,
        "tpm" => new TpmAttestation { Key = rsa }.Make,
        "android-key" => new AndroidKeyAttestation().Make,
        "android-safetynet" => new SafetyNetAttestation { Key = rsa }.Make,
        "fido-u2f" => new FidoU2fAttestation { Key = ec }.Make,
        "apple" => new AppleAttestation().Make,
        _ => new CompoundAttestation(new PackedAttestation { Key = ec }.Make, new AppleAttestation().Make).Make,
    };
}
