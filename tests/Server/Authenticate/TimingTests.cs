using System.Diagnostics;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using OpenPassage.Authenticator;

namespace OpenPassage.Server.Tests.Authenticate;

/// <summary>
/// What the clock tells a stranger. Two kinds of calls are told apart by the chance that one of the first kind took longer than one
/// of the second (the area under the ROC curve): one half when nobody can tell, one when everybody can. It compares ranks, so a
/// busy machine, whose noise falls on both kinds alike, moves it towards one half and never away from it.
/// </summary>
public class TimingTests(QuietServer server) : OwnServerTests(server), IClassFixture<QuietServer>
{
    private const int SamplesOfAKind = 5_000;

    /// <summary>Six standard errors of 5,000 beside 5,000 samples in which there is nothing to find.</summary>
    private const double Chance = 0.035;

    /// <summary>Threat 35: whoever has a credential id, and no key for it, learns nothing from how long the refusal takes.</summary>
    [Fact]
    public async Task Over_10000_samples_a_known_user_takes_no_longer_to_refuse_than_an_unknown_one()
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

        Assert.InRange(await ToldApartAsync(known, unknown), 0.5 - Chance, 0.5 + Chance);
    }

    /// <summary>Threat 35: nor does a user handle, whether it is the owner's, somebody else's or nobody's.</summary>
    [Fact]
    public async Task Over_10000_samples_a_known_user_handle_takes_no_longer_to_refuse_than_an_unknown_one()
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

        Assert.InRange(await ToldApartAsync([known], [unknown]), 0.5 - Chance, 0.5 + Chance);
    }

    /// <summary>So that the tests above can fail: a refusal that skips the signature stands out, as a missing decoy would.</summary>
    [Fact]
    public async Task A_refusal_that_checks_no_signature_would_be_told_apart()
    {
        await RegisteredAsync();
        var started = await Page.StartAuthenticationAsync();
        var whole = Body(started, Page.Answer(started, BendSignature));
        var cut = Body(started, Page.Answer(started, ceremony => ceremony.ClientData.Type = "webauthn.create"));

        Assert.True(await ToldApartAsync([whole], [cut]) > 0.5 + Chance);
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
    {
        // A server that is still being compiled is slow and uneven, and hides what a warm one tells.
        for (var warmUp = 0; warmUp < 10_000; warmUp++)
        {
            await TimeAsync(first[warmUp % first.Count]);
            await TimeAsync(second[warmUp % second.Count]);
        }

        var (ofFirst, ofSecond) = (new List<long>(SamplesOfAKind), new List<long>(SamplesOfAKind));
        for (var sample = 0; sample < SamplesOfAKind; sample++)
        {
            // Which comes first changes, so that what one call leaves behind falls on both kinds.
            if (RandomNumberGenerator.GetInt32(2) == 0)
            {
                ofFirst.Add(await TimeAsync(first[sample % first.Count]));
                ofSecond.Add(await TimeAsync(second[sample % second.Count]));
            }
            else
            {
                ofSecond.Add(await TimeAsync(second[sample % second.Count]));
                ofFirst.Add(await TimeAsync(first[sample % first.Count]));
            }
        }

        return Longer(ofFirst, ofSecond);
    }

    /// <summary>From the ranks of all samples together (Mann and Whitney's U); equal times share their ranks' mean.</summary>
    private static double Longer(List<long> first, List<long> second)
    {
        var all = first.Select(time => (Time: time, OfFirst: true)).Concat(second.Select(time => (Time: time, OfFirst: false)))
            .GroupBy(sample => sample.Time)
            .OrderBy(group => group.Key);
        var (ranks, below) = (0.0, 0);
        foreach (var tied in all)
        {
            ranks += tied.Count(sample => sample.OfFirst) * (below + ((tied.Count() + 1) / 2.0));
            below += tied.Count();
        }

        return (ranks - (first.Count * (first.Count + 1.0) / 2)) / ((double)first.Count * second.Count);
    }

    private async Task<long> TimeAsync(byte[] body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"v1/apps/{App.Id}/authenticate/transactions/webauthn/finish");
        request.Content = new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
        request.Headers.Add("Origin", App.Origin);
        var since = Stopwatch.GetTimestamp();
        using var answer = await Server.Http.SendAsync(request);
        var time = Stopwatch.GetTimestamp() - since;
        Assert.Equal(401, (int)answer.StatusCode);
        return time;
    }
}
