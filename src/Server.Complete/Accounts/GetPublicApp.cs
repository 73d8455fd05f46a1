using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using OpenPassage.Server.Admission;
using OpenPassage.Server.Apps;
using OpenPassage.Server.Complete.Keys;
using OpenPassage.Server.Complete.Settings;
using OpenPassage.Server.Http;

namespace OpenPassage.Server.Complete.Accounts;

/// <summary>What a page has to know of its app before anybody has signed in.</summary>
internal static class GetPublicApp
{
    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("apps/{app_id}", Handle)
        .Describe(nameof(GetPublicApp), "How people sign up and in: what a page has to know.");

    private static async Task<Outcome<PublicAppFound>> Handle(
        AppCall call, SigningKeys keys, TimeProvider time, CancellationToken cancellationToken)
    {
        var key = (await keys.GetAsync(call.App, cancellationToken)).Current(time.GetUtcNow());
        return new PublicAppFound(PublicApp.Of(call.App, key?.Pem ?? ""));
    }
}

internal sealed record PublicAppFound(PublicApp App) : IAnswer<PublicAppFound>
{
    public static JsonTypeInfo<PublicAppFound> Json => AccountsWire.Default.PublicAppFound;
}

/// <summary>An app as Passage's clients decode it: every member is there.</summary>
internal sealed record PublicApp
{
    public required string Id { get; init; }
    public required string Name { get; init; }
    public required string AllowedIdentifier { get; init; }
    public required string RequiredIdentifier { get; init; }

    /// <summary>Superseded by <see cref="AuthMethods"/>.</summary>
    public required string AuthFallbackMethod { get; init; }

    /// <summary>In seconds.</summary>
    public required long AuthFallbackMethodTtl { get; init; }

    public required AuthMethods AuthMethods { get; init; }
    public required string AuthOrigin { get; init; }
    public required string DefaultLanguage { get; init; }
    public required Dictionary<string, object> ElementCustomization { get; init; }
    public required Dictionary<string, object> ElementCustomizationDark { get; init; }
    public bool Ephemeral { get; init; }
    public required AppLayouts Layouts { get; init; }
    public required string LoginUrl { get; init; }
    public bool PassageBranding { get; init; }
    public required bool PublicSignup { get; init; }
    public bool ProfileManagement { get; init; } = true;
    public required string RedirectUrl { get; init; }
    public required bool RequireEmailVerification { get; init; }
    public required bool RequireIdentifierVerification { get; init; }

    /// <summary>In PEM: of the key that signs now.</summary>
    public required string RsaPublicKey { get; init; }

    /// <summary>In seconds.</summary>
    public required long SessionTimeoutLength { get; init; }

    public SocialProviders SocialConnections { get; init; } = new();
    public required IReadOnlyList<MetadataField> UserMetadataSchema { get; init; }

    public static PublicApp Of(App app, string publicKey)
    {
        var settings = app.Settings.Complete;
        var methods = settings.Methods;
        return new()
        {
            Id = app.Id.Value,
            Name = app.Name,
            AllowedIdentifier = settings.AllowedIdentifier,
            RequiredIdentifier = settings.RequiredIdentifier,
            AuthFallbackMethod = methods.Otp ? "otp" : methods.MagicLink ? "magic_link" : "none",
            AuthFallbackMethodTtl = (long)(methods.Otp ? methods.OtpTtl : methods.MagicLinkTtl).TotalSeconds,
            AuthMethods = new AuthMethods
            {
                Passkeys = methods.Passkeys ? new PasskeysMethod() : null,
                Otp = methods.Otp ? MessageMethod.Of(methods.OtpTtl) : null,
                MagicLink = methods.MagicLink ? MessageMethod.Of(methods.MagicLinkTtl) : null,
            },
            AuthOrigin = AuthOrigins.Of(app),
            DefaultLanguage = settings.DefaultLanguage,
            ElementCustomization = ElementLook.OnLight(settings.ElementCustomization),
            ElementCustomizationDark = ElementLook.OnDark(settings.ElementCustomizationDark),
            Layouts = ElementLook.LayoutsOf(settings.UserMetadata),
            LoginUrl = settings.LoginUrl,
            PublicSignup = settings.PublicSignup,
            RedirectUrl = settings.RedirectUrl,
            RequireEmailVerification = settings is { RequireIdentifierVerification: true, AllowedIdentifier: not "phone" },
            RequireIdentifierVerification = settings.RequireIdentifierVerification,
            RsaPublicKey = publicKey,
            SessionTimeoutLength = (long)settings.Session.TokenLifetime.TotalSeconds,
            UserMetadataSchema = [.. settings.UserMetadata.Select(MetadataField.Of)],
        };
    }
}

/// <summary>A method that is there is on.</summary>
internal sealed record AuthMethods
{
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public PasskeysMethod? Passkeys { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public MessageMethod? Otp { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public MessageMethod? MagicLink { get; init; }
}

internal sealed record PasskeysMethod;

/// <param name="Ttl">In seconds.</param>
/// <param name="TtlDisplayUnit">What people are shown it in: <c>s</c>, <c>m</c>, <c>h</c> or <c>d</c>.</param>
internal sealed record MessageMethod(long Ttl, string TtlDisplayUnit)
{
    public static MessageMethod Of(TimeSpan ttl) => new((long)ttl.TotalSeconds, (long)ttl.TotalSeconds switch
    {
        var seconds when seconds % 86400 == 0 => "d",
        var seconds when seconds % 3600 == 0 => "h",
        var seconds when seconds % 60 == 0 => "m",
        _ => "s",
    });
}

/// <summary>None yet.</summary>
internal sealed record SocialProviders;

internal sealed record MetadataField(string FieldName, string FriendlyName, string Id, bool Profile, bool Registration, string Type)
{
    public static MetadataField Of(MetadataFieldOptions field)
        => new(
            field.Name,
            field.FriendlyName is { Length: > 0 } label ? label : field.Name,
            field.Name,
            field.Profile,
            field.Registration,
            field.Type);
}
