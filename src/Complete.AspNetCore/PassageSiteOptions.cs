using Microsoft.Extensions.Options;

namespace OpenPassage.Complete.AspNetCore;

/// <summary>Which app of which server this application is, and how it takes tokens. Section <c>Passage</c>, usually.</summary>
public sealed class PassageSiteOptions
{
    /// <summary>The app's id. Required.</summary>
    public string AppId { get; set; } = "";

    /// <summary>
    /// An API key of the app, for managing users with <see cref="Passage"/>; validating tokens needs none. It is a secret, so keep it in
    /// user secrets, the environment or a vault.
    /// </summary>
    public string? ApiKey { get; set; }

    /// <summary>
    /// Where this application reaches the server, without <c>/v1</c>. Unless set: the server in this application, where
    /// <c>AddOpenPassage</c> has added one, which is called without HTTP; else <c>http://localhost:8420</c>.
    /// </summary>
    public Uri? BaseAddress { get; set; }

    /// <summary>The issuer that tokens must name; not checked unless set. See <see cref="PassageOptions.Issuer"/>.</summary>
    public string? Issuer { get; set; }

    /// <summary>How long one call to the server may take, repetitions included; 10 seconds unless set.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// The cookie that may bring a token where no <c>Authorization: Bearer</c> does: <c>psg_auth_token</c>, where the browser SDK keeps it.
    /// Empty: no cookie is read. The cookie is accepted for GET, HEAD and OPTIONS; for other methods and for WebSockets it is accepted only
    /// if the browser says that the request comes from a page of this origin.
    /// </summary>
    public string CookieName { get; set; } = PassageDefaults.CookieName;

    /// <summary>How long a sign-in counts as recent in <see cref="PassagePolicies.RecentSignIn"/>; 10 minutes unless set.</summary>
    public TimeSpan RecentSignIn { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>What the SDK takes of it.</summary>
    internal PassageOptions ToClient(Uri unlessSet) => new() { BaseAddress = BaseAddress ?? unlessSet, Timeout = Timeout, Issuer = Issuer };

    internal Passage NewPassage(PassageOptions client) => ApiKey is null ? new(AppId, client) : new(AppId, ApiKey, client);
}

/// <summary>Stops the start with a sentence that names the setting.</summary>
internal sealed class PassageSiteOptionsRules : IValidateOptions<PassageSiteOptions>
{
    public ValidateOptionsResult Validate(string? name, PassageSiteOptions options) =>
        Complaint(options) is { } complaint ? ValidateOptionsResult.Fail(complaint) : ValidateOptionsResult.Success;

    private static string? Complaint(PassageSiteOptions options)
    {
        if (string.IsNullOrWhiteSpace(options.AppId))
            return "AppId of the passkey server is missing. Set Passage:AppId, or AppId in AddPassage.";
        if (options.RecentSignIn <= TimeSpan.Zero)
            return "RecentSignIn must be longer than zero.";
        try
        {
            options.NewPassage(options.ToClient(ServerInside.Address)).Dispose();
            return null;
        }
        catch (ArgumentException wrong)
        {
            return $"The settings of the passkey server are wrong: {wrong.Message}";
        }
    }
}
