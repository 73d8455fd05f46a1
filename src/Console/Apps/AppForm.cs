using System.Globalization;
using OpenPassage.OperatorConsole.Pages;
using OpenPassage.Server;

namespace OpenPassage.OperatorConsole.Apps;

/// <summary>An app's settings as a form's fields. Lists stand one a line.</summary>
internal static class AppForm
{
    public static readonly string[] Hints = ["client-device", "security-key", "hybrid"];

    /// <summary>What the form says, for making an app or for showing the form again.</summary>
    public static AppOptions Read(ConsoleCall call, string id)
    {
        var app = new AppOptions { Id = id };
        Apply(call, app);
        return app;
    }

    /// <summary>Makes the settings what the form says.</summary>
    public static void Apply(ConsoleCall call, AppOptions app)
    {
        app.Name = call.Field("name");
        app.RpId = call.Field("rp_id");
        app.RpName = call.Field("rp_name") is { Length: > 0 } rpName ? rpName : app.Name;
        Replace(app.Origins, call.Lines("origins"));
        Replace(app.RelatedOrigins, call.Lines("related_origins"));
        Replace(app.AppleApps, call.Lines("apple_apps"));
        Replace(app.Hints, Hints.Where(hint => call.Ticked("hints", hint)));
        Replace(app.AllowedAaguids, call.Lines("allowed_aaguids"));
        Replace(app.DeniedAaguids, call.Lines("denied_aaguids"));
        Replace(app.AndroidApps, call.Lines("android_apps").Select(ToAndroidApp));
        app.PasskeyEndpoints.Enroll = Optional(call, "enroll_url");
        app.PasskeyEndpoints.Manage = Optional(call, "manage_url");
        app.PasskeyEndpoints.PrfUsageDetails = Optional(call, "prf_usage_url");
        app.UserVerification = call.Field("user_verification") is { Length: > 0 } verification ? verification : "required";
        app.Attachment = Optional(call, "attachment");
        app.Attestation = call.Field("attestation") is { Length: > 0 } attestation ? attestation : "none";
        app.RequireAttestation = call.Ticked("require_attestation");
        app.UntrustedAttestation = call.Field("untrusted_attestation") is { Length: > 0 } untrusted ? untrusted : "report";
        app.AllowSha1 = call.Ticked("allow_sha1");
        app.SyncedPasskeys = call.Field("synced_passkeys") is { Length: > 0 } synced ? synced : "allow";
        app.AllowUnnamedTopOrigin = call.Ticked("allow_unnamed_top_origin");
        Replace(app.AttestationFormats, call.Lines("attestation_formats"));
        Replace(app.RefusedStatuses, call.Lines("refused_statuses"));
        Replace(app.Algorithms, call.Lines("algorithms"));
        Replace(app.TopOrigins, call.Lines("top_origins"));
        // What is no number is no timeout that the rules let pass.
        app.CeremonyTimeout = call.Field("ceremony_timeout") switch
        {
            "" or "0" => null,
            var text => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) ? TimeSpan.FromSeconds(seconds) : TimeSpan.Zero,
        };
        app.ConditionalCreate = call.Field("conditional_create") != "off";
        app.HoldNewPasskeys = call.Ticked("hold_new_passkeys");
        app.CounterPolicy = call.Field("counter_policy") is { Length: > 0 } policy ? policy : "report";
    }

    public static string OfLines(IEnumerable<string> lines) => string.Join('\n', lines);

    public static string OfAndroidApps(IEnumerable<AndroidAppOptions> apps)
        => OfLines(apps.Select(app => string.Join(' ', app.CertificateFingerprints.Prepend(app.Package))));

    private static AndroidAppOptions ToAndroidApp(string line)
    {
        var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var app = new AndroidAppOptions { Package = words[0] };
        Replace(app.CertificateFingerprints, words[1..]);
        return app;
    }

    private static string? Optional(ConsoleCall call, string field) => call.Field(field) is { Length: > 0 } text ? text : null;

    private static void Replace<T>(IList<T> list, IEnumerable<T> items)
    {
        list.Clear();
        foreach (var item in items)
            list.Add(item);
    }
}
