using System.Text.Json;
using OpenPassage.Conformance;

namespace OpenPassage.WebAuthn.Tests;

/// <summary>What <c>tools/conformance</c> prints, as a test: recorded ceremonies get the verdict they should.</summary>
public class ConformanceTests
{
    [Theory]
    [InlineData("w3c-vectors.json", 300)]
    [InlineData("fido2-net-lib.json", 200)]
    [InlineData("py_webauthn.json", 30)]
    [InlineData("field-reports.json", 70)]
    public void Every_recorded_ceremony_gets_its_verdict(string file, int atLeast)
    {
        var path = Vectors.Find(Path.Combine("cases", file));
        Assert.SkipWhen(path is null, Vectors.Absent);
        using var document = JsonDocument.Parse(File.ReadAllBytes(path));
        var judged = document.RootElement.EnumerateArray()
            .Select(element => new Case(element))
            .Where(recorded => recorded.PolicyDependent is null)
            .Select(recorded => (recorded.Id, recorded.ExpectedOk, Got: recorded.Judge()))
            .ToList();
        Assert.True(judged.Count >= atLeast, $"only {judged.Count} cases");
        Assert.DoesNotContain(judged, one => one.ExpectedOk != one.Got is null);
    }
}
