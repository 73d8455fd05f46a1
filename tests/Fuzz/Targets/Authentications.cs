using System.Security.Cryptography;
using OpenPassage.Fuzz.Tests.Seeds;
using OpenPassage.WebAuthn;

namespace OpenPassage.Fuzz.Tests.Targets;

/// <summary>What goes through <see cref="RelyingParty.FinishAuthentication"/>.</summary>
internal abstract class AuthenticationTarget(string name, int codes) : Target(name, codes)
{
    protected virtual IEnumerable<AuthenticationSeed> From =>
        Seeds.Authentications.Where(seed => RegistrationTarget.IsJudgedHere(seed.Name));

    public override IEnumerable<Case> Good() => From.Select(seed => Judged(seed, seed.Json, known: false, signedAgain: false));

    protected static byte[] Response(AuthenticationSeed seed, byte[] clientData, byte[] authenticatorData, byte[] signature) => Response(
        (string)seed.Response["id"]!,
        ("clientDataJSON", clientData),
        ("authenticatorData", authenticatorData),
        ("signature", signature),
        ("userHandle", Setting.Alice.ToArray()));

    protected static Case Judged(AuthenticationSeed seed, byte[] json, bool known, bool signedAgain) => new(json, () =>
    {
        var response = AuthenticationResponse.Read(json);
        if (!response.Ok)
            return response.Rejection.Code;
        var verdict = Setting.RelyingParty().FinishAuthentication(response.Value, Setting.Authentication(known), seed.Record);
        if (!verdict.Ok)
            return verdict.Rejection.Code;
        // A bent input that signs in must have left alone all that the passkey signed, and its signature.
        if (!signedAgain)
        {
            Assert.True(response.Value.ClientDataJson.Span.SequenceEqual(seed.Part("clientDataJSON")), "other client data than was signed");
            Assert.True(
                response.Value.AuthenticatorData.Span.SequenceEqual(seed.Part("authenticatorData")),
                "other authenticator data than was signed");
            Assert.True(response.Value.Signature.Span.SequenceEqual(seed.Part("signature")), "another signature than the passkey's");
        }
        return Accepted;
    });
}

internal sealed class AuthenticationJson() : AuthenticationTarget("authentication response", 8)
{
    public override Case Make(Random random)
    {
        var from = From.ToList();
        var seed = Pick(random, from);
        return Judged(seed, Bend(random, seed.Json, Pick(random, from).Json), known: random.Next(2) == 0, signedAgain: false);
    }
}

/// <summary>Client data and authenticator data that the passkey signs after they were bent.</summary>
internal sealed class SignedAuthentication() : AuthenticationTarget("authentication, signed again", 10)
{
    protected override IEnumerable<AuthenticationSeed> From => [Seeds.Authentication("RS256")];

    public override Case Make(Random random)
    {
        var (seed, other) = (Seeds.Authentication("RS256"), Seeds.Authentication(random.Next(2) == 0 ? "extensions" : "framed"));
        var which = random.Next(3);
        var clientData = Part("clientDataJSON", bend: which != 0);
        var authenticatorData = Part("authenticatorData", bend: which != 1);
        var signature = Seeds.Key.Sign([.. authenticatorData, .. SHA256.HashData(clientData)]);
        return Judged(seed, Response(seed, clientData, authenticatorData, signature), known: random.Next(2) == 0, signedAgain: true);

        byte[] Part(string member, bool bend)
        {
            var from = random.Next(2) == 0 ? seed : other;
            var good = from.Part(member);
            // One byte says what was asked of the user: chance alone would hardly ever hit it.
            if (member == "authenticatorData" && random.Next(3) == 0)
                good[32] ^= (byte)(1 << random.Next(8));
            return bend ? Bend(random, good, other.Part(member)) : good;
        }
    }
}

/// <summary>Signatures of every algorithm.</summary>
internal sealed class Signatures() : AuthenticationTarget("signature", 2)
{
    public override Case Make(Random random)
    {
        var from = From.ToList();
        var seed = Pick(random, from);
        var signature = Bend(random, seed.Part("signature"), Pick(random, from).Part("signature"));
        var json = Response(seed, seed.Part("clientDataJSON"), seed.Part("authenticatorData"), signature);
        return Judged(seed, json, known: false, signedAgain: false);
    }
}
