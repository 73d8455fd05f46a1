using System.Buffers.Text;
using System.Text;
using System.Text.Json.Nodes;

namespace OpenPassage.WebAuthn.Tests.Json;

/// <summary>
/// What serializers of real clients write beside the members of a ceremony: null for what they do not have, and base64url that is
/// padded. Every member that either ceremony knows stands in the tables here, by its path.
/// </summary>
public class NullAndPaddingTests
{
    private static readonly string[] Extensions =
    [
        "appid", "appidExclude", "credProps", "credProps.rk", "credProps.authenticatorDisplayName", "prf", "prf.enabled", "prf.results",
        "prf.results.first", "prf.results.second", "largeBlob", "largeBlob.supported", "largeBlob.written", "largeBlob.blob", "uvm",
        "hmacCreateSecret", "credProtect", "minPinLength", "payment", "future",
    ];

    private static readonly string[] Unused =
    [
        "authenticatorAttachment", "clientExtensionResults", "transports", "future", "response.transports", "response.publicKey",
        "response.publicKeyAlgorithm", "response.future", .. Extensions.Select(name => $"clientExtensionResults.{name}"),
    ];

    private static readonly string[] Needed = ["id", "rawId", "type", "response", "response.clientDataJSON"];

    public static TheoryData<bool, string> MayBeNull =>
    [
        .. Unused.Select(path => (true, path)), (true, "response.authenticatorData"), (true, "response.signature"),
        (true, "response.userHandle"), .. Unused.Select(path => (false, path)), (false, "response.attestationObject"),
    ];

    public static TheoryData<bool, string> MustNotBeNull =>
    [
        .. Needed.Select(path => (true, path)), (true, "response.attestationObject"),
        .. Needed.Select(path => (false, path)), (false, "response.authenticatorData"), (false, "response.signature"),
    ];

    /// <summary>The members that hold bytes, each with its ceremony.</summary>
    public static TheoryData<bool, string> Binary =>
    [
        (true, "id"), (true, "rawId"), (true, "response.clientDataJSON"), (true, "response.attestationObject"),
        (false, "id"), (false, "rawId"), (false, "response.clientDataJSON"), (false, "response.authenticatorData"),
        (false, "response.signature"),
    ];

    private readonly Site site = new();

    [Theory]
    [MemberData(nameof(MayBeNull))]
    public void Null_counts_as_absent_for_a_member_that_the_ceremony_does_not_use(bool registering, string path) =>
        Assert.Null(Judge(registering, json => Put(json, path, null)));

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void All_of_them_may_be_null_at_once(bool registering) => Assert.Null(Judge(registering, json =>
    {
        foreach (var (_, path) in MayBeNull.Select(row => row.Data).Where(row => row.Item1 == registering
            && !row.Item2.StartsWith("clientEx", StringComparison.Ordinal)))
            Put(json, path, null);
        foreach (var name in Extensions.Where(name => !name.Contains('.', StringComparison.Ordinal)))
            Put(json, $"clientExtensionResults.{name}", null);
    }));

    [Theory]
    [MemberData(nameof(MustNotBeNull))]
    public void Null_is_refused_for_a_member_that_the_ceremony_needs(bool registering, string path) =>
        Assert.Equal(Rejection.MalformedResponse.Code, Judge(registering, json => Put(json, path, null))?.Code);

    [Fact]
    public void A_user_handle_may_be_null_where_the_account_is_known_and_matters_where_it_is_not()
    {
        Assert.Equal(Rejection.NoUserHandle, Judge(false, json => json["response"]!["userHandle"] = null));
        site.SignIn(site.Registered(), get => get.BendJson = json => json["response"]!["userHandle"] = null, ask =>
            ask with { UserHandle = site.Alice })
            .IsAccepted();
    }

    [Theory]
    [InlineData(true, "response.authenticatorData")]
    [InlineData(false, "response.attestationObject")]
    [InlineData(true, "response.userHandle")]
    public void A_member_that_was_null_must_not_come_again(bool registering, string path)
    {
        var name = path.Split('.')[^1];
        Assert.Equal(Rejection.MalformedResponse.Code, JudgeText(registering, json =>
        {
            json["response"]!.AsObject().Remove(name);
            return json.ToJsonString().Replace("\"response\":{", $"\"response\":{{\"{name}\":null,\"{name}\":\"AAAA\",",
                StringComparison.Ordinal);
        })?.Code);
    }

    [Fact]
    public void Transports_beside_the_response_count_where_those_inside_are_null()
    {
        var json = Registering();
        json["response"]!["transports"] = null;
        json["transports"] = new JsonArray("usb", null);
        Assert.Equal(["usb"], Read(json).Transports);
    }

    [Theory]
    [InlineData("crossOrigin", true)]
    [InlineData("topOrigin", true)]
    [InlineData("tokenBinding", true)]
    [InlineData("type", false)]
    [InlineData("challenge", false)]
    [InlineData("origin", false)]
    public void Client_data_may_hold_null_for_what_need_not_be_there(string member, bool accepted)
    {
        var json = Registering();
        var client = JsonNode.Parse(Base64Url.DecodeFromChars((string)json["response"]!["clientDataJSON"]!))!.AsObject();
        client[member] = null;
        json["response"]!["clientDataJSON"] = Base64Url.EncodeToString(Encoding.UTF8.GetBytes(client.ToJsonString()));
        var verdict = site.RelyingParty.FinishRegistration(Read(json), expected);
        Assert.Equal(accepted ? null : Rejection.MalformedClientData, verdict.Rejection);
    }

    [Theory]
    [MemberData(nameof(Binary))]
    public void Padding_is_passed_over(bool registering, string path) =>
        Assert.Null(Judge(registering, json => Put(json, path, Padded((string)At(json, path)!))));

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void All_of_it_may_be_padded_at_once(bool registering) => Assert.Null(Judge(registering, json =>
    {
        foreach (var (_, path) in Binary.Select(row => row.Data).Where(row => row.Item1 == registering))
            Put(json, path, Padded((string)At(json, path)!));
        if (At(json, "response.userHandle") is { } handle)
            Put(json, "response.userHandle", Padded((string)handle!));
    }));

    [Fact]
    public void A_padded_user_handle_of_64_bytes_is_read()
    {
        var json = SigningIn();
        json["response"]!["userHandle"] = Convert.ToBase64String(new byte[64]);
        Assert.Equal(new UserHandle(new byte[64]),
            AuthenticationResponse.Read(Encoding.UTF8.GetBytes(json.ToJsonString())).GetOrThrow().UserHandle);
    }

    [Theory]
    [InlineData("AAAA=")]
    [InlineData("AAAA==")]
    [InlineData("AAAA====")]
    [InlineData("AAA==")]
    [InlineData("AAA===")]
    [InlineData("AA=")]
    [InlineData("AA===")]
    [InlineData("A===")]
    [InlineData("A=AA")]
    [InlineData("=AAA")]
    [InlineData("AA=A")]
    [InlineData("====")]
    [InlineData("=")]
    [InlineData("AB==")]
    public void Padding_of_another_length_or_in_another_place_is_refused(string text)
    {
        foreach (var (registering, path) in Binary.Select(row => row.Data))
            Assert.Equal(Rejection.MalformedResponse.Code, Judge(registering, json => Put(json, path, text))?.Code);
    }

    [Fact]
    public void Id_and_raw_id_name_the_same_credential_whichever_is_padded()
    {
        Assert.Null(Judge(true, json => json["id"] = Padded((string)json["id"]!)));
        Assert.Equal(Rejection.IdMismatch, Judge(true, json => json["rawId"] = "AAA="));
        Assert.Equal(Rejection.IdMismatch, Judge(false, json => json["id"] = "AAA="));
    }

    [Theory]
    [MemberData(nameof(Binary))]
    public void Classic_base64_is_refused_with_a_sentence_that_names_the_member(bool registering, string path)
    {
        foreach (var text in (string[])["+/+/", "AA+/", "+w==", "AAA/AAA="])
        {
            var rejection = Judge(registering, json => Put(json, path, text));
            Assert.Equal(Rejection.MalformedResponse.Code, rejection?.Code);
            Assert.StartsWith($"{path} is ", rejection!.Sentence, StringComparison.Ordinal);
            Assert.Contains("base64url", rejection.Sentence, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void So_is_a_user_handle_that_is_not_the_accounts() =>
        Assert.StartsWith("response.userHandle is ", Judge(false, json => json["response"]!["userHandle"] = "+/+/")?.Sentence,
            StringComparison.Ordinal);

    [Theory]
    [InlineData("15a id and rawId padded", true)]
    [InlineData("15b rawId alone padded", true)]
    [InlineData("15c id in the standard alphabet", false)]
    public void Recorded_responses_are_judged_so(string id, bool accepted)
    {
        var path = Vectors.Find(Path.Combine("cases", "field-reports.json"));
        Assert.SkipWhen(path is null, Vectors.Absent);
        using var document = System.Text.Json.JsonDocument.Parse(File.ReadAllBytes(path));
        var recorded = document.RootElement.EnumerateArray().Single(one => one.GetProperty("id").GetString() == id);
        Assert.Equal(accepted, new Conformance.Case(recorded).Judge() is null);
    }

    private RegistrationExpectation expected = null!;

    private JsonObject Registering()
    {
        var options = site.RelyingParty.StartRegistration(new() { UserHandle = site.Alice, UserName = "alice" });
        expected = options.ToExpectation();
        return site.Authenticator.Create(Encoding.UTF8.GetString(options.ToJson()), Site.Origin).ToJsonObject();
    }

    private JsonObject SigningIn()
    {
        site.Registered();
        return site.Authenticator.Get(Encoding.UTF8.GetString(site.RelyingParty.StartAuthentication(new()).ToJson()),
            Site.Origin).ToJsonObject();
    }

    private static RegistrationResponse Read(JsonObject json) =>
        RegistrationResponse.Read(Encoding.UTF8.GetBytes(json.ToJsonString())).GetOrThrow();

    /// <summary>A good ceremony with its JSON bent; why it is refused, or null.</summary>
    private Rejection? Judge(bool registering, Action<JsonObject> bend) => JudgeText(registering, json =>
    {
        bend(json);
        return json.ToJsonString();
    });

    private Rejection? JudgeText(bool registering, Func<JsonObject, string> bend)
    {
        if (registering)
        {
            var response = RegistrationResponse.Read(Encoding.UTF8.GetBytes(bend(Registering())));
            return response.Ok ? site.RelyingParty.FinishRegistration(response.Value, expected).Rejection : response.Rejection;
        }

        var record = site.Registered();
        var options = site.RelyingParty.StartAuthentication(new());
        var answer = site.Authenticator.Get(Encoding.UTF8.GetString(options.ToJson()), Site.Origin).ToJsonObject();
        var read = AuthenticationResponse.Read(Encoding.UTF8.GetBytes(bend(answer)));
        return read.Ok ? site.RelyingParty.FinishAuthentication(read.Value, options.ToExpectation(), record).Rejection : read.Rejection;
    }

    private static JsonNode? At(JsonObject json, string path) => path.Split('.').Aggregate((JsonNode?)json, (node, name) => node?[name]);

    private static void Put(JsonObject json, string path, JsonNode? value)
    {
        var names = path.Split('.');
        var place = json;
        foreach (var name in names[..^1])
            place = (JsonObject)(place[name] ??= new JsonObject());
        place[names[^1]] = value;
    }

    private static string Padded(string text) => text + new string('=', (4 - (text.Length % 4)) % 4);
}
