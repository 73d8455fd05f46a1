using OpenPassage.Server.Admission;
using OpenPassage.Server.Apps;
using OpenPassage.Server.Complete.Accounts;
using OpenPassage.Server.Complete.Arrivals;
using OpenPassage.Server.Complete.Messages;
using OpenPassage.Server.Complete.Outcomes;
using OpenPassage.Server.Complete.Sessions;
using OpenPassage.Server.Http;

namespace OpenPassage.Server.Complete.Links;

/// <summary>Signs in whoever opens a link, and whoever has asked for it, by the rule of <see cref="LinkDecision"/>.</summary>
internal sealed class LinkSignIns(
    LinkStore links, Sends sends, ArrivalStore arrivals, Decoys decoys, SessionTokens tokens, TimeProvider time)
{
    /// <summary>How somebody signs in by a link, in the manner of RFC 8176 §2, which has a word for text messages alone.</summary>
    public static string MethodOf(Link link) => link.Identifier.Kind.Word == Users.IdentifierKind.Phone ? "sms" : "email";

    /// <summary>Whether somebody signed in like that: a mail scanner may have.</summary>
    public static bool IsMethod(string amr) => amr is "sms" or "email";

    /// <summary>What whoever opens a link gets: where to go then, the link may say.</summary>
    public static SignInAnswer AnswerOf(Link link, AuthResult result)
        => new(link.RedirectUrl.Length > 0 ? result with { RedirectUrl = link.RedirectUrl } : result);

    /// <summary>Somebody opens a link. A refusal has written nothing.</summary>
    public async ValueTask<Outcome<SignInAnswer>> OpenAsync(AppCall call, Link link, CancellationToken cancellationToken)
    {
        var network = Networks.Of(call.Caller.IpAddress);
        for (var tries = 0; tries < 3; tries++)
        {
            switch (LinkDecision.Open(link, network, time.GetUtcNow()))
            {
                case LinkVerdict.Again:
                    return await AgainAsync(call.App, link, link.SessionId, cancellationToken);
                case LinkVerdict.Refused:
                    return CompleteRefusals.LinkNotFound;
                default:
                    // A backend's was sent by itself, and is not one of few.
                    if (link.MessageId.Length > 0 && !await sends.IsLiveAsync(
                        call.AppId, SendPurpose.Link, link.Identifier, link.MessageId, link.ExpiresAt - link.CreatedAt, cancellationToken))
                        return CompleteRefusals.LinkNotFound;
                    var arrival = await ArrivalByAsync(call, link, network, cancellationToken);
                    var outcome = await arrivals.ArriveAsync(arrival, cancellationToken);
                    if (outcome.AuthResult is { } result)
                        return AnswerOf(link, result);
                    if (outcome.Result == ArrivalResult.NotActive)
                        return Refusal.UserNotActive;
                    if (outcome.Result == ArrivalResult.NoAccount)
                        return CompleteRefusals.LinkNotFound;
                    break;
            }

            // Somebody opens it at the same moment.
            if (await links.FindAsync(call.AppId, link.Id, cancellationToken) is not { } now || now.Openings == link.Openings)
                return CompleteRefusals.LinkNotFound;
            link = now;
        }

        return Refusal.Busy;
    }

    /// <summary>Whoever has asked for a link asks whether it was opened.</summary>
    public async ValueTask<Outcome<SignInAnswer>> DeliverAsync(AppCall call, Link link, CancellationToken cancellationToken)
    {
        var network = Networks.Of(call.Caller.IpAddress);
        var delivery = LinkDeliveries.Of(call.App.Settings.Complete.Methods);
        for (var tries = 0; tries < 3; tries++)
        {
            switch (LinkDecision.Deliver(link, network, delivery, time.GetUtcNow()))
            {
                case LinkVerdict.Again:
                    return await AgainAsync(call.App, link, link.DeliveredSession, cancellationToken);
                case LinkVerdict.Refused:
                    return CompleteRefusals.LinkNotFound;
                default:
                    var session = tokens.New(call.App, MethodOf(link));
                    if (await links.TryDeliverAsync(call.AppId, link, network, session, call.Caller, cancellationToken))
                        return AnswerOf(link, await tokens.BeginAsync(call.App, link.UserId, session, cancellationToken));
                    break;
            }

            if (await links.FindAsync(call.AppId, link.Id, cancellationToken) is not { } now
                || (now.DeliveredAt == link.DeliveredAt && now.SessionId == link.SessionId))
                return CompleteRefusals.LinkNotFound;
            link = now;
        }

        return Refusal.Busy;
    }

    private async ValueTask<Arrival> ArrivalByAsync(AppCall call, Link link, string network, CancellationToken cancellationToken) => new()
    {
        App = call.App,
        Identifier = link.Identifier,
        Proof = ProofBy(call.App, link, network),
        MayBegin = link.MayBegin && SignUp.WhyNot(call.App.Settings.Complete, link.Identifier) is null,
        NewUserId = call.App.Settings.Complete.HideAccounts
            ? await decoys.UserIdAsync(call.AppId, link.Identifier, cancellationToken)
            : null,
        Session = tokens.New(call.App, MethodOf(link)),
        Spend = LinkStore.Open,
        SpentNow = LinkStore.ChangedNow,
        Parameters = LinkStore.Opening(link, network),
        Then = [LinkStore.EndsEarlier, LinkStore.BecomesUsers],
        Event = CompleteEvents.LinkLogin,
        StartedAt = link.CreatedAt,
        Caller = call.Caller,
    };

    // What a backend made, it has given to its own user.
    private static ArrivalProof ProofBy(App app, Link link, string network)
    {
        if (link.IsOwn(network) || link.Network.Length == 0)
            return ArrivalProof.Strong;
        return LinkDeliveries.Of(app.Settings.Complete.Methods) == LinkDelivery.Always ? ArrivalProof.Weak : ArrivalProof.OfMailbox;
    }

    private async ValueTask<Outcome<SignInAnswer>> AgainAsync(App app, Link link, string sessionId, CancellationToken cancellationToken)
        => await tokens.AgainAsync(app, sessionId, cancellationToken) is { } result
            ? AnswerOf(link, result)
            : CompleteRefusals.LinkNotFound;
}
