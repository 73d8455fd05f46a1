using System.Text;
using System.Text.Json.Nodes;
using OpenPassage.Authenticator;
using OpenPassage.Fuzz.Tests.Seeds;
using OpenPassage.Fuzz.Tests.Targets;

namespace OpenPassage.Fuzz.Tests;

/// <summary>What costs most, made on purpose: chance does not fill every bound to its brim.</summary>
public class WorstCaseTests
{
    private static readonly Dictionary<string, Func<byte[]>> inputs = new(StringComparer.Ordinal)
    {
        ["a signature of 8192 bits with an exponent of 64"] = () => Attest(new PackedAttestation { Key = new SlowRsaKey() }.Make),
        ["sixteen certificates of one name"] = () => Attest(new PackedAttestation { Chain = Hostile.Namesakes(15) }.Make),
        ["sixteen certificates of one name in a JWS"] = () =>
            Attest(new SafetyNetAttestation { Key = SeedFile.Shared.Key, Chain = Hostile.Namesakes(15) }.Make),
        ["a certificate of extensions"] = () => Attest(new PackedAttestation
        {
            BendCertificate = leaf =>
            {
                for (var i = 0; i < 4000; i++)
                    leaf.Extensions[$"1.2.{i}"] = ([], false);
            },
        }.Make),
        ["a certificate of names"] = () => Attest(new PackedAttestation
        {
            BendCertificate = leaf => leaf.Subject = Der.Name([.. Enumerable.Repeat((Certificate.CommonName, ""), 4500)]),
        }.Make),
        ["a certificate of hosts"] = () => Attest(new SafetyNetAttestation
        {
            Key = SeedFile.Shared.Key,
            BendCertificate = leaf => leaf.Extensions[Certificate.SubjectAltName] =
                (Der.Sequence([.. Enumerable.Repeat<byte[]>([0x82, 1, (byte)'a'], 9000)]), false),
        }.Make),
        ["a JWS header with ten thousand empty certificates"] = () => Attest(new SafetyNetAttestation
        {
            Key = SeedFile.Shared.Key,
            BendResponse = jws => jws.BendHeader = header => header["x5c"] =
                new JsonArray([.. Enumerable.Repeat("", 10_000).Select(text => (JsonNode)text)]),
        }.Make),
        ["an unsorted map of arrays"] = () => Attest(_ => new("packed", Hostile.UnsortedMap())),
        ["a byte string in chunks of one byte"] = () => Attest(_ => new("packed", new CborMap { { "sig", Hostile.Chunks(20_000, 1) } })),
        ["a key in chunks, in authenticator data in chunks"] = () => Attest(Authenticator.Attest.None, ceremony =>
        {
            // A modulus that is too long to be one, so that it is read by each that asks for the key.
            var key = new CborMap { { 1, 3 }, { 3, Alg.RS256 }, { -1, Hostile.Chunks(700, 90) }, { -2, new byte[] { 1, 0, 1 } } };
            ceremony.AuthenticatorData.RawCoseKey = key.ToBytes();
            ceremony.BendAttestationObject = map => map["authData"] = Hostile.InChunks((byte[])map["authData"]!);
        }),
        ["a response of escapes"] = () => Utf8($$"""{"id":"{{Many("\\u0041", 40_000, "")}}"}"""),
        ["a response of names"] = () => Utf8($"{{{Many("\"\\u0069\\u0064x\":0", 14_000)}}}"),
        ["extension results without end"] = () => Utf8($"{{\"clientExtensionResults\":{{{Many("\"appid\":1", 26_000)}}}}}"),
        ["as many transports as fit"] = () => Utf8($"{{\"transports\":[{Many("\"usb\"", 40_000)}]}}"),
    };

    public static TheoryData<string> Inputs => [.. inputs.Keys];

    [Theory]
    [MemberData(nameof(Inputs))]
    public void It_stays_in_its_bounds(string name)
    {
        var made = RegistrationTarget.Judged(inputs[name](), SeedFile.Shared.Policies[1]);
        var (fastest, allocated) = (TimeSpan.MaxValue, 0L);
        var outcome = "";
        for (var i = 0; i < 5; i++)
        {
            outcome = Fuzzing.Measure(made, out var elapsed, out allocated);
            fastest = elapsed < fastest ? elapsed : fastest;
        }
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{made.Input.Length} bytes, {fastest.TotalMilliseconds:F1} ms, {allocated} bytes allocated: {outcome}");
        Assert.InRange(fastest, TimeSpan.Zero, Fuzzing.MaxElapsed);
        Assert.InRange(allocated, 0, Fuzzing.MaxAllocated);
    }

    private static string Many(string piece, int times, string between = ",") => string.Join(between, Enumerable.Repeat(piece, times));

    private static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);

    private static byte[] Attest(AttestationMaker maker, Action<RegistrationCeremony>? bend = null)
    {
        var authenticator = new SoftwareAuthenticator { Algorithm = Alg.ES256, Aaguid = Setting.Model, Attestation = maker };
        var options = Setting.RelyingParty().StartRegistration(
            new() { UserHandle = Setting.Alice, UserName = "alice", Challenge = Setting.Challenge });
        return Encoding.UTF8.GetBytes(authenticator.Create(Encoding.UTF8.GetString(options.ToJson()), Setting.Origin, bend).ToJson());
    }
}
