using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using OpenPassage.Server.Apps;
using OpenPassage.Server.Audit;
using OpenPassage.Server.Complete.Keys;

namespace OpenPassage.Server.Tests.Complete;

/// <summary>Threat 39: what is no token of ours.</summary>
public class AccessTokenTests(CompleteSite site) : IClassFixture<CompleteSite>
{
    private readonly Visitor visitor = new(site);

    [Fact]
    public async Task A_token_that_chooses_its_own_algorithm_is_none()
    {
        await visitor.SignUpAsync();
        var (body, kid) = (visitor.Token.Split('.')[1], (string)visitor.Head["kid"]!);
        var pem = (await visitor.GetAsync("")).Expect(200).Json["app"]!["rsa_public_key"]!.ToString();

        await AssertNobodyAsync($"{Encode("""{"alg":"none","typ":"JWT"}""")}.{body}.");
        await AssertNobodyAsync($"{Encode($$"""{"alg":"none","kid":"{{kid}}","typ":"JWT"}""")}.{body}.");
        foreach (var secret in (byte[][])[Encoding.UTF8.GetBytes(pem), Encoding.UTF8.GetBytes(pem.Trim()), Encoding.UTF8.GetBytes(kid), []])
        {
            var signed = $"{Encode($$"""{"alg":"HS256","kid":"{{kid}}","typ":"JWT"}""")}.{body}";
            await AssertNobodyAsync($"{signed}.{Base64Url.EncodeToString(HMACSHA256.HashData(secret, Encoding.ASCII.GetBytes(signed)))}");
        }
    }

    [Fact]
    public async Task A_token_of_another_key_is_none_whatever_it_says_of_its_key()
    {
        await visitor.SignUpAsync();
        using var rsa = RSA.Create(2048);
        var body = visitor.Token.Split('.')[1];
        var jwk = rsa.ExportParameters(false);
        foreach (var kid in (string[])[(string)visitor.Head["kid"]!, "AAAAAAAAAAAAAAAAAAAAAAAA", "", "../../etc/passwd", "' OR 1=1 --"])
        {
            var head = new JsonObject
            {
                ["alg"] = "RS256", ["kid"] = kid, ["typ"] = "JWT", ["jku"] = "https://evil.example/jwks.json",
                ["jwk"] = new JsonObject
                {
                    ["kty"] = "RSA",
                    ["n"] = Base64Url.EncodeToString(jwk.Modulus),
                    ["e"] = Base64Url.EncodeToString(jwk.Exponent),
                },
            };
            var signed = $"{Encode(head.ToJsonString())}.{body}";
            var signature = rsa.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
            await AssertNobodyAsync($"{signed}.{Base64Url.EncodeToString(signature)}");
        }
    }

    [Fact]
    public async Task A_bent_token_is_none()
    {
        await visitor.SignUpAsync();
        var token = visitor.Token;
        for (var i = 0; i < token.Length; i += 7)
            await AssertNobodyAsync(token[..i] + (token[i] == 'A' ? 'B' : 'A') + token[(i + 1)..]);
        await AssertNobodyAsync(token + ".x");
        await AssertNobodyAsync(token[..token.LastIndexOf('.')]);
        await AssertNobodyAsync("x.y.z");
        await AssertNobodyAsync(new string('a', 5000));
    }

    /// <summary>Threat 38.</summary>
    [Fact]
    public async Task A_token_of_another_app_is_none()
    {
        var elsewhere = new Visitor(site, CompleteSite.OtherAppId);
        await elsewhere.SignUpAsync();

        await AssertNobodyAsync(elsewhere.Token);
    }

    [Fact]
    public async Task A_token_is_good_until_it_expires()
    {
        await visitor.SignUpAsync();
        site.Clock.Advance(TimeSpan.FromSeconds(594));
        (await visitor.GetAsync("currentuser")).Expect(200);
        site.Clock.Advance(TimeSpan.FromSeconds(1));
        await AssertNobodyAsync(visitor.Token);
    }

    [Fact]
    public async Task The_next_key_is_published_before_it_signs_and_the_last_one_after()
    {
        var app = site.Services.GetRequiredService<AppDirectory>().Find(CompleteSite.AppId)!;
        var keys = site.Services.GetRequiredService<SigningKeys>();
        await keys.EnsureAsync(app, default);
        await visitor.SignUpAsync();
        var known = await KidsAsync();
        Assert.Equal((string)visitor.Head["kid"]!, known[^2]);
        var early = visitor.Token;

        // As an operator does it, ahead of the calendar.
        await keys.RotateAsync(app, withdraw: false, Actor.Operator("test"), default);

        (await visitor.RefreshAsync()).Expect(200);
        Assert.Equal(known[^1], (string)visitor.Head["kid"]!);
        Assert.Equal(known, (await KidsAsync())[..^1]);
        (await visitor.SendAsync(HttpMethod.Get, "currentuser", token: early)).Expect(200);

        // One that was stolen is good for nothing at once.
        await keys.RotateAsync(app, withdraw: true, Actor.Operator("test"), default);
        await AssertNobodyAsync(visitor.Token);
        (await visitor.RefreshAsync()).Expect(200);
        (await visitor.GetAsync("currentuser")).Expect(200);
        Assert.Equal(2, (await KidsAsync()).Length);

        // On a node too whose clock is behind that of the one where it was done.
        site.Clock.Advance(TimeSpan.FromSeconds(-30));
        (await visitor.RefreshAsync()).Expect(200);
        site.Clock.Advance(TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task Keys_take_turns_by_the_calendar()
    {
        var app = site.Services.GetRequiredService<AppDirectory>().Find(CompleteSite.OtherAppId)!;
        var keys = site.Services.GetRequiredService<SigningKeys>();
        var elsewhere = new Visitor(site, CompleteSite.OtherAppId);
        await elsewhere.SignUpAsync();
        var before = await KidsAsync(CompleteSite.OtherAppId);

        site.Clock.Advance(TimeSpan.FromDays(30));
        await keys.EnsureAsync(app, default);
        (await elsewhere.SignInAsync(null)).Expect(200);
        Assert.Equal(before[1], (string)elsewhere.Head["kid"]!);
        Assert.Equal(3, (await KidsAsync(CompleteSite.OtherAppId)).Length);

        // Until the last token that it signed and a day more have passed.
        site.Clock.Advance(TimeSpan.FromMinutes(10) + TimeSpan.FromHours(25) + TimeSpan.FromSeconds(1));
        await keys.EnsureAsync(app, default);
        Assert.Equal(before[1], (await KidsAsync(CompleteSite.OtherAppId))[0]);
    }

    [Fact]
    public async Task Documents_name_the_configured_address_whatever_the_host_header_says()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"v1/apps/{CompleteSite.AppId}/.well-known/openid-configuration");
        request.Headers.Host = "evil.example";
        var document = (await Reply.ReadAsync(await site.Http.SendAsync(request))).Expect(200);

        Assert.Equal($"{CompleteSite.PublicUrl}/v1/apps/{CompleteSite.AppId}", document["issuer"]);
        Assert.Equal($"{document["issuer"]}/.well-known/jwks.json", document["jwks_uri"]);
        Assert.Null(document.Json["authorization_endpoint"]);
        Assert.Equal("*", document.Header("Access-Control-Allow-Origin"));
    }

    private static string Encode(string json) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json));

    private async Task<string[]> KidsAsync(string app = CompleteSite.AppId)
    {
        var keys = (await new Visitor(site, app).GetAsync(".well-known/jwks.json")).Expect(200).Json["keys"]!.AsArray();
        Assert.All(keys, key => Assert.Equal(["alg", "e", "kid", "kty", "n", "use"], key!.AsObject().Select(member => member.Key)));
        return [.. keys.Select(key => (string)key!["kid"]!)];
    }

    private async Task AssertNobodyAsync(string token)
        => Assert.Equal((401, "invalid_access_token"), (await visitor.SendAsync(HttpMethod.Get, "currentuser", token: token)).Refused);
}
