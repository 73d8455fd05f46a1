using System.Text.Json;
using OpenPassage.Server;
using OpenPassage.Server.Apps;

namespace OpenPassage.Host.Doctor;

/// <summary>
/// What an RP ID's domain must tell browsers and platforms before they let other origins and native apps use its passkeys.
/// </summary>
internal sealed class DomainDocuments
{
    // Android asks for the first before it lets an app use passkeys; the second shares credentials.
    private static readonly string[] Relations =
        ["delegate_permission/common.handle_all_urls", "delegate_permission/common.get_login_creds"];

    private readonly Findings findings;
    private readonly string rpId;
    private readonly string app;
    private readonly Network network;

    private DomainDocuments(string rpId, string app, Network network)
        => (findings, this.rpId, this.app, this.network) = (new($"domain {rpId}"), rpId, app, network);

    /// <summary>Looks at those that the apps of one RP ID need.</summary>
    public static async Task<Findings> LookAsync(string rpId, IReadOnlyList<AppOptions> apps, Network network)
    {
        var documents = new DomainDocuments(rpId, apps[0].Id, network);
        if (rpId.Length == 0 || Domain.IsLocalhost(rpId))
            return documents.findings;
        await documents.LookAtRelatedOriginsAsync(
            [.. apps.SelectMany(app => app.RelatedOrigins)
                .Select(origin => Domain.ToOrigin(origin)?.Origin ?? origin)
                .Distinct(StringComparer.Ordinal)]);
        await documents.LookAtAssetLinksAsync([.. apps.SelectMany(app => app.AndroidApps)]);
        await documents.LookAtAppleAppsAsync([.. apps.SelectMany(app => app.AppleApps).Distinct(StringComparer.Ordinal)]);
        return documents.findings;
    }

    private Task LookAtRelatedOriginsAsync(IReadOnlyList<string> origins) => LookAsync("webauthn", origins, static (document, origin) =>
        document.ValueKind == JsonValueKind.Object && document.TryGetProperty("origins", out var listed) && Has(listed, origin));

    private async Task LookAtAssetLinksAsync(IReadOnlyList<AndroidAppOptions> apps)
    {
        var wanted = apps.SelectMany(
            android => android.CertificateFingerprints.Select(text => $"{android.Package} {AndroidApp.ToFingerprint(text)}"))
            .Distinct(StringComparer.Ordinal)
            .ToList();
        await LookAsync("assetlinks.json", wanted, static (document, link) =>
            document.ValueKind == JsonValueKind.Array
                && Relations.All(relation => document.EnumerateArray().Any(statement => Names(statement, relation, link.Split(' ')))));
    }

    private Task LookAtAppleAppsAsync(IReadOnlyList<string> apps)
        => LookAsync("apple-app-site-association", apps, static (document, apple) =>
            document.ValueKind == JsonValueKind.Object && document.TryGetProperty("webcredentials", out var credentials)
            && credentials.ValueKind == JsonValueKind.Object && credentials.TryGetProperty("apps", out var listed) && Has(listed, apple));

    private async Task LookAsync(string document, IReadOnlyList<string> wanted, Func<JsonElement, string, bool> has)
    {
        if (wanted is [])
            return;
        var address = $"https://{rpId}/.well-known/{document}";
        var visit = await network.VisitAsync(address);
        var advice = $"Configure the web server of {rpId} to forward /.well-known/{document} to /v1/apps/{app}/.well-known/{document} on "
            + "this server (docs/guides/passkeys-done-well.md).";
        if (visit.BrokenCertificate is not [])
            network.LookAtCertificate(findings, rpId, visit);
        else if (visit.Failure is { } failure)
            findings.Wrong($"{address} cannot be reached from here: {failure}.", advice);
        else if (visit.Location is { } elsewhere)
            findings.Wrong($"{address} redirects to {elsewhere}, and not every client follows redirects.", advice);
        else if (visit.Status != 200)
            findings.Wrong($"{address} answers {visit.Status}.", advice);
        else if (visit.MediaType != "application/json")
            findings.Wrong($"{address} has the media type '{visit.MediaType}' and should have application/json.", advice);
        else if (Parse(visit.Body) is not { } json)
            findings.Wrong($"{address} is not JSON.", advice);
        else if (wanted.Where(each => !has(json, each)).ToList() is [_, ..] missing)
            findings.Wrong($"{address} does not name {string.Join(", ", missing)}.", advice);
        else
            findings.Ok($"{address} names {string.Join(", ", wanted)}.");
    }

    private static bool Names(JsonElement statement, string relation, string[] packageAndFingerprint) =>
        statement.ValueKind == JsonValueKind.Object
        && statement.TryGetProperty("relation", out var relations) && Has(relations, relation)
        && statement.TryGetProperty("target", out var target) && target.ValueKind == JsonValueKind.Object
        && target.TryGetProperty("package_name", out var package)
        && package.ValueKind == JsonValueKind.String
        && package.ValueEquals(packageAndFingerprint[0])
        && target.TryGetProperty("sha256_cert_fingerprints", out var fingerprints) && Has(fingerprints, packageAndFingerprint[1]);

    private static bool Has(JsonElement list, string text) =>
        list.ValueKind == JsonValueKind.Array
            && list.EnumerateArray().Any(item => item.ValueKind == JsonValueKind.String && item.ValueEquals(text));

    private static JsonElement? Parse(string body)
    {
        try
        {
            return JsonElement.Parse(body);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
