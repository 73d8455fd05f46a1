using Microsoft.Extensions.Options;
using OpenPassage.Host.Serving;
using OpenPassage.OperatorConsole.Settings;
using OpenPassage.Server;
using OpenPassage.Server.Apps;
using OpenPassage.Server.Complete.Settings;
using OpenPassage.Server.Ready.Settings;

namespace OpenPassage.Host.Doctor;

/// <summary>The options of everything in the program.</summary>
internal sealed record AllOptions(
    OpenPassageOptions Server,
    OpenPassageCompleteOptions Complete,
    OpenPassageReadyOptions Ready,
    OpenPassageConsoleOptions Console,
    OpenPassageHostOptions Host);

/// <summary>What a start would refuse, all of it and not the first only.</summary>
internal static class SettingsCheck
{
    /// <summary>The options, with what cannot be read left at its default.</summary>
    public static (AllOptions Options, Findings Findings) Read(IConfiguration configuration, TimeProvider time)
    {
        var findings = new Findings("settings");
        var (options, wrong) = (new AllOptions(new(), new(), new(), new(), new()), new List<string>());
        var section = configuration.GetSection(OpenPassageOptions.Section);
        new OptionsFromConfiguration(section, ServedRooms.Settings, wrong).Configure(options.Server);
        new ServerSettings(section, wrong).Configure(options.Complete);
        new ReadySettings(section, wrong).Configure(options.Ready);
        new ConsoleSettings(section, wrong).Configure(options.Console);
        new HostSettings(section, wrong).Configure(options.Host);
        wrong.AddRange(OptionsRules.Broken(options.Server, ServedRooms.Settings));
        wrong.AddRange(ServerSettings.Broken(options.Complete));
        wrong.AddRange(ReadySettings.Broken(options.Ready));
        wrong.AddRange(ConsoleRules.Broken(options.Console));
        wrong.AddRange(HostSettings.Broken(options.Host));
        wrong.AddRange(ServerHost.BrokenUrls(configuration["urls"]));
        foreach (var sentence in wrong)
            findings.Wrong(sentence);
        var problems = new AttestationSources(Options.Create(options.Server), time).Problems;
        Add(findings, problems);
        if (wrong is [] && problems is [])
            findings.Ok("All settings are valid.");
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
