namespace OpenPassage.Server.Apps;

/// <summary>One thing that an app says of a domain: that its passkeys belong there, or who may use them.</summary>
/// <param name="Member">The setting, as the wire names it.</param>
/// <param name="What">What is said.</param>
/// <param name="Domain">Of which domain, in ASCII.</param>
internal sealed record DomainClaim(string Member, string What, string Domain);

/// <summary>A claim to a domain that somebody else holds.</summary>
/// <param name="Claim">The claim.</param>
/// <param name="Holder">An app's id, or the console's.</param>
internal sealed record JoinedDomain(DomainClaim Claim, string Holder);

/// <summary>A domain that belongs to something else than an app: the console says so of its own in the services.</summary>
/// <param name="Holder">What holds it, as the audit names it.</param>
/// <param name="Domain">In ASCII.</param>
internal sealed record HeldDomain(string Holder, string Domain);

/// <summary>
/// Which domains are whose. An app holds its RP ID and the hosts of its related origins, the console its own host; each with the
/// domains below and above it, since passkeys of a domain work on all pages below it. Who joins a held domain shares its passkeys or
/// has a word in its documents, which only the server's own people may allow.
/// </summary>
internal static class HeldDomains
{
    /// <summary>All that an app says of domains.</summary>
    public static IReadOnlyList<DomainClaim> ClaimsOf(AppOptions app)
    {
        var rpId = RpIdOf(app);
        var pages = app.PasskeyEndpoints;
        return
        [
            new("rp_id", rpId, rpId),
            .. app.Origins.Select(origin => OfOrigin("origins", origin, rpId)),
            .. app.RelatedOrigins.Select(origin => OfOrigin("related_origins", origin, rpId)),
            // What follows stands in the documents of the RP ID's domain.
            .. app.RelatedOrigins.Select(origin => OfOrigin("related_origins", origin, rpId) with { Domain = rpId }),
            .. app.AndroidApps.SelectMany(android => android.CertificateFingerprints.Select(
                text => new DomainClaim("android_apps", $"{android.Package} {AndroidApp.ToFingerprint(text)}", rpId))),
            .. app.AppleApps.Select(apple => new DomainClaim("apple_apps", apple, rpId)),
            .. Page("enroll", pages.Enroll),
            .. Page("manage", pages.Manage),
            .. Page("prf_usage_details", pages.PrfUsageDetails),
        ];

        IEnumerable<DomainClaim> Page(string member, string? url) => url is null ? [] : [new($"passkey_endpoints.{member}", url, rpId)];
    }

    /// <summary>Those of the claims that are to domains which others hold.</summary>
    /// <param name="claims">An app's, or what is new among them.</param>
    /// <param name="others">The other apps.</param>
    /// <param name="more">What is held by others than apps.</param>
    public static IReadOnlyList<JoinedDomain> Joined(
        IReadOnlyList<DomainClaim> claims, IEnumerable<AppOptions> others, IEnumerable<HeldDomain> more)
    {
        if (claims is [])
            return [];
        IEnumerable<(string Holder, string Domain)> held =
        [
            .. others.SelectMany(other => other.RelatedOrigins.Select(HostOf).Append(RpIdOf(other)).Select(domain => (other.Id, domain))),
            .. more.Select(one => (one.Holder, one.Domain)),
        ];
        return
        [
            .. held.SelectMany(one => claims
                .Where(claim => Touch(claim.Domain, one.Domain))
                .Select(claim => new JoinedDomain(claim, one.Holder))),
        ];
    }

    /// <summary>
    /// Those of the apps of an RP ID that the documents of its domain name: the ones that the server has let in; where there are none,
    /// those that took it by themselves.
    /// </summary>
    public static IReadOnlyList<T> Named<T>(IReadOnlyList<T> apps, Func<T, bool> isClaimed)
        => apps.Any(app => !isClaimed(app)) ? [.. apps.Where(app => !isClaimed(app))] : apps;

    private static bool Touch(string one, string other) => Domain.Covers(one, other) || Domain.Covers(other, one);

    // An Android app's origin has no host: it is said of the RP ID.
    private static DomainClaim OfOrigin(string member, string origin, string rpId)
        => Domain.ToOrigin(origin) is var (written, host) ? new(member, written, host) : new(member, origin, rpId);

    private static string RpIdOf(AppOptions app) => Domain.ToAscii(app.RpId) ?? app.RpId;

    private static string HostOf(string origin) => Domain.ToOrigin(origin) is var (_, host) ? host : origin;
}
