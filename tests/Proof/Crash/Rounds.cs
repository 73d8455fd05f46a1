namespace OpenPassage.Proof.Tests.Crash;

/// <summary>How often something is killed: 5 times unless <c>OPENPASSAGE_CRASH_ROUNDS</c> says otherwise.</summary>
internal static class Rounds
{
    public static int Count { get; } =
        Environment.GetEnvironmentVariable("OPENPASSAGE_CRASH_ROUNDS") is { Length: > 0 } text ? int.Parse(text) : 5;
}
