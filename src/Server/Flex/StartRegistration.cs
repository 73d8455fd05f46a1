using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using OpenPassage.Server.Admission;
using OpenPassage.Server.Apps;
using OpenPassage.Server.Http;
using OpenPassage.Server.Passkeys;
using OpenPassage.Server.Sealing;
using OpenPassage.Server.Statistics;
using OpenPassage.Server.Users;
using OpenPassage.WebAuthn;

namespace OpenPassage.Server.Flex;

/// <summary>The browser asks what to pass to <c>navigator.credentials.create()</c>. Writes nothing.</summary>
internal static class StartRegistration
{
    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("apps/{app_id}/register/transactions/webauthn/start", Handle)
        .Describe(
            nameof(StartRegistration),
            "What to pass to navigator.credentials.create().",
            Refusal.TransactionNotFound,
            Refusal.UserNotActive,
            Refusal.EnrolmentBlocked,
            Refusal.ConditionalCreateOff);

    private static async Task<Outcome<StartedRegistration>> Handle(
        AppCall call,
        RequestBody<StartRegistrationRequest> body,
        Tickets tickets,
        Lifetimes lifetimes,
        SpentTickets spent,
        UserStore users,
        PasskeyStore passkeys,
        Counting counting,
        CancellationToken cancellationToken)
    {
        if (await tickets.OpenAsync<RegisterTransaction>(call.AppId, body.Value.TransactionId, cancellationToken) is not { } transaction)
            return Refusal.TransactionNotFound;
        if (await spent.IsSpentAsync(call.AppId, transaction.Id, cancellationToken))
            return Refusal.TransactionNotFound;
        if (await users.GetAsync(call.AppId, transaction.UserId, cancellationToken) is not { } user)
            return Refusal.TransactionNotFound;
        if (user.Status != UserStatus.Active)
            return Refusal.UserNotActive;
        if (user.EnrolmentBlocked)
            return Refusal.EnrolmentBlocked;

        var conditional = body.Value.Mediation is not null;
        if (conditional && !call.App.ConditionalCreate)
            return Refusal.ConditionalCreateOff;

        // The app's policy stands above what the page asks for.
        var attachment = call.App.Attachment ?? body.Value.Attachment;
        var creation = call.App.RelyingParty.StartRegistration(new RegistrationRequest
        {
            UserHandle = transaction.UserHandle,
            UserName = transaction.PasskeyDisplayName,
            UserDisplayName = transaction.PasskeyDisplayName,
            Timeout = lifetimes.HandshakeLifetimeOf(call.App),
            ResidentKey = ResidentKey.Required,
            // A passkey made in passing is made without a gesture (§5.1.3): asking for one would only make it fail.
            UserVerification = conditional ? UserVerification.Preferred : call.App.UserVerification,
            Conditional = conditional,
            Attachment = attachment,
            Hints = call.App.Hints,
            Attestation = call.App.Conveyance,
            AttestationFormats = call.App.AttestationFormats,
            Algorithms = call.App.Algorithms,
            // One that waits to be activated is in nobody's way: another try takes its place.
            ExcludeCredentials = Descriptors.Of(
                [.. (await passkeys.ListAsync(call.AppId, user.Id, cancellationToken)).Where(passkey => passkey.InactiveUntil is null)]),
        });
        var handshake = new RegistrationHandshake(
            TicketId.Create(),
            lifetimes.HandshakeExpiryOf(call.App),
            transaction.Id,
            transaction.ExpiresAt,
            user.Id,
            creation.Challenge,
            call.Origin,
            attachment,
            call.App.UserVerification == UserVerification.Required,
            conditional);
        counting.Started(call.AppId, CeremonyKinds.Register);
        return new StartedRegistration(
            new Handshake(tickets.Seal(call.AppId, handshake), new HandshakeChallenge(new CeremonyOptions(creation.WriteTo))),
            body.Value.TransactionId);
    }
}

internal sealed record StartRegistrationRequest(string TransactionId) : IRequest<StartRegistrationRequest>
{
    public static JsonTypeInfo<StartRegistrationRequest> Json => FlexWire.Default.StartRegistrationRequest;

    /// <summary><c>platform</c>, <c>cross-platform</c>, or <c>any</c>, which is the same as none.</summary>
    public string? AuthenticatorAttachment { get; init; }

    /// <summary><c>conditional</c>: the page asks for a passkey in passing, without a prompt; absent: with one.</summary>
    public string? Mediation { get; init; }

    internal AuthenticatorAttachment? Attachment => PolicyRules.ToAttachment(AuthenticatorAttachment);

    public string? Complaint() => TransactionId.Length == 0
        ? "transaction_id is empty."
        : AuthenticatorAttachment is null or "platform" or "cross-platform" or "any"
            ? Mediation is null or "conditional" ? null : "mediation is something else than conditional. Leave it out for a ceremony with a prompt."
            : "authenticator_attachment is none of platform, cross-platform and any.";
}

internal sealed record StartedRegistration(Handshake Handshake, string TransactionId) : IAnswer<StartedRegistration>
{
    public static JsonTypeInfo<StartedRegistration> Json => FlexWire.Default.StartedRegistration;
}
