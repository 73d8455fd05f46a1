using System.Text.RegularExpressions;
using OpenPassage.Server.Settings;

namespace OpenPassage.Server.Apps;

/// <summary>What an app's related origins, native apps and pages must be, as predicates: the setting's name is the subject.</summary>
internal static partial class DomainRules
{
    /// <summary>How many names of related origins every browser heeds (§5.11).</summary>
    public const int MaxLabels = 5;

    private const int MaxNameLength = 255;

    public const string NoFingerprint =
        "is empty and should have the SHA-256 fingerprint of each certificate that the app is signed with: 'keytool -list -v', or the Play "
        + "Console under App integrity.";

    /// <summary>What apps of one RP ID cannot have together, since its domain has one document for them all.</summary>
    /// <returns>Which app, and what is wrong with it; null: nothing.</returns>
    public static (int Index, Complaint Complaint)? BrokenTogether(IList<AppOptions> apps)
    {
        for (var i = 0; i < apps.Count; i++)
        {
            var before = apps.Take(i).Where(app => Domain.ToAscii(app.RpId) == Domain.ToAscii(apps[i].RpId)).ToList();
            if (BrokenLabels(before.SelectMany(app => app.RelatedOrigins).Concat(apps[i].RelatedOrigins)) is { } broken)
                return (i, new(new(nameof(AppOptions.RelatedOrigins)), $", with those of other apps of the same RpId, {broken}"));
            if (before.Any(app => HasEndpoints(app) && HasEndpoints(apps[i]) && EndpointsOf(app) != EndpointsOf(apps[i])))
            {
                return (i, new(
                    new(nameof(AppOptions.PasskeyEndpoints)),
                    "differs from another app's with the same RpId, whose domain can name one page each: let one of them have it, or both "
                    + "the same."));
            }
        }

        return null;
    }

    /// <summary>What is wrong with an origin as one on another domain: a predicate, or null.</summary>
    public static string? BrokenRelatedOrigin(string text, string rpId)
    {
        if (AppRules.BrokenWebOrigin(text, rpId, out var host) is { } broken)
            return broken;
        if (text.StartsWith("http:", StringComparison.Ordinal))
            return $"is '{text}' and should begin with https.";
        if (Domain.Covers(rpId, host))
            return $"is '{text}', which is on {rpId}, the RpId, and belongs in Origins.";
        return PublicSuffixes.RegistrableLabel(host) is null
            ? $"is '{text}', and browsers accept only domains that can be registered, such as https://example.co.uk."
            : null;
    }

    /// <summary>What is wrong with related origins together: a predicate, or null.</summary>
    public static string? BrokenLabels(IEnumerable<string> origins)
    {
        var labels = origins
            .Select(origin => PublicSuffixes.RegistrableLabel(Domain.ToOrigin(origin)!.Value.Host))
            .Distinct(StringComparer.Ordinal)
            .ToList();
        return labels.Count <= MaxLabels
            ? null
            : $"has {labels.Count} different names ({string.Join(", ", labels)}) and should have {MaxLabels} at most: browsers stop "
                + "reading there. example.com and example.co.uk count as one.";
    }

    public static string? BrokenPackage(string package)
        => package.Length <= MaxNameLength && Package().IsMatch(package)
            ? null
            : $"is '{package}' and should be a package name such as com.example.shop.";

    public static string? BrokenFingerprint(string text)
        => AndroidApp.ToFingerprint(text) is not null
            ? null
            : $"is '{text}' and should be a SHA-256 fingerprint: 32 bytes in hexadecimal, with or without colons.";

    public static string? BrokenAppleApp(string text)
        => text.Length <= MaxNameLength && AppleApp().IsMatch(text)
            ? null
            : $"is '{text}' and should be the team id, a dot and the bundle id, such as ABCDE12345.com.example.shop.";

    public static string? BrokenPage(string url)
        => Uri.TryCreate(url, UriKind.Absolute, out var uri) && uri.Scheme == Uri.UriSchemeHttps && uri.UserInfo.Length == 0
            && url.All(character => character is > ' ' and <= '~')
                ? null
                : $"is '{url}' and should be the address of a page, such as https://example.com/account/passkeys.";

    private static bool HasEndpoints(AppOptions app) => EndpointsOf(app) != (null, null, null);

    private static (string?, string?, string?) EndpointsOf(AppOptions app)
        => (app.PasskeyEndpoints.Enroll, app.PasskeyEndpoints.Manage, app.PasskeyEndpoints.PrfUsageDetails);

    [GeneratedRegex(@"^[A-Za-z]\w*(\.[A-Za-z]\w*)+\z", RegexOptions.ECMAScript, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Package();

    [GeneratedRegex(@"^[A-Z0-9]{10}\.[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*\z", RegexOptions.ECMAScript, matchTimeoutMilliseconds: 1000)]
    private static partial Regex AppleApp();
}
