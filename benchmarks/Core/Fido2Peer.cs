using System.Text;
using System.Text.Json;
using Fido2NetLib;
using Fido2NetLib.Objects;

namespace OpenPassage.Benchmarks.Core;

/// <summary>
/// The Fido2 library (fido2-net-lib) as its users call it: the browser's JSON into its model, then its verdict. The callbacks that
/// ask the site's store answer at once.
/// </summary>
internal static class Fido2Peer
{
    private static readonly Fido2 fido2 = new(new Fido2Configuration
    {
        RPID = Assertion.RpId,
        RPName = "Example",
        Origins = new HashSet<string> { Assertion.Origin },
    });

    /// <summary>One sign-in, over and over.</summary>
    public static Func<bool> Verifying(Assertion assertion)
    {
        var options = new AssertionOptions
        {
            Challenge = assertion.Challenge,
            RpId = Assertion.RpId,
            UserVerification = UserVerificationRequirement.Required,
        };
        var publicKey = assertion.PublicKey;
        return () =>
        {
            var response = JsonSerializer.Deserialize<AuthenticatorAssertionRawResponse>(assertion.Json)!;
            return Accepts(fido2.MakeAssertionAsync(new MakeAssertionParams
            {
                AssertionResponse = response,
                OriginalOptions = options,
                StoredPublicKey = publicKey,
                StoredSignatureCounter = 0,
                IsUserHandleOwnerOfCredentialIdCallback = (_, _) => Task.FromResult(true),
            }));
        };
    }

    /// <summary>One registration without attestation, over and over. Nothing of it is kept, so one key will do.</summary>
    public static Contender Registration()
    {
        var options = fido2.RequestNewCredential(new RequestNewCredentialParams
        {
            User = new Fido2User { Id = Guid.NewGuid().ToByteArray(), Name = "alice", DisplayName = "alice" },
            AuthenticatorSelection = new AuthenticatorSelection { UserVerification = UserVerificationRequirement.Required },
        });
        var json = Encoding.UTF8.GetBytes(Assertion.NewAuthenticator().Create(options.ToJson(), Assertion.Origin).ToJson());
        return new InProcess("Fido2, none", () =>
        {
            var response = JsonSerializer.Deserialize<AuthenticatorAttestationRawResponse>(json)!;
            return Accepts(fido2.MakeNewCredentialAsync(new MakeNewCredentialParams
            {
                AttestationResponse = response,
                OriginalOptions = options,
                IsCredentialIdUniqueToUserCallback = (_, _) => Task.FromResult(true),
            }));
        });
    }

    private static bool Accepts(Task judging)
    {
        try
        {
            judging.GetAwaiter().GetResult();
            return true;
        }
        catch (Fido2VerificationException)
        {
            return false;
        }
    }
}
