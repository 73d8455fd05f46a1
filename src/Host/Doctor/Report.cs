using System.Text.Json.Serialization;

namespace OpenPassage.Host.Doctor;

/// <summary>All that was found.</summary>
internal sealed record Report(IReadOnlyList<Finding> Findings)
{
    public int Errors => Findings.Count(finding => finding.Outcome == Finding.Error);

    public int Warnings => Findings.Count(finding => finding.Outcome == Finding.Warning);

    [JsonIgnore]
    public int ExitCode => Errors > 0 ? Terminals.ExitCode.Wrong : Warnings > 0 ? Terminals.ExitCode.Warnings : Terminals.ExitCode.Done;
}

/// <summary>One thing that was found.</summary>
/// <param name="Check">What was looked at: settings, directory, database, clock, keys, address, mail, app.</param>
/// <param name="Outcome"><c>ok</c>, <c>warning</c> or <c>error</c>.</param>
/// <param name="What">A sentence.</param>
/// <param name="Advice">What to do about it; null: nothing, or <paramref name="What"/> says so.</param>
internal sealed record Finding(string Check, string Outcome, string What, string? Advice)
{
    public const string Ok = "ok";
    public const string Warning = "warning";
    public const string Error = "error";
}

/// <summary>The findings of one check, in the order in which they were made.</summary>
internal sealed class Findings(string check) : List<Finding>
{
    public void Ok(string what) => Add(new(check, Finding.Ok, what, null));

    public void Warn(string what, string? advice = null) => Add(new(check, Finding.Warning, what, advice));

    public void Wrong(string what, string? advice = null) => Add(new(check, Finding.Error, what, advice));
}
