using System.Text.Json;
using OpenPassage.OperatorConsole.Sessions;
using OpenPassage.Server.Audit;
using OpenPassage.Server.Http;
using OpenPassage.Server.Passkeys;
using OpenPassage.Server.Sql;
using OpenPassage.Server.Users;
using static OpenPassage.Server.Sql.Parameter;

namespace OpenPassage.OperatorConsole.Operators;

/// <summary>Operators and the links that invite them.</summary>
internal sealed class OperatorStore(Database database, ConsoleApp console, AuditStore audit, TimeProvider time)
{
    private const string Select = """
        SELECT o.user_id, u.external_id, o.role, o.created_at,
            (SELECT COUNT(*) FROM passkeys p WHERE p.app_id = @app AND p.user_id = o.user_id),
            CAST(COALESCE((SELECT MAX(p.last_login_at) FROM passkeys p WHERE p.app_id = @app AND p.user_id = o.user_id), 0) AS BIGINT)
        FROM operators o JOIN users u ON u.app_id = @app AND u.user_id = o.user_id
        """;

    private const string OnlyAdmin = """
        EXISTS (SELECT 1 FROM operators WHERE user_id = @user AND role = 'admin')
        AND NOT EXISTS (SELECT 1 FROM operators WHERE user_id <> @user AND role = 'admin')
        """;

    public async ValueTask<bool> AnyAsync(CancellationToken cancellationToken)
        => await database.NumberAsync(new("SELECT COUNT(*) FROM operators"), cancellationToken) > 0;

    public ValueTask<IReadOnlyList<Operator>> ListAsync(CancellationToken cancellationToken)
        => database.ListAsync(new($"{Select} ORDER BY o.created_at, o.user_id", Text("app", console.Id.Value)), Read, cancellationToken);

    public ValueTask<Operator?> FindAsync(string userId, CancellationToken cancellationToken)
        => database.FindAsync(
            new($"{Select} WHERE o.user_id = @user", Text("app", console.Id.Value), Text("user", userId)), Read, cancellationToken);

    public ValueTask<Operator?> FindByNameAsync(string name, CancellationToken cancellationToken)
        => database.FindAsync(
            new($"{Select} WHERE u.external_id = @name", Text("app", console.Id.Value), Text("name", name)), Read, cancellationToken);

    /// <summary>A link's token, for a new operator or for another passkey of one there is.</summary>
    /// <param name="name">Null: the first operator of all, who chooses one.</param>
    /// <param name="role">What the operator will be; one there is becomes it too.</param>
    /// <param name="actor">Who invites.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async ValueTask<string> InviteAsync(string? name, OperatorRole role, Actor actor, CancellationToken cancellationToken)
        => (await MakeInvitationAsync(name, role, actor, cancellationToken)).Token;

    /// <summary>The same, with what the list shows of it.</summary>
    public async ValueTask<(string Token, OpenInvitation Invitation)> MakeInvitationAsync(
        string? name, OperatorRole role, Actor actor, CancellationToken cancellationToken)
    {
        var (id, token) = Invitation.Make();
        var now = time.GetUtcNow();
        await database.WriteAsync(
            [
                // What passkeys and users of operators belong to.
                new(
                    """
                    INSERT INTO apps (app_id, rp_id, settings, source, in_service, created_at, updated_at)
                    VALUES (@app, @rp_id, '{}', 'console', 0, @now, @now)
                    ON CONFLICT (app_id) DO UPDATE SET rp_id = excluded.rp_id
                    """,
                    Text("app", console.Id.Value),
                    Text("rp_id", console.App.RelyingParty.Id),
                    Time("now", now)),
                new("DELETE FROM operator_invitations WHERE expires_at < @now", Time("now", now)),
                audit.Line(AuditStore.Server, actor, nameof(InviteOperator), name ?? "the first operator", before: null, RoleJson(role)),
                new(
                    """
                    INSERT INTO operator_invitations (invitation_id, token_hash, name, role, created_at, expires_at)
                    VALUES (@id, @hash, @name, @role, @now, @expires)
                    """,
                    Text("id", id),
                    Bytes("hash", Invitation.HashOf(token)),
                    Text("name", name),
                    Text("role", role.Word()),
                    Time("now", now),
                    Time("expires", now + Invitation.Lifetime)),
            ],
            cancellationToken);
        return (token, new(id, name ?? "", role, now, now + Invitation.Lifetime));
    }

    /// <summary>The invitation that somebody shows, while it is good; null says no more than that.</summary>
    public async ValueTask<Invitation?> FindInvitationAsync(string? token, CancellationToken cancellationToken)
    {
        if (!Invitation.TryReadId(token, out var id))
            return null;
        var invitation = await database.FindAsync(
            new(
                "SELECT invitation_id, token_hash, name, role, expires_at FROM operator_invitations WHERE invitation_id = @id",
                Text("id", id)),
            row => new Invitation(
                row.GetString(0),
                row.GetBytes(1),
                row.IsNull(2) ? null : row.GetString(2),
                OperatorRoles.Of(row.GetString(3)) ?? OperatorRole.Viewer,
                Micros.ToTime(row.GetInt64(4))),
            cancellationToken);
        if (invitation is null || !invitation.Is(token!) || time.GetUtcNow() >= invitation.ExpiresAt)
            return null;
        // Once somebody is in, nobody else comes in as the first.
        return invitation.IsFirst && await AnyAsync(cancellationToken) ? null : invitation;
    }

    /// <summary>
    /// What accepting an invitation writes along with the passkey: its user is an operator then, and the link, and every link for
    /// a first operator, is gone. Of the only admin it makes no viewer, and of nobody a first operator once somebody is in.
    /// </summary>
    /// <param name="invitation">What was shown.</param>
    /// <param name="user">Whose passkey is kept.</param>
    /// <param name="deviceId">The passkey.</param>
    /// <param name="before">What the user is already; null: no operator.</param>
    public AlongWithPasskey Acceptance(Invitation invitation, User user, string deviceId, Operator? before)
    {
        const string Kept = "EXISTS (SELECT 1 FROM passkeys WHERE app_id = @console AND device_id = @device)";
        Parameter[] parameters =
        [
            Text("console", console.Id.Value),
            Text("device", deviceId),
            Text("user", user.Id),
            Text("role", invitation.Role.Word()),
            Text("invitation", invitation.Id),
            Time("now", time.GetUtcNow()),
        ];
        return new()
        {
            Hold = HoldOperators(),
            When = (invitation.IsFirst ? "NOT EXISTS (SELECT 1 FROM operators)" : "1 = 1")
                + (invitation.Role == OperatorRole.Admin ? "" : $" AND NOT ({OnlyAdmin})"),
            Then =
            [
                audit.Line(
                    AuditStore.Server,
                    Actor.Operator(user.Name),
                    "AcceptInvitation",
                    user.Name,
                    before is null ? null : RoleJson(before.Role),
                    RoleJson(invitation.Role),
                    Kept,
                    parameters),
                new(
                    $"""
                    INSERT INTO operators (user_id, role, created_at) SELECT @user, @role, @now WHERE {Kept}
                    ON CONFLICT (user_id) DO UPDATE SET role = excluded.role
                    """,
                    parameters),
                new($"DELETE FROM operator_invitations WHERE (invitation_id = @invitation OR name IS NULL) AND {Kept}", parameters),
            ],
        };
    }

    /// <summary>Refuses to make a viewer of an admin beside whom there is no other.</summary>
    /// <exception cref="RefusedException"><see cref="Refusal.LastAdmin"/>.</exception>
    public async ValueTask KeepOneAdminAsync(string? name, OperatorRole becomes, CancellationToken cancellationToken)
    {
        if (becomes != OperatorRole.Admin
            && (await ListAsync(cancellationToken)).Where(one => one.IsAdmin).ToList() is [var only]
            && only.Name == name)
            throw new RefusedException(Refusal.LastAdmin);
    }

    /// <summary>The links that are good still, the newest first.</summary>
    public ValueTask<IReadOnlyList<OpenInvitation>> ListInvitationsAsync(CancellationToken cancellationToken)
        => database.ListAsync(
            new(
                // Links for the first operator are good no more once somebody can look at this list.
                """
                SELECT invitation_id, name, role, created_at, expires_at FROM operator_invitations
                WHERE expires_at > @now AND name IS NOT NULL ORDER BY created_at DESC, invitation_id
                """,
                Time("now", time.GetUtcNow())),
            row => new OpenInvitation(
                row.GetString(0),
                row.GetString(1),
                OperatorRoles.Of(row.GetString(2)) ?? OperatorRole.Viewer,
                Micros.ToTime(row.GetInt64(3)),
                Micros.ToTime(row.GetInt64(4))),
            cancellationToken);

    /// <summary>Takes a link back that nobody has used. False when there is no such one.</summary>
    public async ValueTask<bool> WithdrawAsync(string invitationId, Actor actor, CancellationToken cancellationToken)
    {
        if ((await ListInvitationsAsync(cancellationToken)).FirstOrDefault(open => open.Id == invitationId) is not { } invitation)
            return false;
        Parameter[] parameters = [Text("id", invitationId)];
        Statement delete = new("DELETE FROM operator_invitations WHERE invitation_id = @id", parameters);
        var touched = await database.WriteAsync(
            [
                audit.Line(
                    AuditStore.Server, actor, nameof(WithdrawInvitation), invitation.Name, RoleJson(invitation.Role), after: null,
                    "EXISTS (SELECT 1 FROM operator_invitations WHERE invitation_id = @id)", parameters),
                delete,
            ],
            cancellationToken);
        return touched.By(delete) == 1;
    }

    /// <summary>
    /// Removes one of the passkeys of a session's operator, never the last, and ends the other sessions. False when it is the
    /// last, or none of theirs.
    /// </summary>
    public async ValueTask<bool> RemovePasskeyAsync(Session session, Passkey passkey, Actor actor, CancellationToken cancellationToken)
    {
        const string NotTheLast = """
            EXISTS (SELECT 1 FROM passkeys WHERE app_id = @console AND user_id = @user AND device_id = @device)
            AND EXISTS (SELECT 1 FROM passkeys WHERE app_id = @console AND user_id = @user AND device_id <> @device)
            """;
        Parameter[] parameters =
        [
            Text("console", console.Id.Value),
            Text("user", session.Operator.UserId),
            Text("device", passkey.DeviceId),
            Bytes("hash", session.Hash),
            Time("now", time.GetUtcNow()),
        ];
        Statement delete = new(
            $"DELETE FROM passkeys WHERE app_id = @console AND user_id = @user AND device_id = @device AND {NotTheLast}", parameters);
        var touched = await database.WriteAsync(
            [
                // Holds the row, so that of two removals at once the second sees what the first has left.
                new("UPDATE users SET updated_at = @now WHERE app_id = @console AND user_id = @user", parameters),
                audit.Line(
                    AuditStore.Server,
                    actor,
                    nameof(RemovePasskey),
                    session.Operator.Name,
                    JsonSerializer.Serialize(
                        new OwnPasskey(passkey.DeviceId, passkey.FriendlyName, passkey.Record.Aaguid.ToString("D")),
                        OperatorWire.Default.OwnPasskey),
                    after: null,
                    NotTheLast,
                    parameters),
                new($"DELETE FROM operator_sessions WHERE user_id = @user AND session_hash <> @hash AND {NotTheLast}", parameters),
                delete,
            ],
            cancellationToken);
        return touched.By(delete) == 1;
    }

    /// <summary>Takes everything away: sessions, passkeys, open links and the operator. False when there is no such one.</summary>
    /// <param name="one">Who goes.</param>
    /// <param name="actor">Who removes.</param>
    /// <param name="evenTheLastAdmin">Whether the only admin may go, so that nobody is left who lets others in; else
    /// false is the answer then.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async ValueTask<bool> RemoveAsync(Operator one, Actor actor, bool evenTheLastAdmin, CancellationToken cancellationToken)
    {
        const string Gone = "NOT EXISTS (SELECT 1 FROM operators WHERE user_id = @user)";
        var may = evenTheLastAdmin ? "1 = 1" : $"NOT ({OnlyAdmin})";
        Parameter[] parameters =
        [
            Text("app", console.Id.Value),
            Text("user", one.UserId),
            Text("name", one.Name),
            Time("now", time.GetUtcNow()),
        ];
        Statement delete = new($"DELETE FROM operators WHERE user_id = @user AND {may}", parameters);
        var touched = await database.WriteAsync(
            [
                HoldOperators(),
                audit.Line(
                    AuditStore.Server,
                    actor,
                    nameof(RemoveOperator),
                    one.Name,
                    RoleJson(one.Role),
                    after: null,
                    $"EXISTS (SELECT 1 FROM operators WHERE user_id = @user) AND {may}",
                    [Text("user", one.UserId)]),
                delete,
                new($"DELETE FROM operator_sessions WHERE user_id = @user AND {Gone}", parameters),
                new($"DELETE FROM operator_invitations WHERE name = @name AND {Gone}", parameters),
                new($"DELETE FROM passkeys WHERE app_id = @app AND user_id = @user AND {Gone}", parameters),
                new($"DELETE FROM users WHERE app_id = @app AND user_id = @user AND {Gone}", parameters),
            ],
            cancellationToken);
        return touched.By(delete) == 1;
    }

    /// <summary>So that of two admins who remove each other at once, or are made viewers, one stays.</summary>
    private Statement HoldOperators()
        => new("UPDATE apps SET updated_at = @now WHERE app_id = @app", Text("app", console.Id.Value), Time("now", time.GetUtcNow()));

    private static string RoleJson(OperatorRole role) => $$"""{"role":"{{role.Word()}}"}""";

    private static Operator Read(Row row)
        => new(row.GetString(0), row.GetString(1), OperatorRoles.Of(row.GetString(2)) ?? OperatorRole.Viewer)
        {
            CreatedAt = Micros.ToTime(row.GetInt64(3)),
            Passkeys = row.GetInt64(4),
            LastSignIn = Micros.ToTimeOrNever(row.GetInt64(5)),
        };
}
