using OpenPassage.Server.Sealing;
using OpenPassage.Server.Sql;
using OpenPassage.Server.Values;
using static OpenPassage.Server.Sql.Parameter;

namespace OpenPassage.Server.Complete.Keys;

/// <summary>Secrets of an app, each for a purpose.</summary>
internal sealed class AppSecrets(Database database, TicketKeys keys, TimeProvider time)
    : KeptSecrets<(AppId App, string Purpose)>(database, keys, "app secret")
{
    /// <summary>Refresh tokens are authentic by it.</summary>
    public const string OfRefreshTokens = "refresh";

    /// <summary>What stands for accounts that do not exist is made of it.</summary>
    public const string OfDecoys = "decoys";

    /// <summary>One-time codes are known by it.</summary>
    public const string OfCodes = "codes";

    /// <summary>What somebody was sent is counted by it.</summary>
    public const string OfSends = "sends";

    public ValueTask<byte[]> GetAsync(AppId app, string purpose, CancellationToken cancellationToken)
        => GetAsync((app, purpose), cancellationToken);

    protected override Statement Find((AppId App, string Purpose) name) => new(
        "SELECT sealed FROM app_secrets WHERE app_id = @app AND purpose = @purpose",
        Text("app", name.App.Value),
        Text("purpose", name.Purpose));

    protected override Statement Keep((AppId App, string Purpose) name, byte[] wrapped) => new(
        """
        INSERT INTO app_secrets (app_id, purpose, sealed, created_at) VALUES (@app, @purpose, @sealed, @now)
        ON CONFLICT (app_id, purpose) DO NOTHING
        """,
        Text("app", name.App.Value),
        Text("purpose", name.Purpose),
        Bytes("sealed", wrapped),
        Time("now", time.GetUtcNow()));
}
