using System.Text.RegularExpressions;
using OpenPassage.Server.Settings;

namespace OpenPassage.Server.Apps;

/// <summary>What an app's related origins, native apps and pages must be. Each rule that is broken is a sentence that names the setting.</summary>
internal static partial class DomainRules
{
    /// <summary>How many names of related origins every browser heeds (§5.11).</summary>
    public const int MaxLabels = 5;

    private const int MaxNameLength = 255;

    /// <summary>A sentence for every rule that is broken, of an app whose RP ID is good.</summary>
    public static IEnumerable<string> Broken(AppOptions app, string setting)
    {
        var relatedOrigins = app.RelatedOrigins
            .Select((origin, i) => BrokenRelatedOrigin(origin, Domain.ToAscii(app.RpId)!, $"{setting}:{nameof(app.RelatedOrigins)}:{i}"))
            .OfType<string>()
            .ToList();
        string?[] rest =
        [
            relatedOrigins is [] ? BrokenLabels(app.RelatedOrigins, $"{setting}:{nameof(app.RelatedOrigins)}") : null,
            .. app.AndroidApps.Select((android, i) => BrokenAndroidApp(android, $"{setting}:{nameof(app.AndroidApps)}:{i}")),
            .. app.AppleApps.Select((apple, i) => BrokenAppleApp(apple, $"{setting}:{nameof(app.AppleApps)}:{i}")),
            BrokenPage(app.PasskeyEndpoints.Enroll, $"{setting}:{nameof(app.PasskeyEndpoints)}:{nameof(PasskeyEndpointsOptions.Enroll)}"),
            BrokenPage(app.PasskeyEndpoints.Manage, $"{setting}:{nameof(app.PasskeyEndpoints)}:{nameof(PasskeyEndpointsOptions.Manage)}"),
            BrokenPage(app.PasskeyEndpoints.PrfUsageDetails, $"{setting}:{nameof(app.PasskeyEndpoints)}:{nameof(PasskeyEndpointsOptions.PrfUsageDetails)}"),
        ];
        return relatedOrigins.Concat(rest.OfType<string>());
    }

    /// <summary>What apps of one RP ID cannot have together, since its domain has one document for them all.</summary>
    public static string? BrokenTogether(IList<AppOptions> apps)
    {
        for (var i = 0; i < apps.Count; i++)
        {
            var before = apps.Take(i).Where(app => Domain.ToAscii(app.RpId) == Domain.ToAscii(apps[i].RpId)).ToList();
            var setting = $"{nameof(OpenPassageOptions.Apps)}:{i}";
            if (BrokenLabels(before.SelectMany(app => app.RelatedOrigins).Concat(apps[i].RelatedOrigins), $"{setting}:{nameof(AppOptions.RelatedOrigins)}, with those of other apps of the same RpId,") is { } broken)
                return broken;
            if (before.Any(app => HasEndpoints(app) && HasEndpoints(apps[i]) && EndpointsOf(app) != EndpointsOf(apps[i])))
                return WrongSetting.Sentence($"{setting}:{nameof(AppOptions.PasskeyEndpoints)}", "differs from another app's with the same RpId, whose domain can name one page each: let one of them have it, or both the same.");
        }

        return null;
    }

    /// <summary>What is wrong with an origin as one on another domain: a sentence, or null.</summary>
    public static string? BrokenRelatedOrigin(string text, string rpId, string setting)
    {
        if (AppRules.BrokenWebOrigin(text, rpId, setting, out var host) is { } broken)
            return broken;
        if (text.StartsWith("http:", StringComparison.Ordinal))
            return WrongSetting.Sentence(setting, $"is '{text}' and should begin with https.");
        if (Domain.Covers(rpId, host))
            return WrongSetting.Sentence(setting, $"is '{text}', which is on {rpId}, the RpId, and belongs into Origins.");
        return PublicSuffixes.RegistrableLabel(host) is null
            ? WrongSetting.Sentence(setting, $"is '{text}', and browsers heed domains only that somebody can own, such as https://example.co.uk.")
            : null;
    }

    /// <summary>What is wrong with related origins together: a sentence, or null.</summary>
    public static string? BrokenLabels(IEnumerable<string> origins, string setting)
    {
        var labels = origins.Select(origin => PublicSuffixes.RegistrableLabel(Domain.ToOrigin(origin)!.Value.Host)).Distinct(StringComparer.Ordinal).ToList();
        return labels.Count <= MaxLabels
            ? null
            : WrongSetting.Sentence(setting, $"has {labels.Count} different names ({string.Join(", ", labels)}) and should have {MaxLabels} at most: browsers stop reading there. example.com and example.co.uk count as one.");
    }

    private static string? BrokenAndroidApp(AndroidAppOptions android, string setting)
    {
        if (android.Package.Length > MaxNameLength || !Package().IsMatch(android.Package))
            return WrongSetting.Sentence($"{setting}:{nameof(android.Package)}", $"is '{android.Package}' and should be a package name such as com.example.shop.");
        if (android.CertificateFingerprints.Count == 0)
            return WrongSetting.Sentence($"{setting}:{nameof(android.CertificateFingerprints)}", "is empty and should have the SHA-256 fingerprint of each certificate that the app is signed with: 'keytool -list -v', or the Play Console under App integrity.");
        return First(android.CertificateFingerprints, (text, i) => AndroidApp.ToFingerprint(text) is not null
            ? null
            : WrongSetting.Sentence($"{setting}:{nameof(android.CertificateFingerprints)}:{i}", $"is '{text}' and should be a SHA-256 fingerprint: 32 bytes in hexadecimal, with or without colons."));
    }

    private static string? BrokenAppleApp(string text, string setting)
        => text.Length <= MaxNameLength && AppleApp().IsMatch(text)
            ? null
            : WrongSetting.Sentence(setting, $"is '{text}' and should be the team id, a dot and the bundle id, such as ABCDE12345.com.example.shop.");

    private static string? BrokenPage(string? url, string setting)
        => url is null || (Uri.TryCreate(url, UriKind.Absolute, out var uri) && uri.Scheme == Uri.UriSchemeHttps && uri.UserInfo.Length == 0 && url.All(character => character is > ' ' and <= '~'))
            ? null
            : WrongSetting.Sentence(setting, $"is '{url}' and should be the address of a page, such as https://example.com/account/passkeys.");

    private static bool HasEndpoints(AppOptions app) => EndpointsOf(app) != (null, null, null);

    private static (string?, string?, string?) EndpointsOf(AppOptions app)
        => (app.PasskeyEndpoints.Enroll, app.PasskeyEndpoints.Manage, app.PasskeyEndpoints.PrfUsageDetails);

    private static string? First<T>(IEnumerable<T> items, Func<T, int, string?> broken) => items.Select(broken).FirstOrDefault(sentence => sentence is not null);

    [GeneratedRegex(@"^[A-Za-z]\w*(\.[A-Za-z]\w*)+\z", RegexOptions.ECMAScript, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Package();

    [GeneratedRegex(@"^[A-Z0-9]{10}\.[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*\z", RegexOptions.ECMAScript, matchTimeoutMilliseconds: 1000)]
    private static partial Regex AppleApp();
}
