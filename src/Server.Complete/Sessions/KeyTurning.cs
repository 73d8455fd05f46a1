using Microsoft.Extensions.Logging;
using OpenPassage.Server.Apps;
using OpenPassage.Server.Complete.Keys;
using OpenPassage.Server.Loops;

namespace OpenPassage.Server.Complete.Sessions;

/// <summary>
/// Every few minutes: keys whose turn has come get a successor, old ones go, and so do accounts that nobody went on with.
/// </summary>
internal sealed class KeyTurning(
    AppDirectory apps,
    SigningKeys keys,
    Accounts.AccountStore accounts,
    TimeProvider time,
    ILogger<KeyTurning> logger)
    : Loop(TimeSpan.FromMinutes(5), time, logger)
{
    protected override string Failure => "Signing keys could not be looked after, nor abandoned accounts removed; both are tried again.";

    protected override async ValueTask TurnAsync(CancellationToken cancellationToken)
    {
        foreach (var app in apps.All.Where(app => app.Type == AppType.Complete))
            await keys.EnsureAsync(app, cancellationToken);
        await accounts.RemoveAbandonedAsync(cancellationToken);
    }
}
