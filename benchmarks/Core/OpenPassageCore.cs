using System.Text;
using OpenPassage.Authenticator;
using OpenPassage.WebAuthn;
using OpenPassage.WebAuthn.Cose;

namespace OpenPassage.Benchmarks.Core;

/// <summary>Our own: a response's JSON read and judged.</summary>
internal static class OpenPassageCore
{
    /// <summary>One sign-in, over and over; its key stays imported.</summary>
    public static Func<bool> Verifying(Assertion assertion)
    {
        var party = NewParty();
        var (expected, record) = (Expectation(assertion), Record(assertion));
        return () => Verify(party, assertion, expected, record);
    }

    /// <summary>Two passkeys in turns, with room for one imported key: neither is ever found in the cache.</summary>
    public static Func<bool> VerifyingCold(Assertion one, Assertion other)
    {
        var party = NewParty() with { Keys = new VerificationKeyCache(capacity: 1) };
        var (next, after) = ((one, Expectation(one), Record(one)), (other, Expectation(other), Record(other)));
        return () =>
        {
            (next, after) = (after, next);
            return Verify(party, next.Item1, next.Item2, next.Item3);
        };
    }

    /// <summary>A registration of each attestation format.</summary>
    public static IEnumerable<Contender> Registrations() =>
    [
        Registration("none", Attest.None),
        Registration("packed, self", Attest.PackedSelf),
        Registration("packed, certified", new PackedAttestation().Make),
        Registration("tpm, certified by an RSA key", new TpmAttestation().Make),
        Registration("android-key", new AndroidKeyAttestation().Make),
        Registration("android-safetynet", new SafetyNetAttestation().Make),
        Registration("fido-u2f", new FidoU2fAttestation().Make),
        Registration("apple", new AppleAttestation().Make),
        Registration(
            "compound of packed, self and certified",
            new CompoundAttestation(Attest.PackedSelf, new PackedAttestation().Make).Make),
    ];

    /// <summary>Two new passkeys in turns, with room for one imported key: a registration's key was never seen before.</summary>
    private static InProcess Registration(string name, AttestationMaker attestation)
    {
        var party = NewParty() with { Keys = new VerificationKeyCache(capacity: 1) };
        var options = party.StartRegistration(new() { UserHandle = UserHandle.Create(), UserName = "alice" });
        var expected = options.ToExpectation();
        byte[] Create()
        {
            var authenticator = Assertion.NewAuthenticator();
            authenticator.Attestation = attestation;
            return Encoding.UTF8.GetBytes(authenticator.Create(Encoding.UTF8.GetString(options.ToJson()), Assertion.Origin).ToJson());
        }

        var (next, after) = (Create(), Create());
        return new(name, () =>
        {
            (next, after) = (after, next);
            return RegistrationResponse.Read(next) is { Ok: true } read && party.FinishRegistration(read.Value, expected).Ok;
        });
    }

    private static bool Verify(RelyingParty party, Assertion assertion, AuthenticationExpectation expected, CredentialRecord record) =>
        AuthenticationResponse.Read(assertion.Json) is { Ok: true } read && party.FinishAuthentication(read.Value, expected, record).Ok;

    private static RelyingParty NewParty() => new(Assertion.RpId, "Example", [Assertion.Origin]);

    private static AuthenticationExpectation Expectation(Assertion assertion) => new() { Challenge = new(assertion.Challenge) };

    private static CredentialRecord Record(Assertion assertion) => new()
    {
        Id = new(assertion.Passkey.Id),
        UserHandle = new(assertion.Passkey.UserHandle),
        PublicKey = assertion.PublicKey,
        SignCount = 0,
        BackupEligible = assertion.Passkey.BackupEligible,
        BackupState = assertion.Passkey.BackupState,
    };
}
