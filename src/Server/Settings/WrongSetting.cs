using Microsoft.Extensions.Options;

namespace OpenPassage.Server.Settings;

/// <summary>What stops a start: one sentence that names the setting and says what it should be.</summary>
internal static class WrongSetting
{
    public static OptionsValidationException Make(string setting, string predicate)
        => new(OpenPassageOptions.Section, typeof(OpenPassageOptions), [Sentence(setting, predicate)]);

    public static string Sentence(string setting, string predicate) => $"{OpenPassageOptions.Section}:{setting} {predicate}";
}
