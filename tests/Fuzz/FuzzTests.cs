using System.Globalization;
using OpenPassage.Fuzz.Tests.Targets;

// Time and allocation are measured here.
[assembly: CollectionBehavior(DisableTestParallelization = true)]

namespace OpenPassage.Fuzz.Tests;

/// <summary>
/// Whatever a stranger sends is refused or accepted: never an exception, never 1 MiB, never 50 ms. OPENPASSAGE_FUZZ_SECONDS
/// says for how long, all targets together; OPENPASSAGE_FUZZ_SEED and OPENPASSAGE_FUZZ_CASE run again what a failure names.
/// </summary>
public class FuzzTests
{
    /// <summary>So many are judged however slow the machine is: enough to see the outcomes that each target asks for.</summary>
    private const int LeastCases = 1000;

    private static readonly TimeSpan time = TimeSpan.FromSeconds(Setting("SECONDS") ?? 20) / Target.All.Count;
    private static readonly int seed = Setting("SEED") ?? Random.Shared.Next(1_000_000);

    public static TheoryData<string> Targets => [.. Target.All.Select(target => target.Name)];

    [Theory]
    [MemberData(nameof(Targets))]
    public void Bent_input_is_refused_or_accepted_in_little_time_and_space(string name)
    {
        var target = Find(name);
        var fuzzing = new Fuzzing(target, seed);
        if (Setting("CASE") is { } number)
        {
            fuzzing.Judge(number);
            return;
        }
        fuzzing.Run(LeastCases, time);
        TestContext.Current.TestOutputHelper?.WriteLine(fuzzing.ToString());
        Assert.True(fuzzing.Outcomes.Count >= target.LeastOutcomes, $"too few outcomes: bent input does not get far. {fuzzing}");
    }

    [Theory]
    [MemberData(nameof(Targets))]
    public void What_is_not_bent_is_accepted(string name) =>
        Assert.All(Find(name).Good(), good => Assert.Equal(Target.Accepted, good.Judge()));

    [Theory]
    [MemberData(nameof(Targets))]
    public void A_seed_leads_to_the_same_cases_again(string name)
    {
        var target = Find(name);
        for (var number = 0; number < 20; number++)
            Assert.Equal(target.Make(new Random(number)).Input, target.Make(new Random(number)).Input);
    }

    private static Target Find(string name) => Target.All.Single(target => target.Name == name);

    private static int? Setting(string name)
    {
        var text = Environment.GetEnvironmentVariable($"OPENPASSAGE_FUZZ_{name}");
        return int.TryParse(text, CultureInfo.InvariantCulture, out var value) ? value : null;
    }
}
