using Microsoft.Extensions.Options;

namespace OpenPassage.Flex.AspNetCore;

/// <summary>Which app of which server this application is, and how strict its passkey endpoints are. Section <c>Passage</c>, usually.</summary>
public sealed class PassageFlexSettings
{
    /// <summary>The app's id. Needed.</summary>
    public string AppId { get; set; } = "";

    /// <summary>An API key of the app. Needed; a secret, so it belongs in user secrets, the environment or a vault.</summary>
    public string ApiKey { get; set; } = "";

    /// <summary>Where this application reaches the server; <c>http://localhost:8420</c> unless set. Without <c>/v1</c>.</summary>
    public Uri BaseAddress { get; set; } = new("http://localhost:8420");

    /// <summary>Where browsers reach the server, when that is not <see cref="BaseAddress"/>.</summary>
    public Uri? PublicAddress { get; set; }

    /// <summary>How long one call to the server may take, repetitions included; 10 seconds unless set.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Whether adding and revoking a passkey needs a sign-in within <see cref="RecentSignIn"/>: true unless set, because a session
    /// left open on a shared computer, or a stolen one, must not be enough to make a new way in.
    /// </summary>
    public bool RequireRecentSignIn { get; set; } = true;

    /// <summary>How long a sign-in counts as recent, here and in <see cref="PasskeyPolicies.RecentSignIn"/>; 10 minutes unless set.</summary>
    public TimeSpan RecentSignIn { get; set; } = TimeSpan.FromMinutes(10);
}

/// <summary>Stops the start with a sentence that names the setting.</summary>
internal sealed class PassageFlexSettingsRules : IValidateOptions<PassageFlexSettings>
{
    public ValidateOptionsResult Validate(string? name, PassageFlexSettings options)
    {
        if (string.IsNullOrWhiteSpace(options.AppId))
            return ValidateOptionsResult.Fail("AppId of the passkey server is missing. Set Passage:AppId, or AppId in AddPassageFlex.");
        if (string.IsNullOrWhiteSpace(options.ApiKey))
            return ValidateOptionsResult.Fail("ApiKey of the passkey server is missing. Set Passage:ApiKey, for example with dotnet user-secrets.");
        if (options.PublicAddress is { } address && (!address.IsAbsoluteUri || address.Scheme is not ("http" or "https")))
            return ValidateOptionsResult.Fail("PublicAddress of the passkey server must be an absolute http or https address.");
        if (options.RecentSignIn <= TimeSpan.Zero)
            return ValidateOptionsResult.Fail("RecentSignIn must be longer than zero. To ask for no recent sign-in, set RequireRecentSignIn to false.");
        try
        {
            new PassageFlex(options.AppId, options.ApiKey, new PassageFlexOptions { BaseAddress = options.BaseAddress, Timeout = options.Timeout })
                .Dispose();
            return ValidateOptionsResult.Success;
        }
        catch (ArgumentException wrong)
        {
            return ValidateOptionsResult.Fail($"The settings of the passkey server are not right: {wrong.Message}");
        }
    }
}
