using OpenPassage.Server.Sealing;
using OpenPassage.Server.Sql;
using OpenPassage.Server.Users;
using OpenPassage.Server.Values;
using OpenPassage.WebAuthn;
using static OpenPassage.Server.Sql.Parameter;

namespace OpenPassage.Server.Passkeys;

/// <summary>Whom a backend wants to sign in.</summary>
internal sealed record SignInUser(string Id, UserHandle Handle, UserStatus Status, bool HasPasskey);

/// <summary>What a user who was asked to sign in can do it with.</summary>
/// <param name="Spent">Whether the transaction has signed the user in before.</param>
/// <param name="Status">The user's.</param>
/// <param name="Passkeys">As options name them, oldest first.</param>
internal sealed record SignInOffer(bool Spent, UserStatus Status, IReadOnlyList<CredentialDescriptor> Passkeys);

/// <summary>What whoever goes by an identifier can sign in with.</summary>
/// <param name="User">Whom it names.</param>
/// <param name="IsVerified">Whether the identifier is proven to be the user's.</param>
/// <param name="Passkeys">As options name them, oldest first.</param>
/// <param name="Types">Theirs.</param>
internal sealed record IdentifierOffer(
    SignInUser User, bool IsVerified, IReadOnlyList<CredentialDescriptor> Passkeys, IReadOnlyList<DeviceType> Types);

/// <summary>A passkey that somebody signs in with.</summary>
/// <param name="UserId">Its owner.</param>
/// <param name="OwnerStatus">The owner's.</param>
/// <param name="Record">What a signature is judged by: no attestation, model or transports.</param>
internal sealed record SignInPasskey(string UserId, UserStatus OwnerStatus, CredentialRecord Record)
{
    /// <summary>What lists call it.</summary>
    public required string DeviceId { get; init; }

    /// <summary>Whether it still waits for a backend to verify its nonce.</summary>
    public bool Inactive { get; init; }
}

/// <summary>What the calls of a sign-in ask the database: one question each, and only for what they use.</summary>
internal sealed class SignIns(Database database)
{
    private static readonly FrequentRead<SignInUser> UserByExternalId = new(
        One: """
            SELECT u.user_id, u.user_handle, u.status,
                   CAST(CASE WHEN EXISTS
                       (SELECT 1 FROM passkeys p WHERE p.app_id = u.app_id AND p.user_id = u.user_id AND p.inactive_until = 0)
                       THEN 1 ELSE 0 END AS BIGINT)
            FROM users u WHERE u.app_id = @app AND u.external_id = @external_id
            """,
        Many: SignInsPostgres.UsersByExternalId,
        Read: row => new(row.GetString(0), new(row.GetBytes(1)), UserStatuses.Parse(row.GetString(2)), row.GetInt64(3) == 1));

    // A row for each passkey, and one without where there is none.
    private static readonly FrequentRead<OfferRow> OfferRows = new(
        One: """
            SELECT CAST(CASE WHEN EXISTS (SELECT 1 FROM spent s WHERE s.app_id = @app AND s.ticket = @ticket) THEN 1 ELSE 0 END AS BIGINT),
                   u.status, p.credential_id, p.transports
            FROM users u LEFT JOIN passkeys p ON p.app_id = u.app_id AND p.user_id = u.user_id AND p.inactive_until = 0
            WHERE u.app_id = @app AND u.user_id = @user
            ORDER BY p.created_at, p.device_id
            """,
        Many: SignInsPostgres.OfferRows,
        Read: row => new(
            row.GetInt64(0) == 1,
            UserStatuses.Parse(row.GetString(1)),
            row.IsNull(2) ? null : new CredentialDescriptor(new(row.GetBytes(2)), TextList.FromColumn(row.GetString(3)))));

    // As below: the first identifier at or after the one that was asked for, so that nobody is found like somebody. A row for each
    // passkey of its user, and one without where there is none.
    private static readonly FrequentRead<IdentifierOfferRow> IdentifierOfferRows = new(
        One: """
            SELECT i.value, i.verified_at, u.user_id, u.user_handle, u.status, p.credential_id, p.transports, p.device_type
            FROM (SELECT value, verified_at, user_id FROM identifiers
                  WHERE app_id = @app AND kind = @kind AND value >= @value ORDER BY value LIMIT 1) AS i
            JOIN users u ON u.app_id = @app AND u.user_id = i.user_id
            LEFT JOIN passkeys p ON p.app_id = @app AND p.user_id = u.user_id AND p.inactive_until = 0
            ORDER BY p.created_at, p.device_id
            """,
        Many: SignInsPostgres.IdentifierOfferRows,
        Read: row => new(
            row.GetString(0),
            row.GetInt64(1) != 0,
            new(row.GetString(2), new(row.GetBytes(3)), UserStatuses.Parse(row.GetString(4)), !row.IsNull(5)),
            row.IsNull(5) ? null : new CredentialDescriptor(new(row.GetBytes(5)), TextList.FromColumn(row.GetString(6))),
            row.IsNull(5) ? default : DeviceTypes.Parse(row.GetString(7))));

    // The first one at or after the id, not the one with the id: a passkey that is not there is found, read and thrown away like
    // one that is, and takes as long (threat 35). After the last one there is nothing to find.
    private static readonly FrequentRead<SignInPasskey> PasskeyAtOrAfterId = new(
        One: """
            SELECT p.user_id, u.status, u.user_handle, p.credential_id, p.public_key, p.sign_count, p.uv_initialized,
                   p.backup_eligible, p.backup_state, p.device_id, p.inactive_until
            FROM passkeys p JOIN users u ON u.app_id = p.app_id AND u.user_id = p.user_id
            WHERE p.app_id = @app AND p.credential_id >= @credential
            ORDER BY p.credential_id LIMIT 1
            """,
        Many: SignInsPostgres.PasskeysAtOrAfterId,
        Read: row => new(row.GetString(0), UserStatuses.Parse(row.GetString(1)), new()
        {
            UserHandle = new(row.GetBytes(2)),
            Id = new(row.GetBytes(3)),
            PublicKey = row.GetBytes(4),
            SignCount = (uint)row.GetInt64(5),
            UvInitialized = row.GetInt64(6) == 1,
            BackupEligible = row.IsNull(7) ? null : row.GetInt64(7) == 1,
            BackupState = row.GetInt64(8) == 1,
        })
        {
            DeviceId = row.GetString(9),
            Inactive = row.GetInt64(10) != 0,
        });

    /// <summary>Null: the app has no such user.</summary>
    public ValueTask<SignInUser?> FindUserAsync(AppId app, string externalId, CancellationToken cancellationToken)
        => database.FindAsync(UserByExternalId, app, [Text("app", app.Value), Text("external_id", externalId)], cancellationToken);

    /// <summary>Null: the user is gone.</summary>
    public async ValueTask<SignInOffer?> FindOfferAsync(AppId app, TicketId transaction, string userId, CancellationToken cancellationToken)
    {
        var rows = await database.ListAsync(
            OfferRows,
            app,
            [Text("app", app.Value), Bytes("ticket", transaction.ToArray()), Text("user", userId)],
            cancellationToken);
        return rows is [var first, ..]
            ? new(first.Spent, first.Status, [.. rows.Select(row => row.Passkey).OfType<CredentialDescriptor>()])
            : null;
    }

    /// <summary>Null: nobody in the app has it.</summary>
    public async ValueTask<IdentifierOffer?> FindOfferAsync(
        AppId app, IdentifierKind kind, string text, CancellationToken cancellationToken)
    {
        var value = kind.ToCompared(text);
        var rows = await database.ListAsync(
            IdentifierOfferRows, app, [Text("app", app.Value), Text("kind", kind.Word), Text("value", value)], cancellationToken);
        return rows is [var first, ..] && first.Value == value
            ? new(
                first.User,
                first.IsVerified,
                [.. rows.Select(row => row.Passkey).OfType<CredentialDescriptor>()],
                [.. rows.Where(row => row.Passkey is not null).Select(row => row.Type)])
            : null;
    }

    /// <summary>Null: the app has no such passkey.</summary>
    public async ValueTask<SignInPasskey?> FindPasskeyAsync(AppId app, CredentialId credential, CancellationToken cancellationToken)
    {
        var found = await database.FindAsync(
            PasskeyAtOrAfterId, app, [Text("app", app.Value), Bytes("credential", credential.ToArray())], cancellationToken);
        return found?.Record.Id == credential ? found : null;
    }

    /// <summary>The public key of a passkey that the app once had; null: it had none of this id, or too long ago.</summary>
    public ValueTask<byte[]?> FindFormerKeyAsync(AppId app, CredentialId credential, CancellationToken cancellationToken)
        => database.FindAsync(
            new(
                "SELECT public_key FROM former_passkeys WHERE app_id = @app AND credential_id = @credential",
                Text("app", app.Value),
                Bytes("credential", credential.ToArray())),
            row => row.GetBytes(0),
            cancellationToken);

    private readonly record struct IdentifierOfferRow(
        string Value, bool IsVerified, SignInUser User, CredentialDescriptor? Passkey, DeviceType Type);

    private readonly record struct OfferRow(bool Spent, UserStatus Status, CredentialDescriptor? Passkey);
}
