using System.Buffers.Text;
using System.Text;
using System.Text.Json.Nodes;
using OpenPassage.Authenticator;
using ConformanceRun = OpenPassage.Conformance.Run;

namespace OpenPassage.WebAuthn.Tests;

/// <summary>What <c>tools/conformance</c> prints of cases that it cannot judge: the run goes on.</summary>
public sealed class ConformanceRunTests : IDisposable
{
    private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("openpassage-conformance-");
    private readonly SoftwareAuthenticator authenticator = new();

    public void Dispose() => directory.Delete(recursive: true);

    private static JsonObject Case(string id, string kind, Challenge challenge, JsonObject credential) => new()
    {
        ["id"] = id,
        ["kind"] = kind,
        ["expected"] = new JsonObject { ["ok"] = true },
        ["rpId"] = "example.com",
        ["origins"] = new JsonArray(Site.Origin),
        ["topOrigins"] = new JsonArray(),
        ["crossOriginAllowed"] = false,
        ["challenge"] = Base64Url.EncodeToString(challenge.Bytes),
        ["policy"] = new JsonObject
        {
            ["userVerificationRequired"] = true,
            ["userPresenceRequired"] = true,
            ["algorithms"] = new JsonArray(-7),
        },
        ["trustAnchors"] = new JsonArray(),
        ["credential"] = credential,
    };

    private JsonObject Registration(string id)
    {
        var request = new RelyingParty("example.com", "Example", [Site.Origin])
            .StartRegistration(new RegistrationRequest { UserHandle = new("someone"u8), UserName = "someone" });
        return Case(
            id,
            "registration",
            request.Challenge,
            authenticator.Create(Encoding.UTF8.GetString(request.ToJson()), Site.Origin).ToJsonObject());
    }

    private JsonObject Authentication(string id)
    {
        var site = new Site { Authenticator = authenticator };
        var record = site.Registered();
        var request = site.RelyingParty.StartAuthentication(new AuthenticationRequest());
        var recorded = Case(
            id,
            "authentication",
            request.Challenge,
            authenticator.Get(Encoding.UTF8.GetString(request.ToJson()), Site.Origin).ToJsonObject());
        recorded["stored"] = new JsonObject
        {
            ["publicKey"] = Base64Url.EncodeToString(record.PublicKey.Span),
            ["signCount"] = 0,
            ["backupEligible"] = false,
        };
        return recorded;
    }

    private (int ExitCode, string[] Lines) Judge(params string[] contents)
    {
        var output = new StringWriter();
        var run = new ConformanceRun(output);
        foreach (var content in contents)
        {
            var file = Path.Combine(directory.FullName, $"{Guid.NewGuid():N}.json");
            File.WriteAllText(file, content);
            run.Judge(file);
        }

        var exitCode = run.End();
        return (exitCode, output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    private static string FileOf(params JsonNode?[] cases) => new JsonArray([.. cases]).ToJsonString();

    [Fact]
    public void Good_cases_are_judged()
    {
        var (exitCode, lines) = Judge(FileOf(Registration("one"), Authentication("two")));
        Assert.Equal(["one ok accept accept -", "two ok accept accept -", "2 ok, 0 failed, 0 depend on policy, 0 skipped"], lines);
        Assert.Equal(0, exitCode);
    }

    public static TheoryData<string, string> Bends => new()
    {
        { "kind", "\"payment\"" }, { "kind", "null" }, { "policy", "null" }, { "policy", "{}" },
        { "policy", "\"strict\"" }, { "expected", "\"ok\"" }, { "expected", "{\"ok\":\"yes\"}" },
        { "challenge", "\"\"" }, { "challenge", "\"%%%\"" }, { "challenge", "null" }, { "challenge", "7" },
        { "rpId", "null" }, { "rpId", "\"\"" }, { "rpId", "\"\\ud800\"" }, { "origins", "[7]" }, { "origins", "\"x\"" },
        { "topOrigins", "null" }, { "crossOriginAllowed", "\"no\"" }, { "trustAnchors", "[null]" },
        { "trustAnchors", $"[\"{new string('!', 200)}\"]" }, { "validationTime", "\"yesterday\"" }, { "validationTime", "7" },
        { "policy", "{\"userVerificationRequired\":true,\"userPresenceRequired\":true,\"algorithms\":[-99999]}" },
        { "policy", "{\"userVerificationRequired\":true,\"userPresenceRequired\":true,\"algorithms\":[\"ES256\"]}" },
        { "policy", "{\"userVerificationRequired\":true,\"userPresenceRequired\":true,\"algorithms\":[99999999999999999999]}" },
        { "policyDependent", "7" }, { "id", "7" }, { "id", "\"\\ud800\"" },
    };

    [Theory]
    [MemberData(nameof(Bends))]
    public void What_a_case_says_in_another_way_is_skipped_with_the_reason_and_the_run_goes_on(string member, string value)
    {
        var bent = Registration("bent");
        bent[member] = "here";
        var (exitCode, lines) = Judge(
            $"[{bent.ToJsonString().Replace("\"here\"", value, StringComparison.Ordinal)},{Registration("good").ToJsonString()}]");
        Assert.Matches(@"^\S+ skip \S.+$", lines[0]);
        Assert.Equal(["good ok accept accept -", "1 ok, 0 failed, 0 depend on policy, 1 skipped"], lines[1..]);
        Assert.Equal(0, exitCode);
    }

    [Fact]
    public void A_member_that_is_missing_is_named()
    {
        foreach (var whole in (JsonObject[])[Registration("bent"), Authentication("bent")])
        {
            foreach (var member in whole.Select(member => member.Key).Except(["id", whole["stored"] is null ? "stored" : "trustAnchors"]))
            {
                var bent = whole.DeepClone().AsObject();
                bent.Remove(member);
                var (exitCode, lines) = Judge(FileOf(bent, Registration("good")));
                Assert.StartsWith($"bent skip {member} is missing", lines[0], StringComparison.Ordinal);
                Assert.Equal("good ok accept accept -", lines[1]);
                Assert.Equal(0, exitCode);
            }
        }
    }

    [Theory]
    [InlineData("publicKey", "\"?\"")]
    [InlineData("publicKey", "7")]
    [InlineData("signCount", "-1")]
    [InlineData("signCount", "4294967296")]
    [InlineData("signCount", "\"0\"")]
    [InlineData("backupEligible", "\"no\"")]
    public void A_stored_credential_that_is_none_is_skipped(string member, string value)
    {
        var bent = Authentication("bent");
        bent["stored"]![member] = JsonNode.Parse(value);
        var (exitCode, lines) = Judge(FileOf(bent, Registration("good")));
        Assert.StartsWith($"bent skip {member}", lines[0], StringComparison.Ordinal);
        Assert.Equal(0, exitCode);
    }

    [Theory]
    [InlineData("7")]
    [InlineData("null")]
    [InlineData("\"text\"")]
    [InlineData("[]")]
    [InlineData("{}")]
    public void What_is_no_case_is_skipped_and_named_by_its_place(string element)
    {
        var (exitCode, lines) = Judge($"[{element},{Registration("good").ToJsonString()}]");
        Assert.Matches(@"^\w+\.json#0 skip id is missing$", lines[0]);
        Assert.Equal(0, exitCode);
    }

    // A credential is what the core is there to judge, whatever it is.
    [Theory]
    [InlineData("null")]
    [InlineData("7")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("{\"response\":7}")]
    [InlineData("{\"response\":{\"clientDataJSON\":7}}")]
    public void A_credential_of_any_kind_is_judged(string credential)
    {
        var bent = Registration("bent");
        bent["credential"] = JsonNode.Parse(credential);
        var (exitCode, lines) = Judge(FileOf(bent, Registration("good")));
        Assert.StartsWith("bent FAIL accept refuse ", lines[0], StringComparison.Ordinal);
        Assert.Equal(1, exitCode);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("{}")]
    [InlineData("7")]
    public void A_file_that_is_no_list_of_cases_is_said_so_and_the_next_is_read(string content)
    {
        var (exitCode, lines) = Judge(content, FileOf(Registration("good")));
        Assert.Contains(" skip the file cannot be read: ", lines[0], StringComparison.Ordinal);
        Assert.Equal("good ok accept accept -", lines[1]);
        Assert.Equal(2, exitCode);
    }

    [Fact]
    public void A_run_that_judged_nothing_is_no_success()
    {
        Assert.Equal(2, Judge(FileOf()).ExitCode);
        Assert.Equal(2, Judge("[{}]").ExitCode);
        using var output = new StringWriter();
        var run = new ConformanceRun(output);
        run.Judge(Path.Combine(directory.FullName, "nothing.json"));
        Assert.Equal(2, run.End());
    }
}
