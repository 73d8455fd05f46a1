using Microsoft.AspNetCore.Http;
using OpenPassage.Server.Admission;
using OpenPassage.Server.Advice;
using OpenPassage.Server.Apps;
using OpenPassage.Server.Complete.Accounts;
using OpenPassage.Server.Complete.Outcomes;
using OpenPassage.Server.Http;
using OpenPassage.Server.Passkeys;
using OpenPassage.Server.Users;
using OpenPassage.WebAuthn;

namespace OpenPassage.Server.Complete.Passkeys;

/// <summary>
/// What the start of a sign-in offers whom an identifier names, and what advice is made of. Where nobody is to learn which accounts exist,
/// one that does not has an offer like any other, found by the same work.
/// </summary>
internal sealed class LoginOffers(AccountStore accounts, PasskeyStore passkeys, SignIns signIns, Decoys decoys, RateLimits limits)
{
    public static readonly IReadOnlyList<Refusal> Refusals =
        [Refusal.UserNotFound, Refusal.UserNotActive, CompleteRefusals.IdentifierNotVerified, CompleteRefusals.PasskeysOff];

    public async ValueTask<CeremonyOutcome<LoginOffer>> FindAsync(
        App app, AccountIdentifier identifier, CancellationToken cancellationToken)
    {
        var settings = app.Settings.Complete;
        if (settings.HideAccounts)
        {
            var decoy = await decoys.OfAsync(app.Id, identifier, cancellationToken);
            // The same work, whether there is somebody or not.
            var sought = await accounts.FindOrStandInAsync(app.Id, identifier, decoy.UserId, cancellationToken);
            var theirs = Offer(await passkeys.ListAsync(app.Id, sought?.Id ?? decoy.UserId, cancellationToken));
            var user = sought is { IsFound: true } ? sought : null;
            var id = user?.Id ?? decoy.UserId;
            var isReal = user is not null && theirs is not [];
            return new LoginOffer(
                id, isReal ? user!.Handle : decoy.Handle, isReal ? theirs : decoy.Passkeys, PublicUser.Hidden(id, identifier));
        }

        var offer = await signIns.FindOfferAsync(app.Id, identifier.Kind, identifier.Value, cancellationToken);
        if (offer is null)
            return Refusal.UserNotFound;
        if (offer.User.Status == UserStatus.Inactive)
            return Refusal.UserNotActive;
        if (offer.Passkeys is [])
            return Refusal.UserHasNoPasskeys;
        if (settings.RequireIdentifierVerification
            && await accounts.GetAsync(app.Id, offer.User.Id, cancellationToken) is not { IsVerifiedEnough: true })
            return CompleteRefusals.IdentifierNotVerified;
        return new LoginOffer(offer.User.Id, offer.User.Handle, offer.Passkeys, PublicUser.Of(offer, identifier));
    }

    /// <summary>The same for advice. It is counted as a lookup, besides as a call.</summary>
    public async ValueTask<CeremonyOutcome<OfferedPasskeys>> AdviseAsync(
        AppCall call, HttpContext context, string? text, CancellationToken cancellationToken)
    {
        if (!call.App.Settings.Complete.Methods.Passkeys)
            return CompleteRefusals.PasskeysOff;
        if (text is null)
            return new OfferedPasskeys(null);
        var isIdentifier = Identifiers.TryParse(text, out var identifier);
        if (limits.ForLookup(context, call.App, identifier?.Value ?? "") is { } tooMany)
            return tooMany;
        if (!isIdentifier)
            return Refusal.InvalidRequest.Because(IdentifierComplaint.Sentence);
        var found = await FindAsync(call.App, identifier!, cancellationToken);
        return found.Refusal is { } refusal ? refusal : new OfferedPasskeys(found.Value.Passkeys);
    }

    private static IReadOnlyList<CredentialDescriptor> Offer(IReadOnlyList<Passkey> owned)
        => Descriptors.Of([.. owned.Where(passkey => passkey.InactiveUntil is null)]);
}

/// <summary>An account that exists, or one that stands for one that does not.</summary>
/// <param name="UserId">Its user's id.</param>
/// <param name="Handle">The handle that its passkeys have.</param>
/// <param name="Passkeys">As options name them, one at least.</param>
/// <param name="User">What the page is told of its user.</param>
internal sealed record LoginOffer(string UserId, UserHandle Handle, IReadOnlyList<CredentialDescriptor> Passkeys, PublicUser User);
