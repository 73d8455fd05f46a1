using Microsoft.Extensions.Options;
using OpenPassage.Host.Serving;
using OpenPassage.Server;
using OpenPassage.Server.Apps;

namespace OpenPassage.Host.Doctor;

/// <summary>What a start would refuse, all of it and not the first only.</summary>
internal static class SettingsCheck
{
    /// <summary>The options, with what cannot be read left at its default.</summary>
    public static (OpenPassageOptions Options, Findings Findings) Read(IConfiguration configuration, TimeProvider time)
    {
        var findings = new Findings("settings");
        var (options, wrong) = (new OpenPassageOptions(), new List<string>());
        new OptionsFromConfiguration(configuration.GetSection(OpenPassageOptions.Section), ServedRooms.Settings, wrong).Configure(options);
        wrong.AddRange(OptionsRules.Broken(options, ServedRooms.Settings));
        wrong.AddRange(ServerHost.BrokenUrls(configuration["urls"]));
        foreach (var sentence in wrong)
            findings.Wrong(sentence);
        var problems = new AttestationSources(Options.Create(options), time).Problems;
        Add(findings, problems);
        if (wrong is [] && problems is [])
            findings.Ok("Every setting can be used.");
        return (options, findings);
    }

    /// <summary>Files that cannot be used, and such that should be newer.</summary>
    public static void Add(Findings findings, IEnumerable<SourceProblem> problems)
    {
        foreach (var problem in problems)
        {
            if (problem.IsUsed)
                findings.Warn(problem.Sentence, problem.Advice);
            else
                findings.Wrong(problem.Sentence, problem.Advice);
        }
    }
}
