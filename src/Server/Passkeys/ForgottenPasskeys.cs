using OpenPassage.Server.Apps;
using OpenPassage.Server.Sql;
using OpenPassage.WebAuthn;
using static OpenPassage.Server.Sql.Parameter;

namespace OpenPassage.Server.Passkeys;

/// <summary>
/// Whether a page may be told that a passkey is unknown. It tells the authenticator so (§5.1.10.1), which deletes the passkey for
/// good: no other app of the RP ID may be the one that keeps it, and neither may the console.
/// </summary>
internal sealed class ForgottenPasskeys(Database database, AppDirectory apps)
{
    /// <summary>
    /// The database is asked, and asked last: another node may have made an app that this one has not heard of, and the passkey may
    /// have come back to another user while the sign-in was judged. Costs a sign-in nothing that is not refused.
    /// </summary>
    public async ValueTask<bool> AreKeptNowhereAsync(App app, CredentialId credential, CancellationToken cancellationToken)
    {
        var rpId = app.RelyingParty.Id;
        return apps.OfRpId(rpId).Count == 1 && await database.NumberAsync(
            new(
                // Of the console whatever its host is now: it may go back to where its operators' passkeys were made.
                """
                SELECT COUNT(*) FROM passkeys p
                WHERE p.credential_id = @credential
                    AND p.app_id IN (SELECT a.app_id FROM apps a WHERE a.rp_id = @rp_id UNION ALL SELECT @console)
                """,
                Bytes("credential", credential.ToArray()),
                Text("rp_id", rpId),
                Text("console", AppStore.Console.Value)),
            cancellationToken) == 0;
    }
}
