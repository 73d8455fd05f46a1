using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using OpenPassage.Server.Admission;
using OpenPassage.Server.Http;
using OpenPassage.Server.Passkeys;
using OpenPassage.Server.Sealing;
using OpenPassage.Server.Statistics;

namespace OpenPassage.Server.Flex;

/// <summary>The browser brings the passkey's signature. Spends the handshake and moves the passkey's counters, in one commit.</summary>
internal static class FinishAuthentication
{
    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("apps/{app_id}/authenticate/transactions/webauthn/finish", Handle)
        .Describe(
            nameof(FinishAuthentication),
            "Verifies the passkey's signature and returns a nonce for the app's backend.",
            Refusal.WebAuthnLoginFailed,
            Refusal.DiscoverableLoginFailed,
            Refusal.UnknownPasskey,
            Refusal.TransactionNotFound,
            Refusal.UserNotActive);

    private static async Task<Outcome<CeremonyFinished>> Handle(
        AppCall call,
        RequestBody<FinishAuthenticationRequest> body,
        Tickets tickets,
        SignInCeremony ceremony,
        Counting counting,
        CancellationToken cancellationToken)
    {
        counting.Prompted(call.AppId, body.Value.Prompt, call.Caller.UserAgent);
        AuthenticateTransaction? transaction = null;
        if (body.Value.TransactionId is { } ticket
            && (transaction = await tickets.OpenAsync<AuthenticateTransaction>(call.AppId, ticket, cancellationToken)) is null)
            return Refusal.TransactionNotFound;
        var signedIn = await ceremony.FinishAsync(
            new SignInToFinish(call.App, body.Value.HandshakeId, body.Value.HandshakeResponse, call.Caller)
            {
                Transaction = transaction?.Id,
                UserId = transaction?.UserId,
                Signals = body.Value.Signals == true,
                UserName = transaction?.PasskeyDisplayName,
            },
            cancellationToken);
        return signedIn.Refusal is { } refusal
            ? refusal
            : new CeremonyFinished(tickets.Seal(call.AppId, signedIn.Value.Nonce)) { Signals = signedIn.Value.Signals };
    }
}

internal sealed record FinishAuthenticationRequest(string HandshakeId, JsonElement HandshakeResponse)
    : IRequest<FinishAuthenticationRequest>
{
    public static JsonTypeInfo<FinishAuthenticationRequest> Json => FlexWire.Default.FinishAuthenticationRequest;

    /// <summary>The one it was started with; absent or null when there was none.</summary>
    public string? TransactionId { get; init; }

    /// <summary>True: the page can tell authenticators what became of their passkeys (§5.1.10) and asks for what to say.</summary>
    public bool? Signals { get; init; }

    /// <summary>What the prompt came to, for the app's figures.</summary>
    public PromptReport? Prompt { get; init; }

    public string? Complaint() => this switch
    {
        { HandshakeId: "" } => "handshake_id is empty.",
        { TransactionId: "" } => "transaction_id is empty. Leave it out for a sign-in without transaction.",
        { HandshakeResponse.ValueKind: not JsonValueKind.Object } => "handshake_response is not a JSON object.",
        _ => null,
    };
}
