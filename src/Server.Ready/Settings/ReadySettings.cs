using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using OpenPassage.Server.Settings;

namespace OpenPassage.Server.Ready.Settings;

/// <summary>Reads what is configured of readiness.</summary>
/// <param name="section">The section <c>OpenPassage</c>.</param>
/// <param name="wrong">Gets each sentence, and what is wrong counts as absent; null: the first is thrown.</param>
internal sealed class ReadySettings(IConfiguration section, ICollection<string>? wrong = null) : IConfigureOptions<OpenPassageReadyOptions>
{
    private const string Section = "Readiness";

    public const string ReportsPerMinute = $"{Section}:{nameof(OpenPassageReadyOptions.ReportsPerMinute)}";
    public const string DevicesPerNetworkAndHour = $"{Section}:{nameof(OpenPassageReadyOptions.DevicesPerNetworkAndHour)}";

    public void Configure(OpenPassageReadyOptions options)
    {
        var settings = new SettingsReader(section, wrong);
        options.ReportsPerMinute = settings.Limit(ReportsPerMinute, options.ReportsPerMinute);
        options.DevicesPerNetworkAndHour = settings.Limit(DevicesPerNetworkAndHour, options.DevicesPerNetworkAndHour);
    }

    /// <summary>A sentence for every rule that is broken.</summary>
    public static IEnumerable<string> Broken(OpenPassageReadyOptions options)
        => ((string?[])
            [
                BrokenLimit(ReportsPerMinute, options.ReportsPerMinute),
                BrokenLimit(DevicesPerNetworkAndHour, options.DevicesPerNetworkAndHour),
            ]).OfType<string>();

    // Set in code: what is read is never negative.
    private static string? BrokenLimit(string setting, int limit)
        => limit >= 0 ? null : WrongSetting.Sentence(setting, $"is {limit} and should be a number, or 0 for no limit.");
}
