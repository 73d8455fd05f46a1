using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;
using OpenPassage.Server.Admission;
using OpenPassage.Server.Http;
using OpenPassage.Server.Passkeys;
using OpenPassage.Server.Sealing;
using OpenPassage.Server.Statistics;
using OpenPassage.Server.Users;
using OpenPassage.WebAuthn;

namespace OpenPassage.Server.Flex;

/// <summary>
/// The browser asks what to pass to <c>navigator.credentials.get()</c>. Without a transaction any passkey of the app will do,
/// and the handshake lives as long as a login page with autofill may stay open. Writes nothing.
/// </summary>
internal static class StartAuthentication
{
    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("apps/{app_id}/authenticate/transactions/webauthn/start", Handle)
        .Describe(
            nameof(StartAuthentication),
            "What to pass to navigator.credentials.get().",
            Refusal.TransactionNotFound,
            Refusal.UserNotActive,
            Refusal.UserHasNoPasskeys);

    private static async Task<Outcome<StartedAuthentication>> Handle(
        AppCall call,
        RequestBody<StartAuthenticationRequest> body,
        Tickets tickets,
        Lifetimes lifetimes,
        SignIns signIns,
        Counting counting,
        IOptions<OpenPassageOptions> options,
        CancellationToken cancellationToken)
    {
        if (body.Value.TransactionId is not { } ticket)
        {
            counting.Started(call.AppId, CeremonyKinds.Discoverable);
            return Discoverable(call, tickets, lifetimes, options.Value);
        }

        if (await tickets.OpenAsync<AuthenticateTransaction>(call.AppId, ticket, cancellationToken) is not { } transaction)
            return Refusal.TransactionNotFound;
        if (await signIns.FindOfferAsync(call.AppId, transaction.Id, transaction.UserId, cancellationToken) is not { Spent: false } offer)
            return Refusal.TransactionNotFound;
        if (offer.Status != UserStatus.Active)
            return Refusal.UserNotActive;
        if (offer.Passkeys is [])
            return Refusal.UserHasNoPasskeys;

        var request = call.App.RelyingParty.StartAuthentication(new AuthenticationRequest
        {
            Timeout = lifetimes.HandshakeLifetimeOf(call.App),
            UserVerification = call.App.UserVerification,
            Hints = call.App.Hints,
            AllowCredentials = offer.Passkeys,
            UserHandle = transaction.UserHandle,
        });
        var handshake = new AuthenticationHandshake(
            TicketId.Create(),
            lifetimes.HandshakeExpiryOf(call.App),
            transaction.Id,
            transaction.UserId,
            transaction.UserHandle,
            request.Challenge,
            call.Origin,
            call.App.UserVerification == UserVerification.Required);
        counting.Started(call.AppId, CeremonyKinds.Authenticate);
        return Started(call, tickets, handshake, request, ticket);
    }

    private static StartedAuthentication Discoverable(AppCall call, Tickets tickets, Lifetimes lifetimes, OpenPassageOptions options)
    {
        var request = call.App.RelyingParty.StartAuthentication(new AuthenticationRequest
        {
            Timeout = options.ConditionalHandshakeLifetime,
            UserVerification = call.App.UserVerification,
            Hints = call.App.Hints,
        });
        var handshake = new AuthenticationHandshake(
            TicketId.Create(),
            lifetimes.ConditionalHandshakeExpiry,
            Transaction: null,
            UserId: null,
            UserHandle: null,
            request.Challenge,
            call.Origin,
            call.App.UserVerification == UserVerification.Required);
        return Started(call, tickets, handshake, request, transactionId: null);
    }

    private static StartedAuthentication Started(
        AppCall call, Tickets tickets, AuthenticationHandshake handshake, RequestOptions request, string? transactionId) =>
        new(
            new Handshake(tickets.Seal(call.AppId, handshake), new HandshakeChallenge(new CeremonyOptions(request.WriteTo))),
            transactionId);
}

internal sealed record StartAuthenticationRequest : IRequest<StartAuthenticationRequest>
{
    public static JsonTypeInfo<StartAuthenticationRequest> Json => FlexWire.Default.StartAuthenticationRequest;

    /// <summary>Absent or null: any user, by a discoverable passkey.</summary>
    public string? TransactionId { get; init; }

    // An empty text is no absent one: what was meant for one user must not turn into a sign-in of any.
    public string? Complaint() => TransactionId == "" ? "transaction_id is empty. Leave it out for a sign-in without transaction." : null;
}

internal sealed record StartedAuthentication(Handshake Handshake, string? TransactionId) : IAnswer<StartedAuthentication>
{
    public static JsonTypeInfo<StartedAuthentication> Json => FlexWire.Default.StartedAuthentication;
}
