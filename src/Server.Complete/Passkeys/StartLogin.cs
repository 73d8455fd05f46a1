using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;
using OpenPassage.Server.Admission;
using OpenPassage.Server.Complete.Accounts;
using OpenPassage.Server.Complete.Outcomes;
using OpenPassage.Server.Flex;
using OpenPassage.Server.Http;
using OpenPassage.Server.Passkeys;
using OpenPassage.Server.Users;
using OpenPassage.WebAuthn;

namespace OpenPassage.Server.Complete.Passkeys;

/// <summary>
/// What to pass to <c>navigator.credentials.get()</c>: for the account that is named, or for whoever is there. Where nobody is to learn
/// which accounts exist, one that does not looks like any other. Writes nothing.
/// </summary>
internal static class StartLogin
{
    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("apps/{app_id}/login/webauthn/start", Handle)
        .Describe(
            nameof(StartLogin),
            "What to pass to navigator.credentials.get().",
            Refusal.UserNotFound,
            Refusal.UserHasNoPasskeys,
            Refusal.UserNotActive,
            CompleteRefusals.IdentifierNotVerified,
            CompleteRefusals.PasskeysOff);

    private static async Task<Outcome<StartedForUser>> Handle(
        AppCall call, RequestBody<StartLoginRequest> body, AccountStore accounts, PasskeyStore passkeys, SignIns signIns, Decoys decoys,
        SignInCeremony ceremony, Lifetimes lifetimes, IOptions<OpenPassageOptions> options, CancellationToken cancellationToken)
    {
        var (settings, app) = (call.App.Settings.Complete, call.App);
        if (!settings.Methods.Passkeys)
            return CompleteRefusals.PasskeysOff;
        if (body.Value.Parsed is not { } identifier)
        {
            var anybody = new SignInToStart(app, call.Origin, options.Value.ConditionalHandshakeLifetime);
            return new StartedForUser(Handshake.Of(ceremony.Start(anybody)));
        }

        var start = new SignInToStart(app, call.Origin, lifetimes.HandshakeLifetimeOf(app));
        if (settings.HideAccounts)
        {
            var decoy = await decoys.OfAsync(call.AppId, identifier, cancellationToken);
            // The same work, whether there is somebody or not.
            var sought = await accounts.FindOrStandInAsync(call.AppId, identifier, decoy.UserId, cancellationToken);
            var theirs = Offer(await passkeys.ListAsync(call.AppId, sought?.Id ?? decoy.UserId, cancellationToken));
            var user = sought is { IsFound: true } ? sought : null;
            start = start with
            {
                UserId = user?.Id ?? decoy.UserId,
                UserHandle = user is not null && theirs is not [] ? user.Handle : decoy.Handle,
                Passkeys = user is not null && theirs is not [] ? theirs : decoy.Passkeys,
            };
            return new StartedForUser(Handshake.Of(ceremony.Start(start))) { User = PublicUser.Hidden(start.UserId, identifier) };
        }

        var offer = await signIns.FindOfferAsync(call.AppId, identifier.Kind, identifier.Value, cancellationToken);
        if (offer is null)
            return Refusal.UserNotFound;
        if (offer.User.Status == UserStatus.Inactive)
            return Refusal.UserNotActive;
        if (offer.Passkeys is [])
            return Refusal.UserHasNoPasskeys;
        if (settings.RequireIdentifierVerification
            && await accounts.GetAsync(call.AppId, offer.User.Id, cancellationToken) is not { IsVerifiedEnough: true })
            return CompleteRefusals.IdentifierNotVerified;
        start = start with { UserId = offer.User.Id, UserHandle = offer.User.Handle, Passkeys = offer.Passkeys };
        return new StartedForUser(Handshake.Of(ceremony.Start(start))) { User = PublicUser.Of(offer, identifier) };
    }

    private static IReadOnlyList<CredentialDescriptor> Offer(IReadOnlyList<Passkey> owned)
        => Descriptors.Of([.. owned.Where(passkey => passkey.InactiveUntil is null)]);
}

internal sealed record StartLoginRequest : IRequest<StartLoginRequest>
{
    public static JsonTypeInfo<StartLoginRequest> Json => CompletePasskeysWire.Default.StartLoginRequest;

    /// <summary>An email address or a phone number; absent or null: whoever has a passkey of the app.</summary>
    public string? Identifier { get; init; }

    internal AccountIdentifier? Parsed
        => field ??= Identifier is not null && Identifiers.TryParse(Identifier, out var parsed) ? parsed : null;

    public string? Complaint() => Identifier is not null && Parsed is null ? IdentifierComplaint.Sentence : null;
}
