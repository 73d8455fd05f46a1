using System.Text.Json;

namespace OpenPassage.Conformance;

/// <summary>
/// Judges files of recorded ceremonies, a line each. No case ends the run: one that cannot be judged is skipped with the reason.
/// </summary>
internal sealed class Run(TextWriter output)
{
    private int ok;
    private int failed;
    private int policy;
    private int skipped;
    private int unreadable;

    public void Judge(string file)
    {
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(file));
            if (document.RootElement.ValueKind != JsonValueKind.Array)
                throw new JsonException("it is no list of cases.");
            var number = 0;
            foreach (var element in document.RootElement.EnumerateArray())
                Judge(element, $"{Path.GetFileName(file)}#{number++}");
        }
        catch (Exception wrong) when (wrong is JsonException or IOException or UnauthorizedAccessException)
        {
            unreadable++;
            output.WriteLine($"{file} skip the file cannot be read: {wrong.Message.ReplaceLineEndings(" ")}");
        }
    }

    /// <summary>Prints the counts, and says with which exit code to end.</summary>
    public int End()
    {
        output.WriteLine($"{ok} ok, {failed} failed, {policy} depend on policy, {skipped} skipped");
        return failed > 0 ? 1 : unreadable > 0 || ok + policy == 0 ? 2 : 0;
    }

    private void Judge(JsonElement element, string place)
    {
        var expected = "-";
        try
        {
            var recorded = new Case(element);
            expected = recorded.ExpectedOk ? "accept" : "refuse";
            var refusal = recorded.Judge();
            var agrees = recorded.ExpectedOk == refusal is null;
            var verdict = recorded.PolicyDependent is not null ? "policy" : agrees ? "ok" : "FAIL";
            Count(verdict);
            output.WriteLine(
                $"{recorded.Id} {verdict} {expected} {(refusal is null ? "accept" : "refuse")} "
                    + $"{(refusal is { } why ? $"{why.Step} {why.Rejection.Code}" : "-")}");
        }
        catch (InexpressibleException why)
        {
            skipped++;
            output.WriteLine($"{Name(element) ?? place} skip {why.Message}");
        }
        catch (Exception thrown)
        {
            // Whatever was recorded, the core has a verdict: an exception is its fault.
            Count("FAIL");
            output.WriteLine($"{Name(element) ?? place} FAIL {expected} {thrown.GetType().Name} {thrown.Message.ReplaceLineEndings(" ")}");
        }
    }

    private void Count(string verdict) => _ = verdict switch
    {
        "ok" => ok++,
        "policy" => policy++,
        _ => failed++,
    };

    private static string? Name(JsonElement element)
    {
        try
        {
            return element.MaybeText("id");
        }
        catch (InexpressibleException)
        {
            return null;
        }
    }
}
