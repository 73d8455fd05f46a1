using OpenPassage.Server.Sql;
using OpenPassage.Server.Values;
using static OpenPassage.Server.Sql.Parameter;

namespace OpenPassage.Server.Audit;

/// <summary>One change by management: who, what, before and after.</summary>
/// <param name="Id">24 letters and digits.</param>
/// <param name="At">When.</param>
/// <param name="Actor">As <see cref="Actor.Text"/>.</param>
/// <param name="Action">The operation's name.</param>
/// <param name="Target">The id of what was changed.</param>
/// <param name="Before">JSON; null: there was nothing.</param>
/// <param name="After">JSON; null: there is nothing.</param>
internal sealed record AuditLine(string Id, DateTimeOffset At, string Actor, string Action, string Target, string? Before, string? After);

/// <summary>
/// What management has changed, kept for good: an app's lines outlive the app. A line is written in the transaction of the
/// change that it tells of.
/// </summary>
internal sealed class AuditStore(Database database, TimeProvider time)
{
    /// <summary>Stands for the whole server where an app's id is asked for.</summary>
    public static readonly AppId Server = new("");

    /// <summary>The statement that writes a line, before the change itself, for the same transaction.</summary>
    /// <param name="app">The app, or <see cref="Server"/>.</param>
    /// <param name="actor">Who.</param>
    /// <param name="action">The operation's name.</param>
    /// <param name="target">The id of what is changed.</param>
    /// <param name="before">JSON.</param>
    /// <param name="after">JSON.</param>
    /// <param name="when">SQL: the same condition as the change's, so that one is not written without the other.</param>
    /// <param name="parameters">What <paramref name="when"/> uses besides <c>@app</c>.</param>
    public Statement Line(
        AppId app,
        Actor actor,
        string action,
        string target,
        string? before,
        string? after,
        string when = "1 = 1",
        Parameter[]? parameters = null)
        => new(
            $"""
            INSERT INTO audit (app_id, audit_id, written_at, actor, action, target, before, after)
            SELECT @app, @audit_id, @audit_at, @audit_actor, @audit_action, @audit_target, @audit_before, @audit_after
            WHERE {when}
            """,
            [
                Text("app", app.Value),
                Text("audit_id", Ids.New()),
                Time("audit_at", time.GetUtcNow()),
                Text("audit_actor", GivenText.Cut(actor.Text)),
                Text("audit_action", action),
                Text("audit_target", target),
                Text("audit_before", before),
                Text("audit_after", after),
                .. parameters ?? [],
            ]);

    /// <summary>The lines of an app, or of <see cref="Server"/>, newest first.</summary>
    public ValueTask<IReadOnlyList<AuditLine>> ListAsync(AppId app, PageMark? after, int limit, CancellationToken cancellationToken)
        => database.ListAsync(
            new(
                $"""
                SELECT audit_id, written_at, actor, action, target, before, after FROM audit
                WHERE app_id = @app{(after is null ? "" : " AND (written_at, audit_id) < (@mark_at, @mark_id)")}
                ORDER BY written_at DESC, audit_id DESC LIMIT @limit
                """,
                [Text("app", app.Value), Number("limit", limit), .. PageMark.Parameters(after)]),
            row => new AuditLine(
                row.GetString(0),
                Micros.ToTime(row.GetInt64(1)),
                row.GetString(2),
                row.GetString(3),
                row.GetString(4),
                row.IsNull(5) ? null : row.GetString(5),
                row.IsNull(6) ? null : row.GetString(6)),
            cancellationToken);
}
