using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using OpenPassage.WebAuthn.Cose;

namespace OpenPassage.WebAuthn.Tests.Cose;

/// <summary>The assertions of the conformance data: of real devices, of other libraries' tests and of the specification.</summary>
public sealed class RecordedSignatureTests
{
    [Theory]
    [InlineData("fido2-net-lib")]
    [InlineData("py_webauthn")]
    [InlineData("w3c-vectors")]
    public void Signatures_of_accepted_assertions_verify(string collection)
    {
        var file = Vectors.Find(Path.Combine("cases", collection + ".json"));
        Assert.SkipWhen(file is null, Vectors.Absent);
        using var cases = JsonDocument.Parse(File.ReadAllBytes(file));
        var cache = new VerificationKeyCache();
        var verified = new HashSet<CoseAlgorithm>();

        foreach (var recorded in cases.RootElement.EnumerateArray())
        {
            if (recorded.GetProperty("kind").GetString() != "authentication"
                || !recorded.GetProperty("expected").GetProperty("ok").GetBoolean())
                continue;
            var response = recorded.GetProperty("credential").GetProperty("response");
            byte[] data = [.. Bytes(response, "authenticatorData"), .. SHA256.HashData(Bytes(response, "clientDataJSON"))];

            var key = cache.GetOrImport(AlgorithmSet.Supported, Bytes(recorded.GetProperty("stored"), "publicKey"), out var algorithm);

            Assert.True(key?.Verify(data, Bytes(response, "signature")), recorded.GetProperty("id").GetString());
            verified.Add(algorithm);
        }

        Assert.NotEmpty(verified);
    }

    private static byte[] Bytes(JsonElement element, string name) =>
        Base64Url.DecodeFromUtf8(Encoding.ASCII.GetBytes(element.GetProperty(name).GetString()!));
}
