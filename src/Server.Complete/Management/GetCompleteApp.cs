using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using OpenPassage.Server.Admission;
using OpenPassage.Server.Apps;
using OpenPassage.Server.Complete.Accounts;
using OpenPassage.Server.Complete.Keys;
using OpenPassage.Server.Http;
using OpenPassage.Server.Manage;

namespace OpenPassage.Server.Complete.Management;

/// <summary>An app as Passage's older backend SDKs ask for it. Who manages apps asks <see cref="GetApp"/>.</summary>
internal static class GetCompleteApp
{
    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("apps/{app_id}", Handle)
        .Needs(ApiKeyScopes.UsersRead)
        .Describe(nameof(GetCompleteApp), "The app as older backend SDKs read it.");

    private static async Task<Outcome<CompleteAppFound>> Handle(
        AppCall call, ManagedApps apps, SigningKeys keys, TimeProvider time, CancellationToken cancellationToken)
    {
        var record = await apps.GetAsync(call.AppId, cancellationToken);
        var key = (await keys.GetAsync(call.App, cancellationToken)).Current(time.GetUtcNow());
        return new CompleteAppFound(CompleteApp.Of(call.App, record.CreatedAt, key?.Pem ?? ""));
    }
}

internal sealed record CompleteAppFound(CompleteApp App) : IAnswer<CompleteAppFound>
{
    public static JsonTypeInfo<CompleteAppFound> Json => ManagementWire.Default.CompleteAppFound;
}

/// <summary>
/// An app with every member that Passage's older SDKs decode. Where the server has no such thing it is empty, off or zero; lifetimes are in
/// seconds.
/// </summary>
internal sealed record CompleteApp
{
    public required string Id { get; init; }
    public required string Name { get; init; }
    public string Type { get; init; } = "complete";
    public required DateTimeOffset CreatedAt { get; init; }
    public required string AuthOrigin { get; init; }
    public required IReadOnlyList<string> AdditionalAuthOrigins { get; init; }
    public required string LoginUrl { get; init; }
    public required string RedirectUrl { get; init; }
    public required string AllowedIdentifier { get; init; }
    public required string RequiredIdentifier { get; init; }
    public required bool PublicSignup { get; init; }
    public required bool RequireEmailVerification { get; init; }
    public required bool RequireIdentifierVerification { get; init; }
    public required string AuthFallbackMethod { get; init; }
    public required long AuthFallbackMethodTtl { get; init; }
    public required AllAuthMethods AuthMethods { get; init; }
    public required string DefaultLanguage { get; init; }
    public required IReadOnlyList<MetadataField> UserMetadataSchema { get; init; }
    public required Dictionary<string, object> ElementCustomization { get; init; }
    public required Dictionary<string, object> ElementCustomizationDark { get; init; }
    public required AppLayouts Layouts { get; init; }
    public required bool ProfileManagement { get; init; }
    public required bool PassageBranding { get; init; }
    public bool AutoThemeEnabled { get; init; }
    public required long SessionTimeoutLength { get; init; }
    public required bool RefreshEnabled { get; init; }
    public required long RefreshAbsoluteLifetime { get; init; }
    public required long RefreshInactivityLifetime { get; init; }

    /// <summary>In PEM: of the key that signs now.</summary>
    public required string RsaPublicKey { get; init; }

    // Of a login on a host of Passage's own, which there is not.
    public bool Hosted { get; init; }
    public string HostedSubdomain { get; init; } = "";
    public string HostedTheme { get; init; } = "auto";
    public string ApplicationLoginUri { get; init; } = "";
    public IReadOnlyList<string> AllowedCallbackUrls { get; init; } = [];
    public IReadOnlyList<string> AllowedLogoutUrls { get; init; } = [];

    // Of Passage's console: what its page showed to whom.
    public string Role { get; init; } = "";
    public IReadOnlyList<string> Technologies { get; init; } = [];

    public static CompleteApp Of(App app, DateTimeOffset createdAt, string publicKey)
    {
        var (page, settings) = (PublicApp.Of(app, publicKey), app.Settings.Complete);
        var (methods, session) = (settings.Methods, settings.Session);
        return new()
        {
            Id = page.Id,
            Name = page.Name,
            CreatedAt = createdAt,
            AuthOrigin = page.AuthOrigin,
            AdditionalAuthOrigins = [.. app.Origins.Concat(app.RelatedOrigins).Where(origin => origin != page.AuthOrigin)],
            LoginUrl = page.LoginUrl,
            RedirectUrl = page.RedirectUrl,
            AllowedIdentifier = page.AllowedIdentifier,
            RequiredIdentifier = page.RequiredIdentifier,
            PublicSignup = page.PublicSignup,
            RequireEmailVerification = page.RequireEmailVerification,
            RequireIdentifierVerification = page.RequireIdentifierVerification,
            AuthFallbackMethod = page.AuthFallbackMethod,
            AuthFallbackMethodTtl = page.AuthFallbackMethodTtl,
            AuthMethods = new(
                new(methods.Passkeys), MessageSwitch.Of(methods.Otp, methods.OtpTtl),
                MessageSwitch.Of(methods.MagicLink, methods.MagicLinkTtl)),
            DefaultLanguage = page.DefaultLanguage,
            UserMetadataSchema = page.UserMetadataSchema,
            ElementCustomization = page.ElementCustomization,
            ElementCustomizationDark = page.ElementCustomizationDark,
            Layouts = page.Layouts,
            ProfileManagement = page.ProfileManagement,
            PassageBranding = page.PassageBranding,
            SessionTimeoutLength = page.SessionTimeoutLength,
            RefreshEnabled = session.Refresh,
            RefreshAbsoluteLifetime = (long)session.RefreshAbsolute.TotalSeconds,
            RefreshInactivityLifetime = (long)session.RefreshInactivity.TotalSeconds,
            RsaPublicKey = publicKey,
        };
    }
}

/// <summary>All three are there, on or off; a page is told only of those that are on (<see cref="AuthMethods"/>).</summary>
internal sealed record AllAuthMethods(PasskeysSwitch Passkeys, MessageSwitch Otp, MessageSwitch MagicLink);

internal sealed record PasskeysSwitch(bool Enabled);

/// <param name="Enabled">Whether it is on.</param>
/// <param name="Ttl">In seconds.</param>
/// <param name="TtlDisplayUnit">What people are shown it in.</param>
internal sealed record MessageSwitch(bool Enabled, long Ttl, string TtlDisplayUnit)
{
    public static MessageSwitch Of(bool enabled, TimeSpan ttl)
    {
        var method = MessageMethod.Of(ttl);
        return new(enabled, method.Ttl, method.TtlDisplayUnit);
    }
}
