using System.Text.Json.Nodes;

namespace OpenPassage.Server.Tests.Register;

/// <summary>
/// What real clients' serializers write into <c>handshake_response</c>: null for what they do not have, padded base64url.
/// </summary>
public class NullAndPaddingOnTheWireTests(ServerFixture server) : ServerTests(server)
{
    private static readonly string[] Unused =
    [
        "authenticatorAttachment", "transports", "future", "response.transports", "response.publicKey", "response.publicKeyAlgorithm",
        "clientExtensionResults.appid", "clientExtensionResults.appidExclude", "clientExtensionResults.credProps",
            "clientExtensionResults.prf",
        "clientExtensionResults.largeBlob", "clientExtensionResults.uvm", "clientExtensionResults.hmacCreateSecret",
    ];

    private static string Padded(JsonNode? text) => (string)text! + new string('=', (4 - (((string)text!).Length % 4)) % 4);

    private static void Put(JsonObject json, string path, JsonNode? value)
    {
        var names = path.Split('.');
        var place = names[..^1].Aggregate(json, (node, name) => (JsonObject)(node[name] ??= new JsonObject()));
        place[names[^1]] = value;
    }

    private async Task<Reply> RegisterAsync(string user, Action<JsonObject> bend)
    {
        var transaction = await RegisterTransactionAsync(user);
        var started = (await Page.StartRegistrationAsync(transaction)).Expect(200);
        var response = Page.Authenticator.Create(Page.OptionsOf(started), App.Origin).ToJsonObject(Page.Shape);
        bend(response);
        return await Page.FinishAsync("register", started, transaction, response);
    }

    private async Task<Reply> SignInAsync(string? user, Action<JsonObject> bend)
    {
        var transaction = user is null ? null : await AuthenticateTransactionAsync(user);
        var started = (await Page.StartAuthenticationAsync(transaction)).Expect(200);
        var response = Page.Answer(started);
        bend(response);
        return await Page.FinishAsync("authenticate", started, transaction, response);
    }

    [Fact]
    public async Task Null_for_what_a_ceremony_does_not_use_is_the_same_as_nothing()
    {
        var user = NewUser();
        (await RegisterAsync(user, json =>
        {
            foreach (var path in (string[])[.. Unused, "response.authenticatorData", "response.signature", "response.userHandle"])
                Put(json, path, null);
        })).Expect(200);
        foreach (var named in (bool[])[true, false])
        {
            (await SignInAsync(named ? user : null, json =>
            {
                foreach (var path in (string[])[.. Unused, "response.attestationObject"])
                    Put(json, path, null);
                if (named)
                    Put(json, "response.userHandle", null);
            })).Expect(200);
        }
    }

    [Fact]
    public async Task Null_for_what_a_ceremony_needs_is_refused()
    {
        var user = await RegisteredAsync();
        foreach (var path in (string[])["id", "rawId", "type", "response", "response.clientDataJSON", "response.attestationObject"])
            Assert.Equal((400, "invalid_request"), (await RegisterAsync(NewUser(), json => Put(json, path, null))).Refused);
        foreach (var path in (string[])["id", "rawId", "type", "response", "response.clientDataJSON", "response.authenticatorData",
            "response.signature"])
            Assert.Equal((400, "invalid_request"), (await SignInAsync(user, json => Put(json, path, null))).Refused);
        Assert.Equal((401, "discoverable_login_failed"), (await SignInAsync(null, json => Put(json, "response.userHandle", null))).Refused);
    }

    [Fact]
    public async Task Padding_is_passed_over_in_every_member_also_in_the_user_handle()
    {
        var user = NewUser();
        (await RegisterAsync(user, json =>
        {
            foreach (var path in (string[])["id", "rawId", "response.clientDataJSON", "response.attestationObject"])
                Put(json, path, Padded(path.Split('.').Aggregate((JsonNode)json, (node, name) => node[name]!)));
        })).Expect(200);
        foreach (var named in (string?[])[user, null])
        {
            (await SignInAsync(named, json =>
            {
                foreach (var path in (string[])["id", "rawId", "response.clientDataJSON", "response.authenticatorData",
                    "response.signature", "response.userHandle"])
                    Put(json, path, Padded(path.Split('.').Aggregate((JsonNode)json, (node, name) => node[name]!)));
            })).Expect(200);
        }

        Assert.Equal((401, "discoverable_login_failed"), (await SignInAsync(null, json => Put(json, "response.userHandle",
            (string)json["response"]!["userHandle"]! + "===="))).Refused);
    }

    [Fact]
    public async Task Classic_base64_is_refused_in_words_that_name_the_member()
    {
        var user = await RegisteredAsync();
        foreach (var path in (string[])["id", "rawId", "response.clientDataJSON", "response.attestationObject"])
        {
            var refused = await RegisterAsync(NewUser(), json => Put(json, path, "+/+/"));
            Assert.Equal((400, "invalid_request"), refused.Refused);
            Assert.Contains($" {path} is ", refused.Error, StringComparison.Ordinal);
        }

        foreach (var path in (string[])["id", "rawId", "response.clientDataJSON", "response.authenticatorData", "response.signature",
            "response.userHandle"])
        {
            foreach (var named in (string?[])[user, null])
            {
                var refused = await SignInAsync(named, json => Put(json, path, "+/+/"));
                Assert.Equal((400, "invalid_request"), refused.Refused);
                Assert.Contains($" {path} is ", refused.Error, StringComparison.Ordinal);
            }
        }
    }

    /// <summary>Threat 35: the sentence about a handle is the same for a passkey that is kept and for one that is not.</summary>
    [Fact]
    public async Task A_classic_user_handle_tells_nothing_of_which_passkeys_there_are()
    {
        await RegisteredAsync();
        var kept = await SignInAsync(null, json => Put(json, "response.userHandle", "+/+/"));
        var unknown = await SignInAsync(null, json =>
        {
            Put(json, "response.userHandle", "+/+/");
            Put(json, "id", "AAAA");
            Put(json, "rawId", "AAAA");
        });
        Assert.Equal((kept.Status, kept.Text), (unknown.Status, unknown.Text));
    }
}
