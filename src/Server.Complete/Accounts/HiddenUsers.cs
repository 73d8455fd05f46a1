using OpenPassage.Server.Values;

namespace OpenPassage.Server.Complete.Accounts;

/// <summary>Users where nobody is to learn which accounts exist.</summary>
internal sealed class HiddenUsers(AccountStore accounts, Decoys decoys)
{
    /// <summary>What a page is told of whoever has an identifier, or of nobody: the same, by the same work.</summary>
    public async ValueTask<PublicUser> ShowAsync(AppId app, AccountIdentifier identifier, CancellationToken cancellationToken)
    {
        var decoy = await decoys.UserIdAsync(app, identifier, cancellationToken);
        var sought = await accounts.FindOrStandInAsync(app, identifier, decoy, cancellationToken);
        return PublicUser.Hidden(sought is { IsFound: true } ? sought.Id : decoy, identifier);
    }
}
