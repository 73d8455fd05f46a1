using System.Diagnostics;
using OpenPassage.Server.Sql;
using static OpenPassage.Server.Sql.Parameter;

namespace OpenPassage.Server.Apps;

/// <summary>An app's settings as a row, and back. Lists stand one a line.</summary>
internal static class AppRow
{
    public const string Select = $"SELECT {Settings}, source, in_service, created_at, updated_at, rp_id_claimed, {Policy} FROM apps";

    private const string Settings = """
        app_id, name, rp_id, rp_name, origins, user_verification, related_origins, android_apps, apple_apps, enroll_url, manage_url,
        prf_usage_url, attachment, hints, attestation, attestation_required, allowed_aaguids, denied_aaguids, ceremony_timeout,
        conditional_create, hold_new_passkeys, counter_policy
        """;

    private const int PolicyAt = 27;

    private const string Policy = """
        top_origins, allow_unnamed_top_origin, algorithms, attestation_formats, untrusted_attestation, refused_statuses, allow_sha1,
            synced_passkeys
        """;

    /// <summary>Adds the row; an app that is there is left as it is.</summary>
    public const string Insert = $"""
        INSERT INTO apps ({Settings}, {Policy}, source, in_service, created_at, updated_at)
        VALUES (@app, @name, @rp_id, @rp_name, @origins, @user_verification, @related_origins, @android_apps, @apple_apps, @enroll_url, @manage_url,
            @prf_usage_url, @attachment, @hints, @attestation, @attestation_required, @allowed_aaguids, @denied_aaguids, @ceremony_timeout,
            @conditional_create, @hold_new_passkeys, @counter_policy,
            @top_origins, @allow_unnamed_top_origin, @algorithms, @attestation_formats, @untrusted_attestation, @refused_statuses,
                @allow_sha1, @synced_passkeys,
            @source, 1, @now, @now)
        ON CONFLICT (app_id) DO NOTHING
        """;

    /// <summary>Changes the row of <c>@app</c>.</summary>
    public const string Update = """
        UPDATE apps SET name = @name, rp_id = @rp_id, rp_name = @rp_name, origins = @origins, user_verification = @user_verification,
            related_origins = @related_origins, android_apps = @android_apps, apple_apps = @apple_apps, enroll_url = @enroll_url,
            manage_url = @manage_url, prf_usage_url = @prf_usage_url, attachment = @attachment, hints = @hints, attestation = @attestation,
            attestation_required = @attestation_required, allowed_aaguids = @allowed_aaguids, denied_aaguids = @denied_aaguids,
            ceremony_timeout = @ceremony_timeout, conditional_create = @conditional_create, hold_new_passkeys = @hold_new_passkeys,
            counter_policy = @counter_policy, top_origins = @top_origins, allow_unnamed_top_origin = @allow_unnamed_top_origin,
            algorithms = @algorithms, attestation_formats = @attestation_formats, untrusted_attestation = @untrusted_attestation,
            refused_statuses = @refused_statuses, allow_sha1 = @allow_sha1, synced_passkeys = @synced_passkeys, source = @source,
            in_service = 1, updated_at = @now, rp_id_claimed = @claimed
        WHERE app_id = @app
        """;

    public static AppRecord Read(Row row)
    {
        var app = new AppOptions
        {
            Id = row.GetString(0),
            Name = row.GetString(1),
            RpId = row.GetString(2),
            RpName = row.GetString(3),
            UserVerification = row.GetString(5),
            Attachment = row.GetString(12) is { Length: > 0 } attachment ? attachment : null,
            Attestation = row.GetString(14),
            RequireAttestation = row.GetInt64(15) == 1,
            CeremonyTimeout = row.GetInt64(18) is > 0 and var seconds ? TimeSpan.FromSeconds(seconds) : null,
            ConditionalCreate = row.GetInt64(19) == 1,
            HoldNewPasskeys = row.GetInt64(20) == 1,
            CounterPolicy = row.GetString(21),
        };
        Add(app.Origins, row.GetString(4));
        Add(app.RelatedOrigins, row.GetString(6));
        Add(app.AppleApps, row.GetString(8));
        Add(app.Hints, row.GetString(13));
        Add(app.AllowedAaguids, row.GetString(16));
        Add(app.DeniedAaguids, row.GetString(17));
        ReadPolicy(app, row);
        foreach (var line in Lines(row.GetString(7)))
            app.AndroidApps.Add(ToAndroidApp(line.Split(' ')));
        app.PasskeyEndpoints.Enroll = row.IsNull(9) ? null : row.GetString(9);
        app.PasskeyEndpoints.Manage = row.IsNull(10) ? null : row.GetString(10);
        app.PasskeyEndpoints.PrfUsageDetails = row.IsNull(11) ? null : row.GetString(11);
        var (madeAt, changedAt) = (Micros.ToTime(row.GetInt64(24)), Micros.ToTime(row.GetInt64(25)));
        return new(app, ToSource(row.GetString(22)), row.GetInt64(23) == 1, madeAt, changedAt)
        {
            RpIdIsClaimed = row.GetInt64(26) == 1,
        };
    }

    /// <summary>The values for <see cref="Insert"/> and <see cref="Update"/>, of an app that keeps the rules.</summary>
    public static Parameter[] Parameters(AppOptions app, AppSource source, DateTimeOffset now, bool rpIdIsClaimed = false)
    {
        var name = app.Name ?? app.Id;
        return
        [
            Text("app", app.Id),
            Text("name", name),
            Text("rp_id", Domain.ToAscii(app.RpId)),
            Text("rp_name", app.RpName ?? name),
            Text("origins", Joined(app.Origins.Select(ToAsciiOrigin))),
            Text("related_origins", Joined(app.RelatedOrigins.Select(ToAsciiOrigin))),
            Text("android_apps", Joined(app.AndroidApps.Select(ToLine))),
            Text("apple_apps", Joined(app.AppleApps)),
            Text("enroll_url", app.PasskeyEndpoints.Enroll),
            Text("manage_url", app.PasskeyEndpoints.Manage),
            Text("prf_usage_url", app.PasskeyEndpoints.PrfUsageDetails),
            Text("user_verification", app.UserVerification),
            Text("attachment", app.Attachment ?? ""),
            Text("hints", Joined(app.Hints)),
            Text("attestation", app.Attestation),
            Flag("attestation_required", app.RequireAttestation),
            Text("allowed_aaguids", Joined(app.AllowedAaguids.Select(aaguid => aaguid.ToLowerInvariant()))),
            Text("denied_aaguids", Joined(app.DeniedAaguids.Select(aaguid => aaguid.ToLowerInvariant()))),
            Number("ceremony_timeout", (long)(app.CeremonyTimeout ?? TimeSpan.Zero).TotalSeconds),
            Flag("conditional_create", app.ConditionalCreate),
            Flag("hold_new_passkeys", app.HoldNewPasskeys),
            Text("counter_policy", app.CounterPolicy),
            Text("top_origins", Joined(app.TopOrigins.Select(ToAsciiOrigin))),
            Flag("allow_unnamed_top_origin", app.AllowUnnamedTopOrigin),
            Text("algorithms", Joined(app.Algorithms)),
            Text("attestation_formats", Joined(app.AttestationFormats)),
            Text("untrusted_attestation", app.UntrustedAttestation),
            Text("refused_statuses", Joined(app.RefusedStatuses)),
            Flag("allow_sha1", app.AllowSha1),
            Text("synced_passkeys", app.SyncedPasskeys),
            Text("source", ToWord(source)),
            Flag("claimed", rpIdIsClaimed),
            Time("now", now),
        ];
    }

    public static string ToWord(this AppSource source) => source switch
    {
        AppSource.Declared => "declared",
        AppSource.Kept => "kept",
        AppSource.Demo => "demo",
        AppSource.Managed => "managed",
        _ => throw new ArgumentOutOfRangeException(nameof(source)),
    };

    private static AppSource ToSource(string word) => word switch
    {
        "declared" => AppSource.Declared,
        "kept" => AppSource.Kept,
        "demo" => AppSource.Demo,
        "managed" => AppSource.Managed,
        _ => throw new UnreachableException(),
    };

    private static void ReadPolicy(AppOptions app, Row row)
    {
        Add(app.TopOrigins, row.GetString(PolicyAt));
        app.AllowUnnamedTopOrigin = row.GetInt64(PolicyAt + 1) == 1;
        Add(app.Algorithms, row.GetString(PolicyAt + 2));
        Add(app.AttestationFormats, row.GetString(PolicyAt + 3));
        app.UntrustedAttestation = row.GetString(PolicyAt + 4);
        Add(app.RefusedStatuses, row.GetString(PolicyAt + 5));
        app.AllowSha1 = row.GetInt64(PolicyAt + 6) == 1;
        app.SyncedPasskeys = row.GetString(PolicyAt + 7);
    }

    private static AndroidAppOptions ToAndroidApp(string[] words)
    {
        var android = new AndroidAppOptions { Package = words[0] };
        foreach (var fingerprint in words[1..])
            android.CertificateFingerprints.Add(fingerprint);
        return android;
    }

    private static string ToLine(AndroidAppOptions android)
        => string.Join(' ', android.CertificateFingerprints.Select(text => AndroidApp.ToFingerprint(text)!).Distinct(StringComparer.Ordinal).Prepend(android.Package));

    private static void Add(IList<string> list, string lines)
    {
        foreach (var line in Lines(lines))
            list.Add(line);
    }

    private static string[] Lines(string text) => text.Length == 0 ? [] : text.Split('\n');

    private static string Joined(IEnumerable<string> lines) => string.Join('\n', lines.Distinct(StringComparer.Ordinal));

    private static string ToAsciiOrigin(string origin) => Domain.ToOrigin(origin) is var (ascii, _) ? ascii : origin;
}
