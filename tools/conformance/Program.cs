using System.Text.Json;
using OpenPassage.Conformance;

if (args.Length == 0)
{
    Console.Error.WriteLine("Usage: dotnet run -c Release --project tools/conformance -- FILE…");
    Console.Error.WriteLine("Judges recorded ceremonies and prints, for each: id ok|FAIL|policy expected got step.");
    return 2;
}

var (ok, failed, policy) = (0, 0, 0);
foreach (var file in args)
{
    using var document = JsonDocument.Parse(File.ReadAllBytes(file));
    foreach (var element in document.RootElement.EnumerateArray())
    {
        var recorded = new Case(element);
        var refusal = recorded.Judge();
        var agrees = recorded.ExpectedOk == refusal is null;
        var verdict = recorded.PolicyDependent is not null ? "policy" : agrees ? "ok" : "FAIL";
        if (recorded.PolicyDependent is not null)
            policy++;
        else if (agrees)
            ok++;
        else
            failed++;
        var expected = recorded.ExpectedOk ? "accept" : "refuse";
        var got = refusal is null ? "accept" : "refuse";
        Console.WriteLine($"{recorded.Id} {verdict} {expected} {got} {(refusal is { } why ? $"{why.Step} {why.Rejection.Code}" : "-")}");
    }
}
Console.WriteLine($"{ok} ok, {failed} failed, {policy} depend on policy");
return failed == 0 ? 0 : 1;
