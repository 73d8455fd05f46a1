using OpenPassage.Server.Sql;
using static OpenPassage.Server.Sql.Parameter;

namespace OpenPassage.Server.Apps;

/// <summary>Apps as rows, and back. Its settings are one text; what SQL itself asks for has a column.</summary>
internal sealed class AppRows(AppSettings settings)
{
    /// <summary>All but the console's, whose row holds no settings. Conditions follow with AND.</summary>
    public const string Select = "SELECT app_id, settings, source, in_service, created_at, updated_at, rp_id_claimed FROM apps "
        + "WHERE source <> 'console'";

    /// <summary>Adds the row; an app that is there is left as it is.</summary>
    public const string Insert = """
        INSERT INTO apps (app_id, rp_id, settings, source, in_service, created_at, updated_at)
        VALUES (@app, @rp_id, @settings, @source, 1, @now, @now)
        ON CONFLICT (app_id) DO NOTHING
        """;

    /// <summary>Changes the row of <c>@app</c>.</summary>
    public const string Update = """
        UPDATE apps SET rp_id = @rp_id, settings = @settings, source = @source, in_service = 1, updated_at = @now, rp_id_claimed = @claimed
        WHERE app_id = @app
        """;

    private readonly StoredSettings stored = new(settings);

    public AppRecord Read(Row row)
    {
        var (madeAt, changedAt) = (Micros.ToTime(row.GetInt64(4)), Micros.ToTime(row.GetInt64(5)));
        var app = stored.Read(row.GetString(0), row.GetString(1));
        return new(app, AppSources.ToSource(row.GetString(2)), row.GetInt64(3) == 1, madeAt, changedAt)
        {
            RpIdIsClaimed = row.GetInt64(6) == 1,
        };
    }

    /// <summary>The values for <see cref="Insert"/> and <see cref="Update"/>, of an app that keeps the rules.</summary>
    public Parameter[] Parameters(AppOptions app, AppSource source, DateTimeOffset now, bool rpIdIsClaimed = false) =>
    [
        Text("app", app.Id),
        Text("rp_id", Domain.ToAscii(app.RpId)),
        Text("settings", stored.Write(app)),
        Text("source", source.ToWord()),
        Flag("claimed", rpIdIsClaimed),
        Time("now", now),
    ];
}
