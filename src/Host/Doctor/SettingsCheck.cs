using Microsoft.Extensions.Options;
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
        new OptionsFromConfiguration(configuration.GetSection(OpenPassageOptions.Section), wrong).Configure(options);
        wrong.AddRange(OptionsRules.Broken(options));
        wrong.AddRange(ServerHost.BrokenUrls(configuration["urls"]));
        wrong.AddRange(BrokenFiles(options, time));
        foreach (var sentence in wrong)
            findings.Wrong(sentence);
        if (wrong is [])
            findings.Ok("Every setting can be used.");
        return (options, findings);
    }

    private static IEnumerable<string> BrokenFiles(OpenPassageOptions options, TimeProvider time)
    {
        // Each alone, since the first that cannot be read hides the other.
        foreach (var one in (OpenPassageOptions[])[new() { AttestationAnchors = options.AttestationAnchors }, new() { FidoMetadata = options.FidoMetadata }])
        {
            string? broken = null;
            try
            {
                _ = new AttestationSources(Options.Create(one), time);
            }
            catch (OptionsValidationException e)
            {
                broken = e.Message;
            }

            if (broken is not null)
                yield return broken;
        }
    }
}
