using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using OpenPassage.Authenticator;

namespace OpenPassage.Server.Tests.Authenticate;

/// <summary>What the clock tells a stranger who signs in.</summary>
public class TimingTests(QuietServer server) : OwnServerTests(server), IClassFixture<QuietServer>
{
    /// <summary>Threat 35: whoever has a credential id, and no key for it, learns nothing from how long the refusal takes.</summary>
    [Fact]
    public async Task A_known_user_takes_no_longer_to_refuse_than_an_unknown_one()
    {
        for (var person = 0; person < 40; person++)
            await RegisteredAsync();
        // Where very many have registered, an unknown id stands before another one; of forty, one in forty would not.
        var last = Page.Authenticator.Passkeys.Select(passkey => passkey.Id).MaxBy(Convert.ToHexString)!;
        var started = await Page.StartAuthenticationAsync();
        var known = Page.Authenticator.Passkeys.Select(passkey => Body(started, Page.Answer(started, BendSignature, passkey))).ToList();
        var unknown = Enumerable.Range(0, 64).Select(_ => Body(started, Page.Answer(started, ceremony =>
        {
            BendSignature(ceremony);
            ceremony.Id = ceremony.RawId = Convert.ToBase64String(IdBefore(last)).TrimEnd('=').Replace('+', '-').Replace('/', '_');
        }))).ToList();

        Assert.InRange(await ToldApartAsync(known, unknown), ToldApart.Least, ToldApart.Most);
    }

    /// <summary>Threat 35: nor does a user handle, whether it is the owner's, somebody else's or nobody's.</summary>
    [Fact]
    public async Task A_known_user_handle_takes_no_longer_to_refuse_than_an_unknown_one()
    {
        await RegisteredAsync();
        await RegisteredAsync();
        var (mine, theirs) = (Page.Authenticator.Passkeys[0], Page.Authenticator.Passkeys[1]);
        var started = await Page.StartAuthenticationAsync();
        byte[] Of(byte[] handle) => Body(started, Page.Answer(
            started,
            ceremony =>
            {
                BendSignature(ceremony);
                ceremony.UserHandle = handle;
            },
            mine));

        var known = Of(theirs.UserHandle);
        var unknown = Of(RandomNumberGenerator.GetBytes(theirs.UserHandle.Length));

        Assert.InRange(await ToldApartAsync([known], [unknown]), ToldApart.Least, ToldApart.Most);
    }

    /// <summary>So that the tests above can fail: a refusal that skips the signature stands out, as a missing decoy would.</summary>
    [Fact]
    public async Task A_refusal_that_checks_no_signature_would_be_told_apart()
    {
        await RegisteredAsync();
        var started = await Page.StartAuthenticationAsync();
        var whole = Body(started, Page.Answer(started, BendSignature));
        var cut = Body(started, Page.Answer(started, ceremony => ceremony.ClientData.Type = "webauthn.create"));

        Assert.True(await ToldApartAsync([whole], [cut]) > ToldApart.Most);
    }

    private static byte[] IdBefore(byte[] last)
    {
        byte[] id;
        do
        {
            id = RandomNumberGenerator.GetBytes(last.Length);
        }
        while (id.AsSpan().SequenceCompareTo(last) >= 0);

        return id;
    }

    private static void BendSignature(AuthenticationCeremony ceremony) => ceremony.Key = OtherKey;

    private static readonly SigningKey OtherKey = SigningKey.Create(Alg.ES256);

    private static byte[] Body(Reply started, JsonObject response) => Encoding.UTF8.GetBytes(new JsonObject
    {
        ["handshake_id"] = (string)started.Expect(200).Json["handshake"]!["id"]!,
        ["handshake_response"] = response,
    }.ToJsonString());

    private async Task<double> ToldApartAsync(List<byte[]> first, List<byte[]> second)
        => (await ToldApart.MeasureAsync(
            // A server that is still being compiled is slow and uneven, and hides what a warm one tells.
            warmUp: 4_000,
            call => TimeAsync(second[call % second.Count]),
            call => TimeAsync(first[call % first.Count]))).Single();

    private async Task<long> TimeAsync(byte[] body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"v1/apps/{App.Id}/authenticate/transactions/webauthn/finish");
        request.Content = new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
        request.Headers.Add("Origin", App.Origin);
        return await ToldApart.TimeAsync(Server.Http, request, expected: 401);
    }
}
