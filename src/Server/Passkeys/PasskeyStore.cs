using Microsoft.Extensions.Options;
using OpenPassage.Server.Events;
using OpenPassage.Server.Sql;
using OpenPassage.Server.Users;
using OpenPassage.Server.Values;
using OpenPassage.WebAuthn;
using static OpenPassage.Server.Sql.Parameter;

namespace OpenPassage.Server.Passkeys;

/// <summary>The passkeys of every app.</summary>
internal sealed class PasskeyStore(Database database, EventWriting events, TimeProvider time, IOptions<OpenPassageOptions> options)
{
    private const string Select = """
        SELECT p.app_id, p.device_id, p.user_id, u.status, u.external_id, u.user_handle,
               p.credential_id, p.public_key, p.sign_count, p.uv_initialized, p.backup_eligible, p.backup_state, p.transports, p.aaguid,
               p.rp_id, p.attestation_object, p.attestation_client_data,
               p.friendly_name, p.device_type, p.usage_count, p.last_login_at, p.created_at, p.updated_at, p.inactive_until
        FROM passkeys p JOIN users u ON u.app_id = p.app_id AND u.user_id = p.user_id
        """;

    // Sign-ins at the same time may be saved in any order: counter and last use only grow.
    private const string CountSignIn = """
        UPDATE passkeys SET
            sign_count = CASE WHEN sign_count < @sign_count THEN @sign_count ELSE sign_count END,
            uv_initialized = CASE WHEN uv_initialized < @uv_initialized THEN @uv_initialized ELSE uv_initialized END,
            backup_state = @backup_state,
            usage_count = usage_count + 1,
            last_login_at = CASE WHEN last_login_at < @now THEN @now ELSE last_login_at END,
            updated_at = @now
        WHERE app_id = @app AND credential_id = @credential
        """;

    // Before the nonces: it locks passkeys, which they only read, and then tickets, as they do.
    private readonly FrequentWrite saveAuthentication = new(
        Rank: 1,
        One:
        [
            """
            INSERT INTO spent (app_id, ticket, attempt, expires_at)
            SELECT @app, @ticket, @attempt, @spent_until
            FROM passkeys p WHERE p.app_id = @app AND p.credential_id = @credential AND p.user_id = @user AND p.inactive_until = 0
            ON CONFLICT (app_id, ticket) DO NOTHING
            """,
            CountSignIn,
            .. events.One(PasskeyEvents.Login),
        ],
        Many: PasskeyStorePostgres.SaveAuthentications(events));

    // What cannot go with many others: its counter is compared while the passkey's row is held, or did not grow and is told. Rare.
    private const string HoldPasskey =
        "UPDATE passkeys SET updated_at = updated_at WHERE app_id = @app AND credential_id = @credential AND user_id = @user";

    private const string SpendIfGrown = """
        INSERT INTO spent (app_id, ticket, attempt, expires_at)
        SELECT @app, @ticket, @attempt, @spent_until
        FROM passkeys p WHERE p.app_id = @app AND p.credential_id = @credential AND p.user_id = @user AND p.inactive_until = 0
            AND (@must_grow = 0 OR p.sign_count < @sign_count OR (p.sign_count = 0 AND @sign_count = 0))
        ON CONFLICT (app_id, ticket) DO NOTHING
        """;

    private readonly string[] saveAlone =
    [
        $"{CountSignIn} AND {WonNow}",
        .. events.One(PasskeyEvents.Login, WonNow),
        .. events.One(PasskeyEvents.SignCountRegressed, $"@regressed = 1 AND {WonNow}", id: "told"),
    ];

    /// <summary>SQL: whether this call has spent its ticket.</summary>
    public const string WonNow = "EXISTS (SELECT 1 FROM spent s WHERE s.app_id = @app AND s.ticket = @ticket AND s.attempt = @attempt)";

    public ValueTask<Passkey?> FindAsync(AppId app, CredentialId credential, CancellationToken cancellationToken)
        => database.FindAsync(
            new(
                $"{Select} WHERE p.app_id = @app AND p.credential_id = @credential",
                Text("app", app.Value),
                Bytes("credential", credential.ToArray())),
            Read,
            cancellationToken);

    /// <summary>A user's passkeys, oldest first.</summary>
    public ValueTask<IReadOnlyList<Passkey>> ListAsync(AppId app, string userId, CancellationToken cancellationToken)
        => database.ListAsync(
            new(
                $"{Select} WHERE p.app_id = @app AND p.user_id = @user ORDER BY p.created_at, p.device_id",
                Text("app", app.Value),
                Text("user", userId)),
            Read,
            cancellationToken);

    /// <summary>Spends the transaction, keeps the passkey and writes the event: all or nothing.</summary>
    public async ValueTask<RegistrationOutcome> SaveRegistrationAsync(RegistrationToSave registration, CancellationToken cancellationToken)
    {
        var (app, handshake, record) = (registration.App, registration.Handshake, registration.Record);
        var now = time.GetUtcNow();

        // Other handshakes of the transaction may have been started until its end, and live on from there.
        var spentUntil = Later(handshake.ExpiresAt, handshake.TransactionExpiresAt + options.Value.HandshakeLifetime) + SpentTickets.Margin;
        Parameter[] parameters =
        [
            Text("app", app.Value),
            Bytes("ticket", handshake.Transaction.ToArray()),
            Text("attempt", Ids.Next()),
            Time("spent_until", spentUntil),
            Text("user", handshake.UserId),
            Text("device", registration.DeviceId),
            Bytes("credential", record.Id.ToArray()),
            Bytes("public_key", record.PublicKey.ToArray()),
            Number("sign_count", record.SignCount),
            Flag("uv_initialized", record.UvInitialized),
            Flag("backup_eligible", record.BackupEligible),
            Flag("backup_state", record.BackupState),
            Text("transports", TextList.ToColumn(record.Transports)),
            Text("aaguid", record.Aaguid.ToString("D")),
            Text("rp_id", record.RpId),
            Bytes("attestation_object", record.AttestationObject?.ToArray()),
            Bytes("attestation_client_data", record.AttestationClientData?.ToArray()),
            Text("friendly_name", PasskeyNames.Friendly(record.Aaguid, registration.UserAgent, registration.Provider)),
            Text("attestation_trust", registration.Trust.ToWord()),
            Text("owner_status", registration.OwnerStatus.ToWord()),
            Number("inactive_until", registration.InactiveUntil is { } until ? Micros.From(until) : 0),
            Text("device_type", PasskeyNames.TypeOf(record, registration.Attachment ?? handshake.Attachment).ToWord()),
            .. EventWriting.From(
                registration.IpAddress, registration.UserAgent, Earlier(now, handshake.ExpiresAt - options.Value.HandshakeLifetime)),
            Time("now", now),
        ];
        Statement spend = new(
            """
            INSERT INTO spent (app_id, ticket, attempt, expires_at) VALUES (@app, @ticket, @attempt, @spent_until)
            ON CONFLICT (app_id, ticket) DO NOTHING
            """,
            parameters);
        Statement keep = new(
            $"""
            INSERT INTO passkeys (app_id, credential_id, device_id, user_id, public_key, sign_count, uv_initialized, backup_eligible,
                backup_state, transports, aaguid, rp_id, attestation_object, attestation_client_data, friendly_name, device_type,
                attestation_trust, inactive_until, usage_count, last_login_at, created_at, updated_at)
            SELECT @app, @credential, @device, @user, @public_key, @sign_count, @uv_initialized, @backup_eligible,
                @backup_state, @transports, @aaguid, @rp_id, @attestation_object, @attestation_client_data, @friendly_name, @device_type,
                @attestation_trust, @inactive_until, 0, 0, @now, @now
            FROM users u
            WHERE u.app_id = @app AND u.user_id = @user AND u.status = @owner_status AND u.enrolment_blocked = 0
                AND EXISTS (SELECT 1 FROM spent s WHERE s.app_id = @app AND s.ticket = @ticket AND s.attempt = @attempt)
                AND ({registration.Along.When})
            ON CONFLICT (app_id, credential_id) DO NOTHING
            """,
            parameters);
        Statement[] hold = registration.Along.Hold is { } held ? [held] : [];
        var touched = await database.WriteAsync(
            [
                .. hold,
                spend,
                keep,
                .. events.One(
                    PasskeyEvents.Registered,
                    parameters,
                    "EXISTS (SELECT 1 FROM passkeys p WHERE p.app_id = @app AND p.device_id = @device)"),

                // What made no passkey leaves the transaction good for another try.
                new(
                    """
                    DELETE FROM spent WHERE app_id = @app AND ticket = @ticket AND attempt = @attempt
                        AND NOT EXISTS (SELECT 1 FROM passkeys p WHERE p.app_id = @app AND p.device_id = @device)
                    """,
                    parameters),
                .. registration.Along.Then,
            ],
            cancellationToken);
        if (touched.By(spend) == 0)
            return RegistrationOutcome.TransactionSpent;
        if (touched.By(keep) == 1)
            return RegistrationOutcome.Saved;
        return await FindAsync(app, record.Id, cancellationToken) is null
            ? RegistrationOutcome.UserNotActive
            : RegistrationOutcome.CredentialExists;
    }

    /// <summary>Spends the ticket, updates the passkey's counters and writes the event: all or nothing.</summary>
    /// <remarks>A passkey that is gone leaves the ticket good: its user may still sign in with another one.</remarks>
    public async ValueTask<AuthenticationOutcome> SaveAuthenticationAsync(
        AuthenticationToSave authentication, CancellationToken cancellationToken)
    {
        var (app, handshake, record) = (authentication.App, authentication.Handshake, authentication.Record);
        var now = time.GetUtcNow();
        var lifetime = handshake.Transaction is null ? options.Value.ConditionalHandshakeLifetime : options.Value.HandshakeLifetime;

        // A transaction lives on for at most its lifetime from when this handshake was started, and another handshake from then.
        var spentUntil = handshake.ExpiresAt
            + (handshake.Transaction is null ? TimeSpan.Zero : options.Value.TransactionLifetime)
            + SpentTickets.Margin;
        Parameter[] parameters =
        [
            Text("app", app.Value),
            Bytes("ticket", (handshake.Transaction ?? handshake.Id).ToArray()),
            Text("attempt", Ids.Next()),
            Time("spent_until", spentUntil),
            Text("user", authentication.UserId),
            Bytes("credential", record.Id.ToArray()),
            Number("sign_count", record.SignCount),
            Flag("uv_initialized", record.UvInitialized),
            Flag("backup_state", record.BackupState),
            .. EventWriting.From(authentication.IpAddress, authentication.UserAgent, Earlier(now, handshake.ExpiresAt - lifetime)),
            Time("now", now),
        ];
        if (authentication.Along is { } more)
            parameters = [.. parameters, .. more.Parameters];
        if (authentication.CounterMustGrow || authentication.SignCountRegressed)
            return await SaveAloneAsync(authentication, parameters, cancellationToken);
        var write = authentication.Along?.Kind.Together ?? saveAuthentication;
        if ((await database.WriteAsync(write, app, parameters, cancellationToken)).Done)
            return AuthenticationOutcome.Saved;
        return await IsThereAsync(parameters, cancellationToken) ? AuthenticationOutcome.Spent : AuthenticationOutcome.PasskeyGone;
    }

    private async ValueTask<AuthenticationOutcome> SaveAloneAsync(
        AuthenticationToSave authentication, Parameter[] parameters, CancellationToken cancellationToken)
    {
        Parameter[] all =
        [
            .. parameters,
            Flag("must_grow", authentication.CounterMustGrow),
            Flag("regressed", authentication.SignCountRegressed),
            Text("told", Ids.Next()),
        ];
        Statement spend = new(SpendIfGrown, all);
        var touched = await database.WriteAsync(
            [
                new(HoldPasskey, all),
                spend,
                .. saveAlone.Select(sql => new Statement(sql, all)),
                .. authentication.Along is { } more ? [new(more.Kind.Alone, all)] : Array.Empty<Statement>(),
            ],
            cancellationToken);
        if (touched.By(spend) == 1)
            return AuthenticationOutcome.Saved;
        if (!await IsThereAsync(parameters, cancellationToken))
            return AuthenticationOutcome.PasskeyGone;
        var spent = await database.NumberAsync(
            new("SELECT COUNT(*) FROM spent WHERE app_id = @app AND ticket = @ticket", parameters), cancellationToken) > 0;
        return spent ? AuthenticationOutcome.Spent : AuthenticationOutcome.SignCountRegressed;
    }

    /// <summary>
    /// A kind of sign-in that writes one statement more, into a table whose rows are locked after those of passkeys and tickets.
    /// </summary>
    /// <param name="rank">Its place among the kinds of writes.</param>
    /// <param name="one">SQL for one caller. It must write only where <see cref="WonNow"/> holds.</param>
    /// <param name="many">SQL for many, who stand in arrays; <see cref="PasskeyStorePostgres.WhoWon"/> leaves those who won.</param>
    public SaveSignIn SavingWith(int rank, string one, string many)
        => new(new(rank, [.. saveAuthentication.One, one], [.. saveAuthentication.Many, many]), one);

    /// <summary>Gives a user's passkey another name. False when the user has no such passkey.</summary>
    public async ValueTask<bool> RenameAsync(AppId app, string userId, string deviceId, string name, CancellationToken cancellationToken)
    {
        Statement rename = new(
            """
            UPDATE passkeys SET friendly_name = @name, updated_at = @now
            WHERE app_id = @app AND device_id = @device AND user_id = @user
            """,
            [Text("app", app.Value), Text("user", userId), Text("device", deviceId), Text("name", name), Time("now", time.GetUtcNow())]);
        return (await database.WriteAsync([rename], cancellationToken)).By(rename) == 1;
    }

    private async ValueTask<bool> IsThereAsync(Parameter[] parameters, CancellationToken cancellationToken)
        => await database.NumberAsync(
            new("SELECT COUNT(*) FROM passkeys WHERE app_id = @app AND credential_id = @credential AND user_id = @user", parameters),
            cancellationToken) > 0;

    private static Passkey Read(Row row) => new()
    {
        App = new(row.GetString(0)),
        DeviceId = row.GetString(1),
        UserId = row.GetString(2),
        OwnerStatus = UserStatuses.Parse(row.GetString(3)),
        ExternalId = row.IsNull(4) ? null : row.GetString(4),
        Record = new()
        {
            UserHandle = new(row.GetBytes(5)),
            Id = new(row.GetBytes(6)),
            PublicKey = row.GetBytes(7),
            SignCount = (uint)row.GetInt64(8),
            UvInitialized = row.GetInt64(9) == 1,
            BackupEligible = row.IsNull(10) ? null : row.GetInt64(10) == 1,
            BackupState = row.GetInt64(11) == 1,
            Transports = TextList.FromColumn(row.GetString(12)),
            Aaguid = Guid.Parse(row.GetString(13)),
            RpId = row.IsNull(14) ? null : row.GetString(14),
            AttestationObject = row.IsNull(15) ? (ReadOnlyMemory<byte>?)null : row.GetBytes(15),
            AttestationClientData = row.IsNull(16) ? (ReadOnlyMemory<byte>?)null : row.GetBytes(16),
        },
        FriendlyName = row.GetString(17),
        Type = DeviceTypes.Parse(row.GetString(18)),
        UsageCount = row.GetInt64(19),
        LastLoginAt = Micros.ToTimeOrNever(row.GetInt64(20)),
        CreatedAt = Micros.ToTime(row.GetInt64(21)),
        UpdatedAt = Micros.ToTime(row.GetInt64(22)),
        InactiveUntil = Micros.ToTimeOrNever(row.GetInt64(23)),
    };

    private static DateTimeOffset Later(DateTimeOffset a, DateTimeOffset b) => a > b ? a : b;

    private static DateTimeOffset Earlier(DateTimeOffset a, DateTimeOffset b) => a < b ? a : b;
}
