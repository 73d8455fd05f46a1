using OpenPassage.Server.Devices;
using OpenPassage.Server.Events;
using OpenPassage.Server.Passkeys;
using OpenPassage.Server.Values;
using OpenPassage.WebAuthn;

namespace OpenPassage.Server.Advice;

/// <summary>Asks the rule, with what may be known. Writes nothing.</summary>
internal sealed class Advising(PasskeyStore passkeys, EventStore events)
{
    /// <summary>Of what the options of a sign-in tell; null: the page did not ask.</summary>
    /// <param name="page">What it can do.</param>
    /// <param name="userAgent">As it was sent.</param>
    /// <param name="offer">Null: the options name no passkey.</param>
    public static SignInAdvised? Beside(PageCapabilities? page, string userAgent, IReadOnlyList<CredentialDescriptor>? offer)
        => page is null
            ? null
            : AdviceDecision.Of(Visit.Of(page, userAgent), offer is null ? null : KnownPasskey.AsOffered(offer));

    /// <summary>Of what the options tell, or for a backend that knows the browser of all that is kept.</summary>
    public async ValueTask<SignInAdvised> OfAsync(
        AppId app, AuthenticateTransaction transaction, Visit visit, IReadOnlyList<CredentialDescriptor> offer,
        CancellationToken cancellationToken)
        => AdviceDecision.Of(
            visit,
            transaction.Recognized ? await KeptAsync(app, transaction.UserId, cancellationToken) : KnownPasskey.AsOffered(offer));

    /// <summary>A user's, with all that is kept: for the user, or whoever is known to be it.</summary>
    public async ValueTask<IReadOnlyList<KnownPasskey>> KeptAsync(AppId app, string userId, CancellationToken cancellationToken)
    {
        var owned = await passkeys.ListAsync(app, userId, cancellationToken);
        var last = owned.Count == 1
            ? await events.LastUserAgentAsync(app, userId, PasskeyEvents.Login, PasskeyEvents.Registered, cancellationToken)
            : null;
        return KnownPasskey.AsKept(owned, last is null ? null : UserAgent.SystemOf(last));
    }
}
