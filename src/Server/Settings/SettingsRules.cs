using Microsoft.Extensions.Options;

namespace OpenPassage.Server.Settings;

/// <summary>Judges options before anything is opened: the first broken rule stops the start with its sentence.</summary>
/// <param name="broken">A sentence for every rule that is broken.</param>
internal sealed class SettingsRules<T>(Func<T, IEnumerable<string>> broken) : IValidateOptions<T>
    where T : class
{
    public ValidateOptionsResult Validate(string? name, T options)
        => broken(options).FirstOrDefault() is { } sentence ? ValidateOptionsResult.Fail(sentence) : ValidateOptionsResult.Success;
}
