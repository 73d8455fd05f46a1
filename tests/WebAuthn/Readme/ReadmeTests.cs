using System.Text;
using System.Text.Json.Nodes;
using OpenPassage.Authenticator;
using OpenPassage.WebAuthn.Attestation;
using OpenPassage.WebAuthn.Cose;
using OpenPassage.WebAuthn.Tests.Attestation;

namespace OpenPassage.WebAuthn.Tests.Readme;

/// <summary>What the package's README shows does what it says, with the software authenticator in the page's place.</summary>
public sealed class ReadmeTests
{
    private const string Origin = "https://login.example.com";

    private readonly SoftwareAuthenticator authenticator = new();
    private readonly Dictionary<string, object> variables = new(StringComparer.Ordinal);

    [Fact]
    public void These_are_the_samples_and_each_is_run_below() => Assert.Equal(
        [
            "Start a registration", "Finish a registration", "Start an authentication", "Finish an authentication",
            "Keep an expectation between two requests", "Save a passkey", "Choose algorithms", "Ask for attestation",
            "Tell the browser what has changed", "Use one passkey on several domains",
        ],
        ReadmeSample.All.Select(sample => sample.Heading));

    [Fact]
    public void The_four_calls_make_a_passkey_and_sign_in_with_it()
    {
        Run("Start a registration");
        Create();
        Assert.Equal("A passkey with ES256 is saved.\n", Run("Finish a registration"));

        Run("Start an authentication");
        Get();
        Assert.Equal($"{Variable<UserHandle>("userHandle")} is signed in.\n", Run("Finish an authentication"));

        Assert.Equal(1u, Assert.Single(Records()).SignCount);
    }

    [Fact]
    public void The_first_four_samples_are_one_program()
    {
        variables["body"] = "{}"u8.ToArray();

        var written = Run(new ReadmeSample("The first four", string.Concat(ReadmeSample.All.Take(4).Select(sample => sample.Code))));

        var lines = written.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(2, lines.Count(line => line.StartsWith("malformed_response: ", StringComparison.Ordinal)));
    }

    [Fact]
    public void What_is_refused_is_told_by_code_and_sentence()
    {
        Run("Start a registration");
        Create(ceremony => ceremony.ClientData.Origin = "https://example.net");
        Assert.Equal($"wrong_origin: {Rejection.WrongOrigin.Sentence}\n", Run("Finish a registration"));
        variables["body"] = "{}"u8.ToArray();
        Assert.Equal($"malformed_response: {Rejection.MalformedResponse.Sentence}\n", Run("Finish a registration"));

        Enrol();
        Assert.Equal($"{Rejection.CredentialAlreadyRegistered.Sentence}\n", Run("Finish a registration"));

        Run("Start an authentication");
        Get(ceremony => ceremony.BendSignature = signature => [.. signature[..^1], (byte)~signature[^1]]);
        Assert.Equal($"bad_signature: {Rejection.BadSignature.Sentence}\n", Run("Finish an authentication"));
        variables["body"] = "{}"u8.ToArray();
        Assert.Equal($"malformed_response: {Rejection.MalformedResponse.Sentence}\n", Run("Finish an authentication"));
        Variable<Dictionary<CredentialId, byte[]>>("passkeys").Clear();
        Get();
        Assert.Equal($"unknown_credential: {Rejection.UnknownCredential.Sentence}\n", Run("Finish an authentication"));
    }

    [Fact]
    public void An_expectation_is_restored_from_its_challenge()
    {
        Enrol();
        Run("Start an authentication");
        Run("Keep an expectation between two requests");
        variables["toSignIn"] = Variable<AuthenticationExpectation>("restored");
        Get();

        Assert.EndsWith(" is signed in.\n", Run("Finish an authentication"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_saved_passkey_can_be_read_as_JSON()
    {
        Enrol();
        Run("Save a passkey");

        Assert.True(CredentialRecord.TryReadJson(Assert.Single(Variable<List<byte[]>>("json")), out var record));
        Assert.Equal(Variable<UserHandle>("userHandle"), record.UserHandle);
    }

    [Fact]
    public void The_chosen_algorithms_are_the_ones_that_are_offered()
    {
        Run("Choose algorithms");

        Assert.Equal(
            [CoseAlgorithm.ES256, CoseAlgorithm.EdDSA, CoseAlgorithm.MLDsa65], Variable<RelyingParty>("choosy").Algorithms.Ids);
    }

    [Fact]
    public void Attestation_is_asked_for_and_judged_by_metadata()
    {
        Run("Start a registration");
        var entry = MetadataPublisher.Entry(authenticator.Aaguid, CertificateAuthority.Shared.Der);
        variables["blob"] = new MetadataPublisher { Entries = { entry } }.Publish();
        variables["roots"] = Attested.SharedRoot;
        Run("Ask for attestation", ("MetadataBlob.PublisherRoots", "roots"));
        Assert.Equal("direct", (string?)JsonNode.Parse(Variable<CreationOptions>("creation").ToJson())!["attestation"]);

        Create();
        Assert.StartsWith("attestation_required: ", Run("Finish a registration"), StringComparison.Ordinal);
        authenticator.Attestation = new PackedAttestation().Make;
        Create();
        Assert.Equal("A passkey with ES256 is saved.\n", Run("Finish a registration"));
        Assert.Equal(TrustLevel.Anchored, Variable<Verdict<Registration>>("registration").IsAccepted().Trust);
    }

    [Fact]
    public void The_signals_name_the_account_and_its_passkeys()
    {
        Enrol();
        variables["refused"] = new CredentialId("nobody's"u8);
        Run("Tell the browser what has changed");

        var passkey = Assert.Single(Records());
        Assert.Equal("bm9ib2R5J3M", (string?)Json("unknown")["credentialId"]);
        Assert.Equal(passkey.Id.ToString(), (string?)Json("accepted")["allAcceptedCredentialIds"]![0]);
        Assert.Equal(passkey.UserHandle.ToString(), (string?)Json("details")["userId"]);
        Assert.Equal("Alice", (string?)Json("details")["displayName"]);
    }

    [Fact]
    public void The_document_lists_the_other_domains()
    {
        Run("Use one passkey on several domains");

        Assert.Equal("""{"origins":["https://example.com","https://example.co.uk"]}""", Json("document").ToJsonString());
    }

    private void Enrol()
    {
        Run("Start a registration");
        Create();
        Assert.Equal("A passkey with ES256 is saved.\n", Run("Finish a registration"));
    }

    private void Create(Action<RegistrationCeremony>? bend = null) =>
        variables["body"] = Encoding.UTF8.GetBytes(
            authenticator.Create(Text(Variable<CreationOptions>("creation").ToJson()), Origin, bend).ToJson());

    private void Get(Action<AuthenticationCeremony>? bend = null) =>
        variables["body"] = Encoding.UTF8.GetBytes(authenticator.Get(Text(Variable<byte[]>("requestJson")), Origin, bend).ToJson());

    /// <summary>Runs a sample, with one expression of it replaced, and returns what it wrote to the console.</summary>
    private string Run(string heading, (string Text, string By)? replace = null)
    {
        var sample = ReadmeSample.All.Single(sample => sample.Heading == heading);
        if (replace is var (text, by))
        {
            Assert.Contains(text, sample.Code, StringComparison.Ordinal);
            sample = sample with { Code = sample.Code.Replace(text, by, StringComparison.Ordinal) };
        }
        return Run(sample);
    }

    private string Run(ReadmeSample sample)
    {
        using var console = new StringWriter { NewLine = "\n" };
        variables["Console"] = console;
        sample.Run(variables);
        return console.ToString();
    }

    private T Variable<T>(string name) => Assert.IsType<T>(variables[name]);

    private IEnumerable<CredentialRecord> Records() => Variable<Dictionary<CredentialId, byte[]>>("passkeys").Values.Select(saved =>
    {
        Assert.True(CredentialRecord.TryRead(saved, out var record));
        return record;
    });

    private JsonNode Json(string name) => JsonNode.Parse(Variable<byte[]>(name))!;

    private static string Text(byte[] utf8) => Encoding.UTF8.GetString(utf8);
}
