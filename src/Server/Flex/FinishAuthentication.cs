using System.Runtime.InteropServices;
using System.Text.Json;
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
using OpenPassage.Server.Telemetry;
using OpenPassage.Server.Users;
using OpenPassage.WebAuthn;

namespace OpenPassage.Server.Flex;

/// <summary>The browser brings the passkey's signature. Spends the handshake and moves the passkey's counters, in one commit.</summary>
internal static class FinishAuthentication
{
    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("apps/{app_id}/authenticate/transactions/webauthn/finish", Handle)
        .Describe(
            nameof(FinishAuthentication),
            "Judges the passkey's signature and answers a nonce for the app's backend.",
            Refusal.WebAuthnLoginFailed,
            Refusal.DiscoverableLoginFailed,
            Refusal.UnknownPasskey,
            Refusal.TransactionNotFound,
            Refusal.UserNotActive);

    private static async Task<Outcome<CeremonyFinished>> Handle(
        AppCall call,
        RequestBody<FinishAuthenticationRequest> body,
        Tickets tickets,
        Lifetimes lifetimes,
        SignIns signIns,
        PasskeyStore passkeys,
        RefusedOrigins refusedOrigins,
        ForgottenPasskeys forgotten,
        RefusedCeremonies refusedCeremonies,
        Counting counting,
        Measurements measurements,
        CancellationToken cancellationToken)
    {
        AuthenticateTransaction? transaction = null;
        if (body.Value.TransactionId is { } ticket
            && (transaction = await tickets.OpenAsync<AuthenticateTransaction>(call.AppId, ticket, cancellationToken)) is null)
            return Refusal.TransactionNotFound;
        var outcome = await FinishAsync(
            call, body.Value, transaction, tickets, lifetimes, signIns, passkeys, refusedOrigins, forgotten, refusedCeremonies, counting,
            measurements, cancellationToken);
        counting.Answered(call.AppId, transaction is null ? CeremonyKinds.Discoverable : CeremonyKinds.Authenticate, outcome.Refusal?.CountedAs);
        if (transaction is not null && outcome.Refusal is { } refusal)
            await refusedCeremonies.WriteAsync(call, EventAction.Login, transaction.UserId, transaction.Id, refusal);
        return outcome;
    }

    private static async Task<Outcome<CeremonyFinished>> FinishAsync(
        AppCall call,
        FinishAuthenticationRequest request,
        AuthenticateTransaction? transaction,
        Tickets tickets,
        Lifetimes lifetimes,
        SignIns signIns,
        PasskeyStore passkeys,
        RefusedOrigins refusedOrigins,
        ForgottenPasskeys forgotten,
        RefusedCeremonies refusedCeremonies,
        Counting counting,
        Measurements measurements,
        CancellationToken cancellationToken)
    {
        // Open the handshake.
        var failed = transaction is null ? Refusal.DiscoverableLoginFailed : Refusal.WebAuthnLoginFailed;
        if (await tickets.OpenAsync<AuthenticationHandshake>(call.AppId, request.HandshakeId, cancellationToken) is not { } handshake
            || handshake.Transaction != transaction?.Id)
            return CeremonyRefusals.UnknownHandshake(failed);
        if (call.Origin is { } sent && sent != handshake.Origin)
            return RefusedOrigins.OfFinish(handshake.Origin, sent, failed);

        // Find the passkey.
        var response = AuthenticationResponse.Read(JsonMarshal.GetRawUtf8Value(request.HandshakeResponse));
        if (!response.Ok)
            return CeremonyRefusals.For(response.Rejection, failed);
        var passkey = await signIns.FindPasskeyAsync(call.AppId, response.Value.Id, cancellationToken);
        var (answer, record) = Claim.Of(response.Value, handshake, passkey);

        // Judge.
        var verdict = call.App.RelyingParty.FinishAuthentication(answer, handshake.ToExpectation(call.App), record);
        if (verdict.Rejection == Rejection.WrongOrigin)
            return refusedOrigins.OfCeremony(call.App, response.Value.ClientDataJson, handshake.Origin, failed);
        if (verdict.Rejection == Rejection.BadSignature && AsksForSignals())
        {
            // Whatever the passkey was found to be: the work does not tell either which credential ids exist, or did.
            var formerKey = await signIns.FindFormerKeyAsync(call.AppId, response.Value.Id, cancellationToken);
            var again = call.App.RelyingParty.FinishAuthentication(
                answer, handshake.ToExpectation(call.App), Claim.OfFormer(record, formerKey));
            if (again.Ok && passkey is null && await MayBeForgottenAsync())
                return Refusal.UnknownPasskey;
        }

        if (verdict.Rejection == Rejection.SignCountNotIncreased && passkey is not null)
            return await RefuseCopyAsync(call, handshake, passkey.UserId, failed, refusedCeremonies, measurements);
        if (!verdict.Ok)
            return CeremonyRefusals.ForHandle(verdict.Rejection, response.Value, failed);
        if (passkey is not { OwnerStatus: UserStatus.Active })
            return Refusal.UserNotActive;
        if (passkey.Inactive)
            return Refusal.PasskeyInactive with { Code = failed.Code };

        // Save.
        var outcome = await passkeys.SaveAuthenticationAsync(
            new AuthenticationToSave
            {
                App = call.AppId,
                Handshake = handshake,
                UserId = passkey.UserId,
                Record = verdict.Value.Record,
                CounterMustGrow = call.App.Counter == CounterPolicy.RefuseUnlessSynced && passkey.Record.BackupEligible == false,
                SignCountRegressed = verdict.Value.SignCountRegressed,
                IpAddress = call.IpAddress,
                UserAgent = call.UserAgent,
            },
            cancellationToken);

        // Answer. A page with autofill starts when it opens: only a sign-in that a backend asked for tells how long it takes.
        if (outcome == AuthenticationOutcome.Saved && verdict.Value.SignCountRegressed)
            measurements.SignCountRegressed(refused: false);
        if (outcome == AuthenticationOutcome.Saved)
            counting.SignedIn(
                call.AppId, passkey.UserId, call.UserAgent, transaction is null ? null : lifetimes.HandshakeExpiry - handshake.ExpiresAt);
        return outcome switch
        {
            AuthenticationOutcome.Saved => new CeremonyFinished(tickets.Seal(call.AppId, new Nonce(
                TicketId.Create(),
                lifetimes.NonceExpiry,
                passkey.UserId,
                passkey.Record.Id,
                verdict.Value.ToProof(passkey.DeviceId, lifetimes.Now))))
            {
                Signals = request.Signals == true
                    ? PasskeySignals.Of(
                        call.App,
                        passkey.Record.UserHandle,
                        await passkeys.ListAsync(call.AppId, passkey.UserId, cancellationToken),
                        transaction?.PasskeyDisplayName)
                    : null,
            },
            AuthenticationOutcome.PasskeyGone when await MayBeForgottenAsync() => Refusal.UnknownPasskey,
            AuthenticationOutcome.SignCountRegressed =>
                await RefuseCopyAsync(call, handshake, passkey.UserId, failed, refusedCeremonies, measurements),
            AuthenticationOutcome.PasskeyGone => CeremonyRefusals.For(Rejection.UnknownCredential, failed),
            _ when transaction is not null => Refusal.TransactionNotFound,
            _ => CeremonyRefusals.UnknownHandshake(failed),
        };

        // The page may tell the authenticator to delete the passkey for good. So never for a user whom somebody else named, nor
        // where it may work elsewhere on this server.
        bool AsksForSignals() => request.Signals == true && transaction is null;

        async ValueTask<bool> MayBeForgottenAsync() =>
            AsksForSignals() && await forgotten.AreKeptNowhereAsync(call.App, response.Value.Id, cancellationToken);
    }

    // The signature was good, so this is no stranger: the event names the user, also where no backend has begun.
    private static async ValueTask<Refusal> RefuseCopyAsync(
        AppCall call,
        AuthenticationHandshake handshake,
        string userId,
        Refusal failed,
        RefusedCeremonies refusedCeremonies,
        Measurements measurements)
    {
        measurements.SignCountRegressed(refused: true);
        var refusal = CeremonyRefusals.For(Rejection.SignCountNotIncreased, failed);
        if (handshake.Transaction is null)
            await refusedCeremonies.WriteAsync(call, EventAction.Login, userId, handshake.Id, refusal);
        return refusal;
    }

    private static Proof ToProof(this Authentication proved, string deviceId, DateTimeOffset now) => new(
        ProvenCeremony.Authenticate, UserPresent: true, proved.UserVerified, Activates: false, now, deviceId, proved.Origin);

    private static AuthenticationExpectation ToExpectation(this AuthenticationHandshake handshake, App app) => new()
    {
        Challenge = handshake.Challenge,
        UserVerificationRequired = handshake.UserVerificationRequired,
        UserHandle = handshake.UserHandle,
        Origin = handshake.Origin,
        Origins = handshake.Origin is null ? app.NativeOrigins : null,
        Counter = app.Counter,
    };
}

internal sealed record FinishAuthenticationRequest(string HandshakeId, JsonElement HandshakeResponse) : IRequest<FinishAuthenticationRequest>
{
    public static JsonTypeInfo<FinishAuthenticationRequest> Json => FlexWire.Default.FinishAuthenticationRequest;

    /// <summary>The one it was started with; absent or null when there was none.</summary>
    public string? TransactionId { get; init; }

    /// <summary>True: the page can tell authenticators what became of their passkeys (§5.1.10) and asks for what to say.</summary>
    public bool? Signals { get; init; }

    public string? Complaint() => this switch
    {
        { HandshakeId: "" } => "handshake_id is empty.",
        { TransactionId: "" } => "transaction_id is empty. Leave it out for a sign-in without transaction.",
        { HandshakeResponse.ValueKind: not JsonValueKind.Object } => "handshake_response is not a JSON object.",
        _ => null,
    };
}
