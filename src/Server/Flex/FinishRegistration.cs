using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using OpenPassage.Server.Admission;
using OpenPassage.Server.Apps;
using OpenPassage.Server.Events;
using OpenPassage.Server.Http;
using OpenPassage.Server.Passkeys;
using OpenPassage.Server.Sealing;
using OpenPassage.Server.Statistics;
using OpenPassage.Server.Users;
using OpenPassage.WebAuthn;

namespace OpenPassage.Server.Flex;

/// <summary>The browser brings the new passkey. Spends the transaction and keeps the passkey, in one commit.</summary>
internal static class FinishRegistration
{
    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("apps/{app_id}/register/transactions/webauthn/finish", Handle)
        .Describe(
            nameof(FinishRegistration),
            "Keeps the new passkey and answers a nonce for the app's backend.",
            Refusal.WebAuthnLoginFailed,
            Refusal.TransactionNotFound,
            Refusal.UserNotActive,
            Refusal.EnrolmentBlocked,
            Refusal.ConditionalCreateOff);

    private static async Task<Outcome<CeremonyFinished>> Handle(
        AppCall call,
        RequestBody<FinishRegistrationRequest> body,
        Tickets tickets,
        Lifetimes lifetimes,
        UserStore users,
        PasskeyStore passkeys,
        RefusedOrigins refusedOrigins,
        RefusedCeremonies refusedCeremonies,
        Counting counting,
        AttestationSources sources,
        TimeProvider time,
        CancellationToken cancellationToken)
    {
        if (await tickets.OpenAsync<RegisterTransaction>(call.AppId, body.Value.TransactionId, cancellationToken) is not { } transaction)
            return Refusal.TransactionNotFound;
        var outcome = await FinishAsync(
            call, body.Value, transaction, tickets, lifetimes, users, passkeys, refusedOrigins, counting, sources, time, cancellationToken);
        counting.Answered(call.AppId, CeremonyKinds.Register, outcome.Refusal?.CountedAs);
        if (outcome.Refusal is { } refusal)
            await refusedCeremonies.WriteAsync(call, EventAction.Register, transaction.UserId, transaction.Id, refusal);
        return outcome;
    }

    private static async Task<Outcome<CeremonyFinished>> FinishAsync(
        AppCall call,
        FinishRegistrationRequest request,
        RegisterTransaction transaction,
        Tickets tickets,
        Lifetimes lifetimes,
        UserStore users,
        PasskeyStore passkeys,
        RefusedOrigins refusedOrigins,
        Counting counting,
        AttestationSources sources,
        TimeProvider time,
        CancellationToken cancellationToken)
    {
        // Open the handshake.
        if (await tickets.OpenAsync<RegistrationHandshake>(call.AppId, request.HandshakeId, cancellationToken) is not { } handshake
            || handshake.Transaction != transaction.Id)
            return CeremonyRefusals.UnknownHandshake(Refusal.WebAuthnLoginFailed);
        if (call.Origin is { } sent && sent != handshake.Origin)
            return RefusedOrigins.OfFinish(handshake.Origin, sent, Refusal.WebAuthnLoginFailed);
        if (handshake.Conditional && !call.App.ConditionalCreate)
            return Refusal.ConditionalCreateOff;

        // Find the user.
        if (await users.GetAsync(call.AppId, handshake.UserId, cancellationToken) is not { } user)
            return Refusal.TransactionNotFound;
        if (user.Status != UserStatus.Active)
            return Refusal.UserNotActive;
        if (user.EnrolmentBlocked)
            return Refusal.EnrolmentBlocked;

        // Judge.
        var response = RegistrationResponse.Read(JsonMarshal.GetRawUtf8Value(request.HandshakeResponse));
        if (!response.Ok)
            return CeremonyRefusals.For(response.Rejection, Refusal.WebAuthnLoginFailed);
        var verdict = call.App.RelyingParty.FinishRegistration(response.Value, new RegistrationExpectation
        {
            Challenge = handshake.Challenge,
            UserHandle = user.Handle,
            UserVerificationRequired = handshake.UserVerificationRequired,
            Conditional = handshake.Conditional,
            Attachment = handshake.Attachment,
            Origin = handshake.Origin,
            Origins = handshake.Origin is null ? call.App.NativeOrigins : null,
            Attestation = call.App.Attestation,
            Algorithms = call.App.Algorithms,
            BackupEligible = call.App.Backup.Eligible,
            BackupState = call.App.Backup.BackedUp,
            At = time.GetUtcNow(),
        });
        if (verdict.Rejection == Rejection.WrongOrigin)
            return refusedOrigins.OfCeremony(call.App, response.Value.ClientDataJson, handshake.Origin, Refusal.WebAuthnLoginFailed);
        if (!verdict.Ok)
            return CeremonyRefusals.For(verdict.Rejection, Refusal.WebAuthnLoginFailed);

        // Save.
        var provider = sources.NameOf(verdict.Value.Record.Aaguid);
        var nonceExpiry = lifetimes.NonceExpiry;
        var registration = new RegistrationToSave
        {
            App = call.AppId,
            Handshake = handshake,
            Record = verdict.Value.Record,
            Attachment = verdict.Value.Attachment,
            Provider = provider,
            Trust = verdict.Value.Trust,
            InactiveUntil = call.App.HoldNewPasskeys ? nonceExpiry : null,
            IpAddress = call.IpAddress,
            UserAgent = call.UserAgent,
        };
        var outcome = await passkeys.SaveRegistrationAsync(registration, cancellationToken);

        // Answer.
        if (outcome == RegistrationOutcome.Saved)
            counting.Registered(call.AppId, verdict.Value.Record, call.UserAgent, provider);
        return outcome switch
        {
            RegistrationOutcome.Saved => new CeremonyFinished(tickets.Seal(
                call.AppId, new Nonce(TicketId.Create(), nonceExpiry, user.Id, verdict.Value.Record.Id, ProofOf(verdict.Value)))),
            RegistrationOutcome.CredentialExists => CeremonyRefusals.For(Rejection.CredentialAlreadyRegistered, Refusal.WebAuthnLoginFailed),
            RegistrationOutcome.UserNotActive => Refusal.UserNotActive,
            _ => Refusal.TransactionNotFound,
        };

        Proof ProofOf(Registration proved) => new(
            handshake.Conditional ? ProvenCeremony.ConditionalCreate : ProvenCeremony.Register,
            proved.UserPresent,
            proved.UserVerified,
            Activates: registration.InactiveUntil is not null,
            lifetimes.Now,
            registration.DeviceId,
            proved.Origin);
    }
}

internal sealed record FinishRegistrationRequest(string HandshakeId, JsonElement HandshakeResponse, string TransactionId) : IRequest<FinishRegistrationRequest>
{
    public static JsonTypeInfo<FinishRegistrationRequest> Json => FlexWire.Default.FinishRegistrationRequest;

    public string? Complaint() => this switch
    {
        { HandshakeId: "" } => "handshake_id is empty.",
        { TransactionId: "" } => "transaction_id is empty.",
        { HandshakeResponse.ValueKind: not JsonValueKind.Object } => "handshake_response is not a JSON object.",
        _ => null,
    };
}

/// <summary>What the page hands to its backend, which verifies it once.</summary>
internal sealed record CeremonyFinished(string Nonce) : IAnswer<CeremonyFinished>
{
    public static JsonTypeInfo<CeremonyFinished> Json => FlexWire.Default.CeremonyFinished;

    /// <summary>After a sign-in whose page asked for it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public PasskeySignals? Signals { get; init; }
}
