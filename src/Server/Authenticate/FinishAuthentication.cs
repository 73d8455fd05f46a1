using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using OpenPassage.Server.Http;
using OpenPassage.Server.Register;
using OpenPassage.Server.Statistics;
using OpenPassage.Server.Store;
using OpenPassage.Server.Users;
using OpenPassage.WebAuthn;

namespace OpenPassage.Server.Authenticate;

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
        SignIns signIns,
        PasskeyStore passkeys,
        RefusedOrigins refusedOrigins,
        ForgottenPasskeys forgotten,
        RefusedCeremonies refusedCeremonies,
        Counting counting,
        CancellationToken cancellationToken)
    {
        AuthenticateTransaction? transaction = null;
        if (body.Value.TransactionId is { } ticket
            && (transaction = await tickets.OpenAuthenticateTransactionAsync(call.App, ticket, cancellationToken)) is null)
            return Refusal.TransactionNotFound;
        var outcome = await FinishAsync(
            call, body.Value, transaction, tickets, signIns, passkeys, refusedOrigins, forgotten, counting, cancellationToken);
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
        SignIns signIns,
        PasskeyStore passkeys,
        RefusedOrigins refusedOrigins,
        ForgottenPasskeys forgotten,
        Counting counting,
        CancellationToken cancellationToken)
    {
        // Open the handshake.
        var failed = transaction is null ? Refusal.DiscoverableLoginFailed : Refusal.WebAuthnLoginFailed;
        if (await tickets.OpenAuthenticationAsync(call.App, request.HandshakeId, cancellationToken) is not { } handshake
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
        if (!verdict.Ok)
        {
            // Nothing is wrong with it but that its key is not kept here.
            return passkey is null && verdict.Rejection == Rejection.BadSignature && await MayBeForgottenAsync()
                ? Refusal.UnknownPasskey
                : CeremonyRefusals.For(verdict.Rejection, failed);
        }
        if (passkey is not { OwnerStatus: UserStatus.Active })
            return Refusal.UserNotActive;

        // Save.
        var outcome = await passkeys.SaveAuthenticationAsync(
            new AuthenticationToSave
            {
                App = call.AppId,
                Handshake = handshake,
                UserId = passkey.UserId,
                Record = verdict.Value.Record,
                IpAddress = call.IpAddress,
                UserAgent = call.UserAgent,
            },
            cancellationToken);

        // Answer. A page with autofill starts when it opens: only a sign-in that a backend asked for tells how long it takes.
        if (outcome == AuthenticationOutcome.Saved)
            counting.SignedIn(call.AppId, passkey.UserId, call.UserAgent, transaction is null ? null : tickets.HandshakeExpiry - handshake.ExpiresAt);
        return outcome switch
        {
            AuthenticationOutcome.Saved => new CeremonyFinished(
                tickets.Seal(call.App, new Nonce(TicketId.Create(), tickets.NonceExpiry, passkey.UserId, passkey.Record.Id)))
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
            AuthenticationOutcome.PasskeyGone => CeremonyRefusals.For(Rejection.UnknownCredential, failed),
            _ when transaction is not null => Refusal.TransactionNotFound,
            _ => CeremonyRefusals.UnknownHandshake(failed),
        };

        // The page may tell the authenticator to delete the passkey for good. So never for a user whom somebody else named, nor
        // where it may work elsewhere on this server.
        async ValueTask<bool> MayBeForgottenAsync() =>
            request.Signals == true
            && transaction is null
            && await forgotten.AreKeptNowhereAsync(call.App, response.Value.Id, cancellationToken);
    }

    private static AuthenticationExpectation ToExpectation(this AuthenticationHandshake handshake, App app) => new()
    {
        Challenge = handshake.Challenge,
        UserVerificationRequired = handshake.UserVerificationRequired,
        UserHandle = handshake.UserHandle,
        Origin = handshake.Origin,
        Origins = handshake.Origin is null ? app.NativeOrigins : null,
    };
}

internal sealed record FinishAuthenticationRequest(string HandshakeId, JsonElement HandshakeResponse) : IRequest<FinishAuthenticationRequest>
{
    public static JsonTypeInfo<FinishAuthenticationRequest> Json => Wire.Default.FinishAuthenticationRequest;

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
