using Microsoft.Extensions.Options;

namespace OpenPassage.Flex.AspNetCore;

/// <summary>
/// Which app of which server this application is, and how strict its passkey endpoints are. Section <c>Passage</c>, usually.
/// </summary>
public sealed class PassageFlexSiteOptions
{
    /// <summary>The app's id. Required.</summary>
    public string AppId { get; set; } = "";

    /// <summary>An API key of the app. Required; it is a secret, so keep it in user secrets, the environment or a vault.</summary>
    public string ApiKey { get; set; } = "";

    /// <summary>
    /// Where this application reaches the server, without <c>/v1</c>. Unless set: the server in this application, where
    /// <c>AddOpenPassage</c> has added one, which is called without HTTP; else <c>http://localhost:8420</c>.
    /// </summary>
    public Uri? BaseAddress { get; set; }

    /// <summary>Where browsers reach the server, when that is not <see cref="BaseAddress"/> or this application.</summary>
    public Uri? PublicAddress { get; set; }

    /// <summary>How long one call to the server may take, repetitions included; 10 seconds unless set.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Whether adding and revoking a passkey needs a sign-in within <see cref="RecentSignIn"/>: true unless set, because a session
    /// left open on a shared computer, or a stolen one, must not be enough to make a new way in.
    /// </summary>
    public bool RequireRecentSignIn { get; set; } = true;

    /// <summary>
    /// How long a sign-in counts as recent, here and in <see cref="PasskeyPolicies.RecentSignIn"/>; 10 minutes unless set.
    /// </summary>
    public TimeSpan RecentSignIn { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>What the SDK takes of it.</summary>
    internal PassageFlexOptions ToClient(Uri unlessSet) => new() { BaseAddress = BaseAddress ?? unlessSet, Timeout = Timeout };
}

/// <summary>Stops the start with a sentence that names the setting.</summary>
internal sealed class PassageFlexSiteOptionsRules : IValidateOptions<PassageFlexSiteOptions>
{
    public ValidateOptionsResult Validate(string? name, PassageFlexSiteOptions options) =>
        Complaint(options) is { } complaint ? ValidateOptionsResult.Fail(complaint) : ValidateOptionsResult.Success;

    private static string? Complaint(PassageFlexSiteOptions options)
    {
        if (string.IsNullOrWhiteSpace(options.AppId))
            return "AppId of the passkey server is missing. Set Passage:AppId, or AppId in AddPassageFlex.";
        if (string.IsNullOrWhiteSpace(options.ApiKey))
            return "ApiKey of the passkey server is missing. Set Passage:ApiKey, for example with dotnet user-secrets.";
        if (options.PublicAddress is { } address && (!address.IsAbsoluteUri || address.Scheme is not ("http" or "https")))
            return "PublicAddress of the passkey server must be an absolute http or https address.";
        if (options.RecentSignIn <= TimeSpan.Zero)
            return "RecentSignIn must be longer than zero. To ask for no recent sign-in, set RequireRecentSignIn to false.";
        try
        {
            new PassageFlex(options.AppId, options.ApiKey, options.ToClient(ServerInside.Address)).Dispose();
            return null;
        }
        catch (ArgumentException wrong)
        {
            return $"The settings of the passkey server are wrong: {wrong.Message}";
        }
    }
}
