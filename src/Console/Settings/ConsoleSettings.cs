using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using OpenPassage.Server;
using OpenPassage.Server.Apps;
using OpenPassage.Server.Http;
using OpenPassage.Server.Settings;

namespace OpenPassage.OperatorConsole.Settings;

/// <summary>Reads the console's settings.</summary>
/// <param name="section">The section <c>OpenPassage</c>.</param>
/// <param name="wrong">Gets each sentence, and what is wrong counts as absent; null: the first is thrown.</param>
internal sealed class ConsoleSettings(IConfiguration section, ICollection<string>? wrong = null)
    : IConfigureOptions<OpenPassageConsoleOptions>
{
    public const string Enabled = $"Console:{nameof(OpenPassageConsoleOptions.Enabled)}";
    public const string Origin = $"Console:{nameof(OpenPassageConsoleOptions.Origin)}";
    public const string PathBase = nameof(OpenPassageConsoleOptions.PathBase);

    public void Configure(OpenPassageConsoleOptions options)
    {
        var settings = new SettingsReader(section, wrong);
        options.Enabled = settings.Flag(Enabled, options.Enabled);
        options.Origin = settings.Text(Origin, options.Origin);
        options.PathBase = settings.Text(PathBase, options.PathBase);
    }
}

/// <summary>The rules for them.</summary>
internal static class ConsoleRules
{
    /// <summary>A sentence for every rule that is broken.</summary>
    public static IEnumerable<string> Broken(OpenPassageConsoleOptions options)
        => ((string?[])[BrokenOrigin(options.Origin), BrokenPathBase(options.PathBase)]).OfType<string>();

    private static string? BrokenOrigin(string origin)
    {
        if (AppRules.BrokenWebOrigin(origin, "passkeys.example.com", out var host) is { } broken)
            return WrongSetting.Sentence(ConsoleSettings.Origin, broken);
        return PublicSuffixes.Contains(host)
            ? WrongSetting.Sentence(
                ConsoleSettings.Origin,
                $"is '{origin}', whose host is a public suffix that unrelated sites share, and should be on a domain of your own.")
            : null;
    }

    private static string? BrokenPathBase(string path)
        => path.Length == 0 || PathBases.Allow(path)
            ? null
            : WrongSetting.Sentence(
                ConsoleSettings.PathBase,
                $"is '{path}' and should be a path such as /passkeys: letters, digits, '-', '.', '_' and '~', a slash before each part and "
                + "none at the end, and the first part none that the server has itself, such as /v1 or /console.");
}
