using System.Text.Json;
using OpenPassage.Server.Apps;
using OpenPassage.Server.Audit;
using OpenPassage.Server.Http;
using OpenPassage.Server.Passkeys;
using OpenPassage.Server.Rooms;
using OpenPassage.Server.Sql;
using OpenPassage.Server.Users;
using OpenPassage.Server.Values;
using static OpenPassage.Server.Sql.Parameter;

namespace OpenPassage.Server.Manage;

/// <summary>
/// Users and their passkeys as those who manage an app change them, each change with its line in the audit. What cannot be
/// done throws <see cref="RefusedException"/>.
/// </summary>
internal sealed class ManagedUsers(
    Database database,
    UserStore users,
    IdentifierStore identifiers,
    PasskeyStore passkeys,
    PasskeyRemovals removals,
    AuditStore audit,
    AttestationSources attestation,
    IEnumerable<Room> rooms,
    TimeProvider time)
{
    private const string IsThere = "EXISTS (SELECT 1 FROM users WHERE app_id = @app AND user_id = @user)";

    public async ValueTask<User> GetAsync(AppId app, string userId, CancellationToken cancellationToken)
        => await users.GetAsync(app, userId, cancellationToken) ?? throw new RefusedException(Refusal.UserNotFound);

    /// <summary>Who goes by this email address or phone number; null: nobody does.</summary>
    public async ValueTask<User?> FindByIdentifierAsync(AppId app, string text, CancellationToken cancellationToken)
    {
        foreach (var kind in rooms.SelectMany(room => room.Identifiers))
        {
            if (await identifiers.FindUserAsync(app, kind, text, cancellationToken) is { } user)
                return user;
        }

        return null;
    }

    /// <summary>A user as management shows it, with what the user goes by.</summary>
    public async ValueTask<ManagedUser> ShowAsync(User user, CancellationToken cancellationToken)
        => ManagedUser.Of(user, await identifiers.ListAsync(user.App, user.Id, cancellationToken));

    /// <summary>The same for a page of users.</summary>
    public async ValueTask<IReadOnlyList<ManagedUser>> ShowAsync(AppId app, IReadOnlyList<User> page, CancellationToken cancellationToken)
    {
        var named = await identifiers.ListAsync(app, page, cancellationToken);
        return [.. page.Select(user => ManagedUser.Of(user, named[user.Id]))];
    }

    /// <summary>
    /// The user with this external id; one that is made for it has its line in the audit, which an app's
    /// backend making users has not.
    /// </summary>
    public async ValueTask<User> CreateOrGetAsync(AppId app, string externalId, Actor actor, CancellationToken cancellationToken)
    {
        if (await users.GetByExternalIdAsync(app, externalId, cancellationToken) is { } known)
            return known;
        var id = Ids.New();
        await database.WriteAsync(
            [
                users.Creation(app, id, externalId),
                audit.Line(
                    app,
                    actor,
                    "CreateUser",
                    id,
                    before: null,
                    $$"""{"external_id":{{JsonSerializer.Serialize(externalId, ManageWire.Default.String)}}}""",
                    IsThere,
                    [Text("user", id)]),
            ],
            cancellationToken);
        return await users.GetByExternalIdAsync(app, externalId, cancellationToken) ?? throw new RefusedException(Refusal.ChangedMeanwhile);
    }

    /// <summary>The user's passkeys, oldest first, each with all that is known of it.</summary>
    public async ValueTask<IReadOnlyList<ManagedDevice>> ListDevicesAsync(AppId app, string userId, CancellationToken cancellationToken)
        => [.. (await FindDevicesAsync(app, userId, cancellationToken)).Select(ToManaged)];

    private ManagedDevice ToManaged((Passkey Passkey, string? Trust) device)
    {
        var aaguid = device.Passkey.Record.Aaguid;
        return ManagedDevice.Of(device.Passkey, device.Trust, attestation.NameOf(aaguid), attestation.Metadata?.Find(aaguid));
    }

    // Each with what its attestation was worth.
    private async ValueTask<IReadOnlyList<(Passkey Passkey, string? Trust)>> FindDevicesAsync(
        AppId app, string userId, CancellationToken cancellationToken)
    {
        var trust = await database.ListAsync(
            new(
                "SELECT device_id, attestation_trust FROM passkeys WHERE app_id = @app AND user_id = @user",
                Text("app", app.Value),
                Text("user", userId)),
            row => KeyValuePair.Create(row.GetString(0), row.IsNull(1) ? null : row.GetString(1)),
            cancellationToken);
        var byDevice = new Dictionary<string, string?>(trust, StringComparer.Ordinal);
        return [.. (await passkeys.ListAsync(app, userId, cancellationToken))
            .Select(passkey => (passkey, byDevice.GetValueOrDefault(passkey.DeviceId)))];
    }

    /// <summary>Activates or deactivates a user, and blocks or unblocks enrolment; null changes nothing.</summary>
    public async ValueTask<User> UpdateAsync(
        AppId app, string userId, UserStatus? status, bool? enrolmentBlocked, Actor actor, CancellationToken cancellationToken)
    {
        var before = await GetAsync(app, userId, cancellationToken);
        var names = await identifiers.ListAsync(app, userId, cancellationToken);
        var after = before with
        {
            Status = status ?? before.Status,
            EnrolmentBlocked = enrolmentBlocked ?? before.EnrolmentBlocked,
            UpdatedAt = time.GetUtcNow(),
        };
        Parameter[] parameters =
        [
            Text("app", app.Value),
            Text("user", userId),
            Text("status", after.Status.ToWord()),
            Flag("blocked", after.EnrolmentBlocked),
            Time("now", after.UpdatedAt),
        ];
        Statement update = new(
            "UPDATE users SET status = @status, enrolment_blocked = @blocked, updated_at = @now WHERE app_id = @app AND user_id = @user",
            parameters);
        var touched = await database.WriteAsync(
            [
                audit.Line(
                    app, actor, nameof(UpdateUser), userId, ToJson(before, names), ToJson(after, names), IsThere, [Text("user", userId)]),
                update,
                .. after.Status == UserStatus.Inactive
                    ? rooms.SelectMany(room => room.WhenDeactivated).Select(sql => new Statement(sql, parameters))
                    : [],
            ],
            cancellationToken);
        return touched.By(update) == 1 ? after : throw new RefusedException(Refusal.UserNotFound);
    }

    /// <summary>Takes one passkey of a user out of service.</summary>
    public async ValueTask RevokeDeviceAsync(AppId app, string userId, string deviceId, Actor actor, CancellationToken cancellationToken)
    {
        await GetAsync(app, userId, cancellationToken);
        var device = (await FindDevicesAsync(app, userId, cancellationToken)).FirstOrDefault(device => device.Passkey.DeviceId == deviceId);
        if (device.Passkey is null)
            throw new RefusedException(Refusal.DeviceNotFound);
        await database.WriteAsync([Line(app, actor, device), .. removals.Revocation(app, userId, deviceId)], cancellationToken);
    }

    /// <summary>Takes all passkeys of a user out of service, in one transaction; how many there were.</summary>
    public async ValueTask<int> RevokeDevicesAsync(AppId app, string userId, Actor actor, CancellationToken cancellationToken)
    {
        await GetAsync(app, userId, cancellationToken);
        var devices = await FindDevicesAsync(app, userId, cancellationToken);
        if (devices is [])
            return 0;
        await database.WriteAsync(
            [
                .. devices.SelectMany(device
                    => (Statement[])[Line(app, actor, device), .. removals.Revocation(app, userId, device.Passkey.DeviceId)]),
            ],
            cancellationToken);
        return devices.Count;
    }

    /// <summary>Removes a user with passkeys, identifiers and events, for good. The audit keeps the line that says so.</summary>
    public async ValueTask DeleteAsync(AppId app, string userId, Actor actor, CancellationToken cancellationToken)
    {
        var before = await GetAsync(app, userId, cancellationToken);
        var names = await identifiers.ListAsync(app, userId, cancellationToken);
        Parameter[] parameters = [Text("app", app.Value), Text("user", userId), Time("now", time.GetUtcNow())];
        // First out of service, so that no ceremony under way adds a passkey between the statements below.
        await database.WriteAsync(
            [new("UPDATE users SET status = 'inactive', updated_at = @now WHERE app_id = @app AND user_id = @user", parameters)],
            cancellationToken);
        Statement delete = new("DELETE FROM users WHERE app_id = @app AND user_id = @user", parameters);
        var touched = await database.WriteAsync(
            [
                .. IdentifierStore.Removal(parameters),
                .. rooms.SelectMany(room => room.Owned).Where(table => table.IsOfUsers).Select(table
                    => new Statement($"DELETE FROM {table.Name} WHERE app_id = @app AND user_id = @user", parameters)),
                audit.Line(app, actor, nameof(DeleteUser), userId, ToJson(before, names), null, IsThere, [Text("user", userId)]),
                new(PasskeyRemovals.KeepKeys("p.app_id = @app AND p.user_id = @user"), parameters),
                new("DELETE FROM passkeys WHERE app_id = @app AND user_id = @user", parameters),
                new("DELETE FROM events WHERE app_id = @app AND user_id = @user", parameters),
                delete,
            ],
            cancellationToken);
        if (touched.By(delete) == 0)
            throw new RefusedException(Refusal.UserNotFound);
    }

    private Statement Line(AppId app, Actor actor, (Passkey Passkey, string? Trust) device) => audit.Line(
        app,
        actor,
        nameof(RevokeUserDevice),
        device.Passkey.DeviceId,
        JsonSerializer.Serialize(ManagedDevice.Of(device.Passkey, device.Trust, attestation.NameOf(device.Passkey.Record.Aaguid)),
            ManageWire.Default.ManagedDevice),
        null,
        "EXISTS (SELECT 1 FROM passkeys WHERE app_id = @app AND device_id = @device)",
        [Text("device", device.Passkey.DeviceId)]);

    private static string ToJson(User user, IReadOnlyList<Identifier> names)
        => JsonSerializer.Serialize(ManagedUser.Of(user, names), ManageWire.Default.ManagedUser);
}
