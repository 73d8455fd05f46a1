using System.Net;

namespace OpenPassage.Server.Apps;

/// <summary>
/// What to do about an origin that is none of an app's: the setting to add it to, where the rules for settings would take it and
/// browsers let it use the RP ID; else what to do instead.
/// </summary>
internal static class OriginAdvice
{
    private const string Setting = $"{OpenPassageOptions.Section}:{nameof(OpenPassageOptions.Apps)}:N";
    private const string Origins = $"{Setting}:{nameof(AppOptions.Origins)}";
    private const string RelatedOrigins = $"{Setting}:{nameof(AppOptions.RelatedOrigins)}";
    private const string NativeApps = $"{Setting}:{nameof(AppOptions.AndroidApps)} and {Setting}:{nameof(AppOptions.AppleApps)}";

    private const string TauriHost = "tauri.localhost";

    /// <param name="origin">As a client wrote it.</param>
    /// <param name="app">The app that does not list it.</param>
    /// <param name="related">The related origins of all apps with its RP ID, whose domain names them together.</param>
    public static string For(string origin, App app, IReadOnlyList<string> related)
    {
        if (AndroidApp.FingerprintOf(origin) is { } fingerprint)
            return $"If it is yours, add it to {Setting}:{nameof(AppOptions.AndroidApps)}, as the certificate {fingerprint}.";
        if (PlaceOf(origin, app, related) is { } place)
        {
            var anybodys = origin == $"https://{TauriHost}" ? " Every Tauri app on a machine has this origin." : "";
            return $"If it is yours, add it to {place}.{anybodys}";
        }

        return Domain.ToOrigin(origin) is var (_, host) ? OfPage(origin, host, app, related) : OfOtherScheme(origin, app);
    }

    /// <summary>The setting that the rules let it be added to; null: none.</summary>
    private static string? PlaceOf(string origin, App app, IReadOnlyList<string> related)
    {
        var rpId = app.RelyingParty.Id;
        if (AppRules.BrokenOrigin(origin, rpId) is null)
            return Origins;
        return DomainRules.BrokenRelatedOrigin(origin, rpId) is null && DomainRules.BrokenLabels([.. related, origin]) is null
            ? RelatedOrigins
            : null;
    }

    private static string OfPage(string origin, string host, App app, IReadOnlyList<string> related)
    {
        var rpId = app.RelyingParty.Id;
        if (IPAddress.TryParse(host.Trim('[', ']'), out _))
        {
            return "Passkeys need a domain name, not an IP address: open " + (Domain.IsLoopback(host)
                ? OpenLocalhost(origin.Replace(host, Domain.Localhost, StringComparison.Ordinal), app)
                : $"the page under {rpId}, over https.");
        }

        if (Domain.IsLocalhost(host) && !Domain.IsLocalhost(rpId))
            return OfLocalhost(origin, host);
        if (host.EndsWith('.'))
            return $"The host {host} ends in a dot: open the page without it.";
        if (Domain.ToAscii(host) is null)
            return $"Passkeys cannot be used on the host {host}: give the page a domain name of letters, digits and hyphens.";
        if (origin.StartsWith("http:", StringComparison.Ordinal))
            return $"Passkeys need https: open {OpenSecurely($"https://{host}", origin, app, related)}";
        return DomainRules.BrokenRelatedOrigin(origin, rpId) is null
            ? $"{RelatedOrigins} already names five, and browsers read no more than that: remove one first."
            : $"It cannot be one of {rpId}'s: browsers accept only domains that can be registered, such as https://example.co.uk.";
    }

    private static string OpenLocalhost(string local, App app)
    {
        if (app.RelyingParty.Origins.Contains(local))
            return $"{local}.";
        return AppRules.BrokenOrigin(local, app.RelyingParty.Id) is null
            ? $"{local} and add {local} to {Origins}."
            : $"{local}, which needs an app whose RP ID is {Domain.Localhost}.";
    }

    private static string OpenSecurely(string secure, string origin, App app, IReadOnlyList<string> related)
    {
        // With a port of its own there is no telling where the page is over https.
        if (origin.Length != secure.Length - 1)
            return $"the page under {app.RelyingParty.Id}, over https.";
        if (app.RelyingParty.Origins.Contains(secure))
            return $"{secure}.";
        return PlaceOf(secure, app, related) is { } place
            ? $"{secure} and add {secure} to {place}."
            : $"the page under {app.RelyingParty.Id}, over https.";
    }

    private static string OfLocalhost(string origin, string host)
    {
        if (host == TauriHost)
        {
            return $"A Tauri app's pages can use passkeys on Windows: set useHttpsScheme and add https://{TauriHost} to {RelatedOrigins}. "
                + $"Elsewhere use a passkey plugin, send its calls from Rust, and name the app in {NativeApps}.";
        }

        var development = "Pages on localhost can only use passkeys of the RP ID localhost: create an app with that RP ID for development.";
        // Capacitor's origins on Android have no port, unlike those of a developer's server.
        return host == Domain.Localhost && origin.EndsWith(host, StringComparison.Ordinal) ? $"{development} {OfCapacitor}" : development;
    }

    private static string OfOtherScheme(string origin, App app) => origin.Split(':')[0] switch
    {
        "null" or "file" =>
            "The page has no origin of its own: it was opened from a file, or is in a sandboxed frame. Serve it over https.",
        "capacitor" or "ionic" => OfCapacitor,
        "tauri" => "A Tauri app's pages cannot use passkeys of a domain here: use a passkey plugin, send its calls from Rust, "
            + $"and name the app in {NativeApps}.",
        "moz-extension" or "safari-web-extension" =>
            "The extension has another origin in every browser, so none can be listed: "
                + $"let a page of {app.RelyingParty.Id} use the passkey.",
        _ => "Passkeys only work on https pages and on http://localhost.",
    };

    private static string OfCapacitor
        => "A Capacitor app's pages cannot use passkeys of a domain: use a passkey plugin, send its calls natively (CapacitorHttp), "
            + $"and name the app in {NativeApps}.";
}
